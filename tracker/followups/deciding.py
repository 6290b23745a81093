"""What people decided about a case, laid over its clocks: other dates, an accepted risk, a question to a manager."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from tracker.decisions import queries as decisions
from tracker.decisions.models import AgreedDate
from tracker.followups import fixed, ladder
from tracker.followups.cases import Case, Key
from tracker.followups.ladder import Want
from tracker.followups.office import measure_of
from tracker.policies import rules as policy

# What goes on while a risk is accepted: the user's own question, what is urgent, and the decision itself.
GOES_ON = frozenset({policy.URGENT, policy.USER_ANSWER, fixed.DECIDE, fixed.ACCEPTED, *fixed.BY_LAW})


def with_decisions(found: dict[Key, list[Want]], case: Case) -> dict[Key, list[Want]]:
    """The clocks that the rules want, as they run after what was decided.

    While a risk is accepted the other clocks of the case stand still; once it is over they run as if it had not been,
    so that what was late comes again at once.
    """
    dates = decisions.agreed(found)
    plans = {key: [_dated(key, want, dates) for want in wants] for key, wants in found.items()}
    if not any(plans.values()):
        return plans
    standing = (
        decisions.standing_of_round(case.round.id)
        if case.round is not None
        else decisions.standing(_issues(case))
    )
    root = _root(plans, case)
    if standing.accepted is not None and standing.accepted.at is not None:
        since, until = standing.accepted.at, standing.accepted.until
        plans = {key: [_still(want, since) for want in wants] for key, wants in plans.items()}
        key = f"{standing.accepted.id}"
        plans[root].append(Want(fixed.ACCEPTED, since, until=until, ladder=ladder.PROMISE, key=key))
    if standing.asked is not None and standing.asked.asked_at is not None:
        allowed = measure_of(case.root_of(root)).allowance(fixed.DECIDE, case.severity_of(root))
        ask = Want(fixed.DECIDE, standing.asked.asked_at, allowed, key=f"{standing.asked.id}")
        plans[root].append(_dated(root, ask, dates))
    return plans


def _issues(case: Case) -> set[int]:
    """A decision stands on the issue that the record began with, whichever attached one is looked at."""
    found = {issue.id for issue in case.issues}
    return found | ({case.record.primary_issue_id} if case.record is not None else set())


def _root(plans: Mapping[Key, list[Want]], case: Case) -> Key:
    """Where the decision's own clocks hang: the round, the record while any of its clocks run, else the first issue."""
    if case.round is not None:
        return case.round.kind_name, case.round.id
    record = ("record", case.record.id) if case.record is not None else None
    at_work = record is not None and any(plans[key] for key in plans if key[0] != "issue")
    return record if record is not None and at_work else ("issue", case.issues[0].id)


def _dated(key: Key, want: Want, dates: Mapping[tuple[str, int, str], AgreedDate]) -> Want:
    """The clock with the date agreed on since it started."""
    agreed = dates.get((*key, want.name))
    if agreed is None or agreed.at < want.start:
        return want
    return replace(want, until=agreed.due_at, allowance=None)


def _still(want: Want, since: datetime) -> Want:
    if want.name in GOES_ON:
        return want
    return replace(
        want,
        pauses=(*want.pauses, (max(since, want.start), None)),
        because=(*ladder.reasons(want), ladder.RISK),
    )
