"""The past of cases as episodes of their clocks, out of their rows and the history of their states."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import or_, select

from tracker.calendars import Pause
from tracker.db import db
from tracker.decisions.models import AgreedDate, Decision
from tracker.decisions.rules import ACCEPT_RISK
from tracker.followups import deciding, facts, ladder, of_record, replaying, rules
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
    """The episodes of an issue and, where it is the origin of one, of its record, as they ran: with the dates that
    were agreed on, and without reminders while a risk was accepted."""
    records = db.session.scalars(select(Record).where(Record.primary_issue_id == issue.id)).all()
    found = [*_of_issue(issue, records), *(one for each in records for one in of_record.of(issue, each))]
    dates, silent = _agreed([subject for subject, _episode in found]), _accepted(issue)
    for subject, episode in found:
        quiet = silent if episode.clock not in deciding.GOES_ON else ()
        for part in dated(episode, dates.get((*part_of(subject), episode.clock), ())):
            yield subject, replace(part, silent=quiet)


def part_of(subject: Subject) -> tuple[str, int]:
    """What the clocks of this subject hang on, as the engine names it."""
    if subject.escalation is not None:
        return "escalation", subject.escalation.id
    if subject.check is not None:
        return policy.EFFECT_CHECK, subject.check.id
    if subject.item is not None:
        return policy.ACTION, subject.item.id
    return ("record", subject.record.id) if subject.record is not None else ("issue", subject.issue.id)


def dated(episode: Episode, dates: Sequence[AgreedDate]) -> Iterator[Episode]:
    """The episode, cut where another date was agreed on while it ran: the last date decides whether it was kept."""
    mine = [
        one for one in dates if episode.start <= one.at and (episode.ended is None or one.at < episode.ended)
    ]
    present = episode
    for one in mine:
        yield replace(present, ended=one.at, judged=False)
        present = replace(episode, until=one.due_at, since=one.at)
    yield present


def _agreed(subjects: Sequence[Subject]) -> dict[tuple[str, int, str], list[AgreedDate]]:
    """Every date agreed on for clocks of these, in the order they were."""
    found: dict[tuple[str, int, str], list[AgreedDate]] = {}
    wanted = [
        (AgreedDate.part_kind == kind) & (AgreedDate.part_id == one)
        for kind, one in {part_of(subject) for subject in subjects}
    ]
    if wanted:
        for date in db.session.scalars(select(AgreedDate).where(or_(*wanted)).order_by(AgreedDate.id)):
            found.setdefault((date.part_kind, date.part_id, date.clock), []).append(date)
    return found


def _accepted(issue: Issue) -> tuple[Pause, ...]:
    """When the risk of the case was accepted."""
    spells = select(Decision.at, Decision.ended_at).where(
        Decision.issue_id == issue.id, Decision.answer == ACCEPT_RISK, Decision.at.is_not(None)
    )
    return tuple(
        (at, ended) for at, ended in db.session.execute(spells.order_by(Decision.id)) if at is not None
    )


def _of_issue(issue: Issue, records: Sequence[Record]) -> Found:
    subject, severity = Subject(issue), issue.severity
    history = facts.history("issue", issue.id)
    words = _news(issue)
    first = words[0] if words else issue.closed_at
    yield subject, Episode(policy.FIRST_RESPONSE, severity, issue.reported_at, ended=first)
    waits = list(rules.pauses(history, rules.USERS_TURN))
    for record in records:
        waits += rules.pauses(facts.history("record", record.id), {record_rules.ON_HOLD})
    for start, end in pairwise([*words, issue.closed_at] if words else []):
        assert start is not None
        pauses = tuple(
            (begins, ends) for begins, ends in rules.after(waits, start) if end is None or begins < end
        )
        yield subject, Episode(policy.NEXT_UPDATE, severity, start, ended=end, pauses=pauses)
    yield from _asked(subject)


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
