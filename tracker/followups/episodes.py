"""The past of cases as episodes of their clocks, out of their rows and the history of their states."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.followups import facts, ladder, replaying, rules
from tracker.followups.models import Clock
from tracker.followups.office import office
from tracker.followups.recipients import Desk
from tracker.followups.replaying import WEEK, Episode
from tracker.followups.subjects import Subject
from tracker.issues import rules as issue_rules
from tracker.issues.models import Ask, Issue, Message
from tracker.policies import rules as policy
from tracker.policies.rules import Policy, Step
from tracker.records import rules as record_rules
from tracker.records.models import Record
from tracker.records.parts import EffectCheck, Escalation, RecordItem

Found = Iterator[tuple[Subject, Episode]]


def past_ids(weeks: int, most: int, now: datetime) -> list[int]:
    """The issues that something happened to in the last weeks, the latest first."""
    lately = select(Issue.id).where(Issue.updated_at >= now - weeks * WEEK, ~Issue.imported)
    return list(db.session.scalars(lately.order_by(Issue.updated_at.desc(), Issue.id.desc()).limit(most)))


def count(
    found: dict[str, Any], ids: Sequence[int], policies: tuple[Policy, Policy], weeks: int, now: datetime
) -> dict[str, Any]:
    """`found` with these issues and their records: chases by person, clocks in time, each under new and old."""
    tally = _Tally(found, now)
    issues = db.session.scalars(select(Issue).where(Issue.id.in_(ids)))
    desk, since = office(now), now - weeks * WEEK
    for issue in issues:
        calendar = desk.calendar_for(issue.assignee_id)
        measure = desk.measure_of(issue, calendar)
        for subject, episode in of_issue(issue):
            for place, used in enumerate(policies):
                by = rules.Yardstick(used, measure.day, measure.about)
                came = replaying.replay(episode, by, calendar, since, now)
                tally.add(place, subject, episode, came)
    return tally.found


class _Tally:
    """Counts, and remembers whom a step of a case tells, as things stand today."""

    def __init__(self, found: dict[str, Any], now: datetime) -> None:
        self.desk = Desk(now)
        self.known: dict[tuple[str, int, Step], list[str]] = {}
        self.found: dict[str, Any] = {
            "people": {name: list(pair) for name, pair in found.get("people", {}).items()},
            "clocks": {name: list(four) for name, four in found.get("clocks", {}).items()},
            "cases": found.get("cases", 0),
        }

    def add(self, place: int, subject: Subject, episode: Episode, came: replaying.Replay) -> None:
        """What came of one episode under the new (0) or the old policy (1)."""
        four = self.found["clocks"].setdefault(episode.clock, [0, 0, 0, 0])
        if came.met is not None:
            four[place * 2] += came.met
            four[place * 2 + 1] += 1
        for rung in came.rungs:
            for name in self._told(subject, episode.clock, rung.step):
                self.found["people"].setdefault(name, [0, 0])[place] += 1

    def _told(self, subject: Subject, clock: str, step: Step) -> list[str]:
        part = subject.escalation or subject.item or subject.check or subject.record or subject.issue
        key = (f"{type(part).__name__} {clock}", part.id, step)
        if key not in self.known:
            to = self.desk.recipients(step, Clock(name=clock), subject)
            self.known[key] = [one.name for one in to]
        return self.known[key]


def of_issue(issue: Issue) -> Found:
    """The episodes of an issue and, where it is the origin of one, of its record."""
    subject, severity = Subject(issue), issue.severity
    history = facts.history("issue", issue.id)
    words = _news(issue)
    yield (
        subject,
        Episode(
            policy.FIRST_RESPONSE, severity, issue.reported_at, ended=words[0] if words else issue.closed_at
        ),
    )
    with_user = rules.pauses(history, rules.USERS_TURN)
    for start, end in pairwise([*words, issue.closed_at] if words else []):
        assert start is not None
        pauses = tuple(
            (begins, ends) for begins, ends in rules.after(with_user, start) if end is None or begins < end
        )
        yield subject, Episode(policy.NEXT_UPDATE, severity, start, ended=end, pauses=pauses)
    yield from _asked(subject)
    for record in db.session.scalars(select(Record).where(Record.primary_issue_id == issue.id)):
        yield from _of_record(issue, record)


def _news(issue: Issue) -> list[datetime]:
    """When the user heard from us."""
    said = select(Message.at).where(
        Message.issue_id == issue.id, Message.visibility == "public", ~Message.from_reporter
    )
    return list(db.session.scalars(said.order_by(Message.at)))


def _asked(subject: Subject) -> Found:
    issue = subject.issue
    for ask in db.session.scalars(select(Ask).where(Ask.issue_id == issue.id)):
        once = ask.kind == "solved" and issue.kind == issue_rules.HOW_TO
        closes = ask.kind == "solved" and issue.severity not in ("S1", "S2")
        yield subject, Episode(
            policy.USER_ANSWER, issue.severity, ask.asked_at, ended=ask.answered_at or issue.closed_at,
            ladder=ladder.ASK, repeats=not once, may_close=closes,
        )  # fmt: skip


def _of_record(issue: Issue, record: Record) -> Found:
    severity, subject = facts.severity(record), Subject(issue, record)
    history = facts.history("record", record.id)
    for (start, state), end in zip(history, [*(at for at, _ in history[1:]), None], strict=True):
        name = rules.RECORD_STATES.get(state)
        if name is not None:
            yield subject, Episode(name, severity, start, ended=end)
    held = rules.pauses(history, {record_rules.ON_HOLD})
    # What was not done when the record ended was not asked for any more.
    ended = facts.since(record) if record.state in record_rules.ENDED else None
    for sent in db.session.scalars(select(Escalation).where(Escalation.record_id == record.id)):
        over = sent.corrected_at or (
            sent.state_since if sent.state not in record_rules.ESCALATION_OPEN else None
        )
        part = Subject(issue, record, escalation=sent)
        pauses = rules.after(held, sent.sent_at)
        yield (
            part,
            Episode(
                policy.ACKNOWLEDGE, severity, sent.sent_at, ended=sent.acknowledged_at or over, pauses=pauses
            ),
        )
        yield (
            part,
            Episode(policy.CORRECT, severity, sent.sent_at, ended=over, until=sent.due_at, pauses=pauses),
        )
    for check in db.session.scalars(select(EffectCheck).where(EffectCheck.record_id == record.id)):
        start = min(record.watch_since or check.due_at, check.due_at)
        yield (
            Subject(issue, record, check=check),
            Episode(policy.EFFECT_CHECK, severity, start, ended=check.done_at or ended, until=check.due_at),
        )
    for item in db.session.scalars(
        select(RecordItem).where(RecordItem.record_id == record.id, RecordItem.due_at.is_not(None))
    ):
        yield (
            Subject(issue, record, item=item),
            Episode(policy.ACTION, severity, item.at, ended=item.done_at or ended, until=item.due_at),
        )
