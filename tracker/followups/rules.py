"""Which clocks a case has: states to clocks, one function a kind of subject.  Pure.

Pauses are replayed from the history of states; nothing is accumulated, so a changed policy loses none of them.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tracker.calendars import Pause
from tracker.followups import fixed, ladder
from tracker.followups.ladder import Want
from tracker.issues import rules as issues
from tracker.policies import rules as policy
from tracker.policies.presets import PRESETS
from tracker.policies.rules import DAY, NORMAL, About, Policy, Rule
from tracker.records import rules as records

History = Sequence[tuple[datetime, str]]

# The states in which the handler owes the user the next word, and those in which the user owes it.
HANDLERS_TURN = frozenset({issues.NEW, issues.CONFIRMING, issues.CONFIRMED, issues.ESCALATED})
USERS_TURN = frozenset({issues.WAITING_USER, issues.ANSWERED})

# Clocks of a record that run from the moment it enters these states.
RECORD_STATES = {
    records.OPENED: policy.ASSIGN,
    records.VERIFYING: policy.VERIFY,
    records.USER_CONFIRM: policy.CONFIRM,
    records.REVIEW: policy.SIGNOFF,
}


@dataclass(frozen=True)
class Question:
    """The open question to the user: since when, how often asked, what about, when asked again."""

    id: int
    kind: str
    asked_at: datetime
    count: int = 1
    asked_again_at: datetime | None = None


@dataclass(frozen=True)
class IssueFacts:
    """What the clocks of an issue depend on."""

    id: int
    state: str
    severity: str
    kind: str | None
    owner: str
    imported: bool
    harm: bool
    personal_data: bool
    reported_at: datetime
    first_response_at: datetime | None
    last_update_at: datetime | None
    history: History
    holds: tuple[Pause, ...] = ()
    question: Question | None = None
    record_state: str = ""


@dataclass(frozen=True)
class Dated:
    """An effect check or an action of a record: something due at an agreed instant and not done."""

    kind: str
    id: int
    owner: str
    since: datetime
    due_at: datetime


@dataclass(frozen=True)
class RecordFacts:
    """What the clocks of a record, of its effect checks and of its actions depend on."""

    id: int
    state: str
    severity: str
    owner: str
    state_since: datetime
    hold_until: datetime | None
    liaison: str
    issue_escalated: bool
    holds: tuple[Pause, ...] = ()
    signed_at: datetime | None = None
    checks_made: bool = False
    checked_at: datetime | None = None
    elsewhere_since: datetime | None = None
    dated: tuple[Dated, ...] = ()


@dataclass(frozen=True)
class EscalationFacts:
    """What the clocks of an escalation depend on; `holds` are its record's."""

    id: int
    state: str
    severity: str
    owner: str
    state_since: datetime
    sent_at: datetime
    due_at: datetime
    acknowledged_at: datetime | None
    expected_at: datetime | None
    last_update_at: datetime | None
    holds: tuple[Pause, ...] = ()


@dataclass(frozen=True)
class Yardstick:
    """By what a case is measured: its policy, how long one working day of the office is, what rules may ask for."""

    policy: Policy
    day: timedelta = field(default=timedelta(hours=9))
    about: About = field(default_factory=About)

    def rule(self, clock: str, severity: str, *, repeats: bool = True) -> Rule:
        """What holds for this clock; the shipped rule where the policy has none, so that nothing runs unwatched.

        Only the question whether a how-to has helped is asked by the rule for how-tos (`repeats` is false).
        """
        case = replace(self.about, severity=severity)
        if clock == policy.USER_ANSWER and repeats and case.kind == issues.HOW_TO:
            case = replace(case, kind="")
        found = self.policy.rule(clock, case) or PRESETS[NORMAL].rule(clock, case)
        return found or fixed.FIXED.get(clock) or Rule(clock, ())

    def of(self, want: Want, severity: str) -> Rule:
        """What holds for the clock that is wanted."""
        if want.name in fixed.BY_LAW:
            return fixed.by_law(want.name, want.key)
        return self.rule(want.name, severity, repeats=want.repeats)

    def allowance(self, clock: str, severity: str) -> timedelta:
        """How long this clock may run for this severity, in working time."""
        allowed = self.rule(clock, severity).allowance
        assert allowed is not None, clock
        return allowed.of(severity) * (self.day if allowed.unit == DAY else timedelta(hours=1))


def pauses(history: History, states: Collection[str]) -> tuple[Pause, ...]:
    """The intervals spent in these states; the last one is open while the subject is still there."""
    found: list[Pause] = []
    since: datetime | None = None
    for at, state in history:
        if state in states and since is None:
            since = at
        elif state not in states and since is not None:
            found.append((since, at))
            since = None
    return (*found, (since, None)) if since is not None else tuple(found)


def after(gaps: Iterable[Pause], start: datetime) -> tuple[Pause, ...]:
    """The pauses that touch the time after `start`."""
    return tuple((max(begins, start), ends) for begins, ends in gaps if ends is None or ends > start)


def clocks_of_issue(facts: IssueFacts, yardstick: Yardstick) -> Iterator[Want]:
    """The clocks of an issue.  Ended and imported ones have none: history arms nothing until somebody touches it."""
    if facts.state in issues.ENDED or facts.imported:
        return
    alarms = alarms_of(facts)
    if alarms:
        yield Want(policy.URGENT, facts.reported_at, ladder=ladder.NOTICE, key=",".join(alarms))
    if facts.first_response_at is None:
        allowed = yardstick.allowance(policy.FIRST_RESPONSE, facts.severity)
        yield Want(policy.FIRST_RESPONSE, facts.reported_at, allowed, key=facts.owner)
    elif facts.state in HANDLERS_TURN | USERS_TURN:
        yield _next_update(facts, yardstick)
    if facts.question is not None and not _answered_by_time(facts, facts.question):
        yield _user_answer(facts, facts.question)


def alarms_of(facts: IssueFacts) -> tuple[str, ...]:
    """Why an issue cannot wait for anything: harm, personal data, S1."""
    signs = (("harm", facts.harm), ("personal_data", facts.personal_data), ("S1", facts.severity == "S1"))
    return tuple(name for name, holds in signs if holds)


def _next_update(facts: IssueFacts, yardstick: Yardstick) -> Want:
    assert facts.first_response_at is not None
    start = max(facts.first_response_at, facts.last_update_at or facts.first_response_at)
    with_user, held = after(pauses(facts.history, USERS_TURN), start), after(facts.holds, start)
    allowed = yardstick.allowance(policy.NEXT_UPDATE, facts.severity)
    return Want(
        policy.NEXT_UPDATE, start, allowed, pauses=(*with_user, *held), key=facts.owner,
        because=(*(ladder.USER for _ in with_user), *(ladder.HELD for _ in held)),
    )  # fmt: skip


def _answered_by_time(facts: IssueFacts, question: Question) -> bool:
    """The record went on without the user's word: nobody is asked while it is signed and watched."""
    return question.kind == "solved" and facts.record_state in (records.REVIEW, records.WATCHING)


def _user_answer(facts: IssueFacts, question: Question) -> Want:
    """A how-to is asked once; the system never closes S1 or S2, nor while a record is still in work."""
    closes = facts.state == issues.ANSWERED and facts.severity not in ("S1", "S2")
    may_close = facts.record_state == records.USER_CONFIRM or (closes and not facts.record_state)
    repeats = not (question.kind == "solved" and facts.kind == issues.HOW_TO)
    key = f"{question.id}:{question.kind}"
    return Want(
        policy.USER_ANSWER,
        question.asked_at,
        ladder=ladder.ASK,
        key=key,
        repeats=repeats,
        may_close=may_close,
        asked=question.count,
        asked_again_at=question.asked_again_at,
    )


def clocks_of_record(facts: RecordFacts, yardstick: Yardstick) -> Iterator[Want]:
    """The clocks of the record itself; those of its checks and actions are `clocks_of_dated`."""
    if facts.state == records.ON_HOLD and facts.hold_until is not None:
        yield Want(policy.HOLD, facts.state_since, until=facts.hold_until, key=facts.liaison)
    if facts.elsewhere_since is not None:
        since = facts.elsewhere_since
        allowed = yardstick.allowance(fixed.ELSEWHERE, facts.severity)
        yield Want(fixed.ELSEWHERE, since, allowed, pauses=after(facts.holds, since), key=facts.owner)
    name = RECORD_STATES.get(facts.state)
    if facts.state == records.DRAFT and facts.issue_escalated:
        name = policy.ASSIGN
    if facts.state == records.WATCHING and not any(one.kind == policy.EFFECT_CHECK for one in facts.dated):
        name = policy.CLOSE if facts.checks_made else None
    if name is not None:
        # What is to be signed waits since the last signature, what is to be closed since the last effect check.
        begins = (facts.state_since, facts.signed_at, facts.checked_at if name == policy.CLOSE else None)
        start = max(one for one in begins if one is not None)
        yield Want(name, start, yardstick.allowance(name, facts.severity), key=facts.owner)


def clocks_of_dated(facts: RecordFacts, one: Dated) -> Iterator[Want]:
    """The one clock of an effect check or action, paused with its record."""
    if facts.state not in records.ENDED:
        yield Want(one.kind, one.since, until=one.due_at, pauses=after(facts.holds, one.since), key=one.owner)


def clocks_of_escalation(facts: EscalationFacts, yardstick: Yardstick) -> Iterator[Want]:
    """Acknowledge, then keep the date given and say how it goes; and the due date of F2 from the first."""
    if facts.state not in records.ESCALATION_OPEN:
        return
    gaps = after(facts.holds, facts.sent_at)
    yield Want(policy.CORRECT, facts.sent_at, until=facts.due_at, pauses=gaps, key=facts.owner)
    start = facts.state_since
    if facts.state == records.SENT:
        allowed = yardstick.allowance(policy.ACKNOWLEDGE, facts.severity)
        yield Want(policy.ACKNOWLEDGE, start, allowed, pauses=after(facts.holds, start), key=facts.owner)
        return
    if facts.expected_at is not None:
        yield Want(
            policy.EXPECTED, start, until=facts.expected_at, pauses=after(facts.holds, start), key=facts.owner,
            ladder=ladder.PROMISE,
        )  # fmt: skip
    start = max(start, facts.last_update_at or start)
    allowed = yardstick.allowance(policy.NEXT_UPDATE, facts.severity)
    yield Want(policy.NEXT_UPDATE, start, allowed, pauses=after(facts.holds, start), key=facts.owner)
