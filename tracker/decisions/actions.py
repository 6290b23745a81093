"""The verbs of a decision: a supervisor asks, a manager answers in one of four ways, either takes it back.

Never commits.  What an answer moves is moved by the verbs of the rooms below, under the manager's name.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from tracker import audit, rearm
from tracker.accounts import rules as roles
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.decisions import cases, dates, letters, queries, rules, suspending, telling
from tracker.decisions.cases import AnyCase
from tracker.decisions.cases import Case as Case
from tracker.decisions.cases import RoundCase as RoundCase
from tracker.decisions.models import Decision
from tracker.errors import DomainError, NotAllowed, WrongState
from tracker.inspections import actions as inspections
from tracker.inspections import planning
from tracker.issues import parties
from tracker.issues.models import Issue
from tracker.records import actions as records
from tracker.records import queries as record_queries


@dataclass(frozen=True)
class Given:
    """What a manager fills in; `part` and `clock` name the clock that is late."""

    reason: str
    until: datetime | None = None
    to: str = ""
    notice: str = ""
    part: tuple[str, int] | None = None
    clock: str = ""
    tell: bool = True


def ask(case: AnyCase, question: str, *, by: Actor, at: datetime) -> Decision:
    """A supervisor asks the managers to decide; asking again while it waits answers the same row."""
    if not by.is_for(roles.SUPERVISOR, unit_id=case.unit_id, system_id=case.system.id):
        raise NotAllowed(act="ask")
    if not case.open:
        raise WrongState(act="ask")
    wrong = dates.reason_wrong(question, field="question")
    if wrong:
        raise DomainError(fields=wrong)
    waiting = queries.standing_on(case).asked
    if waiting is not None:
        return waiting
    row = cases.new(case)
    row.asked_at, row.asked_by_id, row.question = at, by.person_id, question.strip()
    db.session.add(row)
    _written(case, row, "ask_decision", by, at, {"question": row.question})
    letters.ask(case, row, by=by, at=at)
    return row


def answer(case: AnyCase, kind: str, given: Given, *, by: Actor, at: datetime) -> Decision:
    """Carry out one of the four answers and write it down; it answers the question that waits, if one does.

    Raises NotAllowed, WrongState when the case has ended, DomainError naming the fields that are wrong.
    """
    if not queries.may_decide(by, unit_id=case.unit_id, system_id=case.system.id, at=at):
        raise NotAllowed(act="decide")
    if not case.open:
        raise WrongState(act="decide")
    if kind not in ANSWERS:
        text = _("Choose one of: %(values)s.", values=", ".join(rules.ANSWERS))
        raise DomainError(text, fields={"answer": text})
    wrong = dates.reason_wrong(given.reason)
    if wrong:
        raise DomainError(fields=wrong)
    facts = ANSWERS[kind](case, given, by, at)
    row = queries.standing_on(case).asked or cases.new(case)
    if isinstance(case, Case):
        row.record_id = case.record.id if case.record is not None else None
    row.answer, row.at, row.by_id, row.by_name = kind, at, by.person_id, by.name
    row.reason = given.reason.strip()
    for name, value in facts.items():
        setattr(row, name, value)
    db.session.add(row)
    _written(case, row, "decide", by, at, {"reason": row.reason}, answer=kind, **facts)
    letters.answered(case, row, by=by, at=at)
    return row


def _more_time(case: AnyCase, given: Given, by: Actor, at: datetime) -> dict[str, Any]:
    dates.checked(given.until, given.reason, at, date="until")
    if given.part is None or given.clock not in rules.MAY_MOVE:
        text = _("Choose what gets more time.")
        raise DomainError(text, fields={"clock": text})
    assert given.until is not None
    if isinstance(case, RoundCase):
        inspections.postpone(case.round, given.until, given.reason, by=by, at=at)
    else:
        dates.agree(given.part, given.clock, given.until, given.reason, root=case.root, by=by, at=at)
    if given.tell and isinstance(case, Case):
        telling.new_promise(_issues(case), given.until, by=_as_supervisor(by), at=at)
    return {"until": given.until, "part_kind": given.part[0], "part_id": given.part[1], "clock": given.clock}


def _reassign(case: AnyCase, given: Given, by: Actor, at: datetime) -> dict[str, Any]:
    """Return and assign the open escalation, else hand the case itself to another supervisor, a round to its owner."""
    if isinstance(case, RoundCase):
        person = _person(given.to)
        planning.hand_over(case.round.plan, person, given.reason, by=by, at=at)
        return {"to_name": person.name}
    escalation = record_queries.open_escalation(case.record) if case.record is not None else None
    if escalation is not None:
        if not given.to:
            text = _("Choose who takes it.")
            raise DomainError(text, fields={"to": text})
        made = records.move_escalation(
            escalation, "reassign", by=_as_supervisor(by), at=at, fields={"to": given.to}, note=given.reason
        )
        return {"to_name": made.addressee}
    person = _person(given.to)
    parties.assign(case.issue, person, by=_as_supervisor(by), at=at)
    if case.record is not None and case.record.owner_id != person.id:
        before, case.record.owner = case.record.owner_id, person
        audit.record(
            "record.hand_over",
            case.record,
            by=by,
            at=at,
            before={"owner": before},
            after={"owner": person.id},
        )
    return {"to_name": person.name}


def _suspend(case: AnyCase, given: Given, by: Actor, at: datetime) -> dict[str, Any]:
    suspending.suspend(case.system, given.reason, given.notice, by=by, at=at)
    return {}


def _accept_risk(case: AnyCase, given: Given, by: Actor, at: datetime) -> dict[str, Any]:
    dates.checked(given.until, given.reason, at, date="until")
    assert given.until is not None
    if given.until > rules.longest_acceptance(at):
        text = _("Accept it for %(days)s days at most, then decide anew.", days=rules.ACCEPT_DAYS)
        raise DomainError(text, fields={"until": text})
    before = queries.standing_on(case).accepted
    if before is not None:
        _end(before, rules.REPLACED, by, at)
    return {"until": given.until}


ANSWERS = {
    rules.MORE_TIME: _more_time, rules.REASSIGN: _reassign, rules.SUSPEND: _suspend, rules.ACCEPT_RISK: _accept_risk,
}  # fmt: skip


def take_back(row: Decision, reason: str, *, by: Actor, at: datetime) -> None:
    """The risk is accepted no longer: chasing comes again at once.  Raises WrongState when it has ended."""
    case = cases.of(row)
    if not queries.may_decide(by, unit_id=case.unit_id, system_id=case.system.id, at=at):
        raise NotAllowed(act="decide")
    if row.answer != rules.ACCEPT_RISK or row.ended_at is not None:
        raise WrongState(act="take_back")
    wrong = dates.reason_wrong(reason)
    if wrong:
        raise DomainError(fields=wrong)
    _end(row, rules.LIFTED, by, at)
    _written(case, row, "end_acceptance", by, at, {"reason": reason.strip()}, because=rules.LIFTED)


def over(case: AnyCase, *, by: Actor, at: datetime) -> None:
    """The date until which the risk was accepted has passed."""
    row = queries.standing_on(case).accepted
    if row is None:
        raise WrongState(act="over")
    _end(row, rules.OVER, by, at)
    _written(case, row, "end_acceptance", by, at, {}, because=rules.OVER)


def _end(row: Decision, because: str, by: Actor, at: datetime) -> None:
    row.ended_at, row.ended_because, row.ended_by_name = at, because, by.name


def _written(
    case: AnyCase, row: Decision, verb: str, by: Actor, at: datetime, texts: dict[str, str], **facts: Any
) -> None:
    """One line of the trail on the case, and its clocks computed anew."""
    db.session.flush()
    kind, root_id = case.root
    audit.record(
        f"{kind}.{verb}", case.root, by=by, at=at, after={"decision": row.id, **facts},
        texts={key: text for key, text in texts.items() if text},
    )  # fmt: skip
    rearm.mark(kind, root_id, at=at)


def _issues(case: Case) -> list[Issue]:
    return record_queries.issues_of(case.record) if case.record is not None else [case.issue]


def _as_supervisor(by: Actor) -> Actor:
    """The manager with a supervisor's right for this one act: a decision stands above whose move it usually is."""
    limits = {**by.limits, roles.SUPERVISOR: by.limits.get(roles.MANAGER, roles.Limit())}
    if by.is_(roles.MANAGER):
        return replace(by, roles=by.roles | {roles.SUPERVISOR}, limits=limits)
    return by


def _person(to: str) -> Person:
    number = to.removeprefix("person:")
    known = number.isdecimal() and len(number) < 10
    person = db.session.get(Person, int(number)) if known else None
    if person is None or not person.active:
        text = _("Choose a person.")
        raise DomainError(text, fields={"to": text})
    return person
