"""The chase clocks of a statutory clock: until it is stopped, or until the facts it waits for are known."""

from collections.abc import Iterator
from datetime import timedelta

from tracker.followups import fixed, ladder
from tracker.followups.ladder import Want
from tracker.policies import rules as policy
from tracker.statutory import checking, due
from tracker.statutory.deciding import ASKED_FOR
from tracker.statutory.models import ASKED, RUNNING, StatutoryClock

AT_ONCE = timedelta(hours=24)
"""What has to be done "at once" is told when it begins, and counts as late here after a day: the law names no hour."""


def clocks_of(row: StatutoryClock) -> Iterator[Want]:
    """What is to be chased for this clock now; nothing once a person has stopped it."""
    if row.standing == ASKED and row.asked_at is not None:
        yield Want(
            fixed.STATUTORY_FACTS,
            row.asked_at,
            until=row.asked_at + ASKED_FOR,
            ladder=ladder.STRICT,
            key="50|",
        )
    if row.standing != RUNNING or row.due_at is None:
        return
    rule = checking.read(row.rule)
    until = max(row.due_at, row.start_at + AT_ONCE) if rule.immediate else row.due_at
    shares = [1.0, 50.0] if rule.immediate else due.warnings(rule.warn_at, row.start_at, until)
    breach = policy.MANAGERS if "notify_manager" in rule.on_breach else ""
    key = ",".join(f"{share!r}" for share in shares) + f"|{breach}"
    yield Want(fixed.STATUTORY, row.start_at, until=until, ladder=ladder.STRICT, key=key)
