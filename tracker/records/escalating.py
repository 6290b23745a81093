"""The escalation of a record: to whom, and how it moves with its record in one transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from tracker import audit, rearm, transitions
from tracker.accounts import queries as people
from tracker.accounts.models import Person, Team
from tracker.accounts.rules import SYSTEM, Actor
from tracker.db import db
from tracker.duty import queries as duty
from tracker.duty.models import Rota
from tracker.errors import DomainError, Missing, NotAllowed, WrongState
from tracker.hours.book import office_day_end
from tracker.issues import fields as issue_fields
from tracker.issues import parties, when
from tracker.outbox import rules as post_rules
from tracker.records import fields, letters, links, opening, queries, rules
from tracker.records.models import Record
from tracker.records.parts import Escalation, EscalationNote
from tracker.workflow import ASSIGNEE

NOTE_KINDS = ("update", "question", "answer", "note")
# Why a correction did not hold: written by the move itself, so that whoever is asked again reads it first.
SENT_BACK = "sent_back"


@dataclass(frozen=True)
class Target:
    """To whom an anomaly is escalated: a person, a team, a duty rota, or an outside contact by name and address."""

    person_id: int | None = None
    team_id: int | None = None
    rota_id: int | None = None
    name: str = ""
    email: str = ""


NAMED: Mapping[str, Callable[[int], Target]] = {
    "person": lambda one: Target(person_id=one),
    "team": lambda one: Target(team_id=one),
    "rota": lambda one: Target(rota_id=one),
}


def target(to: Any, record: Record) -> Target:
    """Read a target: itself, `person:3`, `team:2`, `rota:1`, an e-mail, the name of a team or a rota.

    Raises DomainError at `to`.
    """
    if isinstance(to, Target):
        return _reached(_checked(to))
    words = str(to or "").strip()
    kind, _colon, number = words.partition(":")
    if kind in NAMED and number.isdecimal() and len(number) < 10:
        return _checked(NAMED[kind](int(number)))
    person = people.by_email(words) if words else None
    if person is not None:
        return _checked(Target(person_id=person.id))
    team_id = db.session.scalar(select(Team.id).where(Team.name == words))
    if team_id is not None:
        return Target(team_id=team_id)
    rota = duty.by_name(words) if words else None
    if rota is not None:
        return Target(rota_id=rota.id)
    vendor = record.system
    if words and words.casefold() in (vendor.vendor_email.casefold(), "vendor"):
        return _checked(Target(name=vendor.vendor_contact or vendor.vendor_name, email=vendor.vendor_email))
    raise _nobody()


def _checked(to: Target) -> Target:
    person = db.session.get(Person, to.person_id) if to.person_id is not None else None
    if to.person_id is not None and (person is None or not person.active):
        raise _nobody()
    if to.team_id is not None and db.session.get(Team, to.team_id) is None:
        raise _nobody()
    if to.rota_id is not None:
        if db.session.get(Rota, to.rota_id) is None:
            raise _nobody()
        return to
    if to.person_id is None and to.team_id is None and not (to.name.strip() or to.email.strip()):
        raise _nobody()
    return to


def _reached(to: Target) -> Target:
    """A contact whose address was mistyped would never hear of it, and nobody would know."""
    if to.email.strip() and not post_rules.is_address(to.email.strip()):
        text = _("This is no e-mail address.")
        raise DomainError(text, fields={"to_email": text})
    return to


def _nobody() -> DomainError:
    words = _("Choose a person, a team, a duty rota or an outside contact.")
    return DomainError(words, fields={"to": words})


def send(
    record: Record, to: Target, *, due_at: datetime, summary: str, by: Actor, at: datetime
) -> Escalation:
    """A new escalation in the state `sent`; those it goes to take part in the issues."""
    escalation = Escalation(
        record_id=record.id, record=record, state=None, updated_at=at, to_person_id=_person_id(to, at),
        to_team_id=to.team_id, to_rota_id=to.rota_id, to_name=to.name.strip(), to_email=to.email.strip().lower(),
        by_id=by.person_id, summary=summary.strip(), sent_at=at, due_at=due_at,
    )  # fmt: skip
    db.session.add(escalation)
    db.session.flush()
    named = {
        "record": record.number,
        "to_person": escalation.to_person_id,
        "to_team": to.team_id,
        "due_at": due_at,
    }
    named |= {"to_rota": to.rota_id} if to.rota_id is not None else {}
    transitions.start(escalation, rules.SENT, by=by, at=at, after=named)
    for issue in queries.issues_of(record):
        opening.let_read(escalation, issue, at=at)
    letters.to_assignees(escalation, "escalated", cause=escalation.id, at=at, by=by, said=escalation.summary)
    return escalation


def _person_id(to: Target, at: datetime) -> int | None:
    """The person named, or who is on duty on the rota named; nobody where nobody is."""
    if to.rota_id is None:
        return to.person_id
    person = duty.on_duty(to.rota_id, at)
    return person.id if person is not None else None


def move(
    escalation: Escalation,
    verb: str,
    *,
    by: Actor,
    at: datetime,
    after: Mapping[str, Any] | None = None,
    note: str = "",
) -> None:
    """Move the escalation row alone; the verbs of the record call this beside their own move."""
    record = escalation.record
    relations = queries.relations(by, record, escalation, at)
    texts = {"note": note} if note else None
    transitions.move(
        rules.ESCALATION_WORKFLOW, escalation, verb, by=by, at=at, relations=relations, facts=None, after=after,
        texts=texts, on_behalf=on_behalf(by, escalation),
    )  # fmt: skip


def on_behalf(by: Actor, escalation: Escalation | None) -> str:
    """The outside contact whose statement a supervisor enters, by name."""
    if escalation is None or by.is_system or by.link is not None or not queries.is_outside(escalation):
        return ""
    return escalation.to_name or escalation.to_email


def acknowledge(escalation: Escalation, expected_at: datetime, *, by: Actor, at: datetime) -> None:
    """Taken, to be done by the expected date; again after a lapse, with a new date."""
    move(escalation, "acknowledge", by=by, at=at, after={"expected_at": expected_at})
    escalation.acknowledged_at = escalation.acknowledged_at or at
    escalation.acknowledged_by = on_behalf(by, escalation) or by.name
    escalation.expected_at = expected_at
    escalation.last_update_at = at
    letters.to_owner(escalation.record, "acknowledge", cause=at.isoformat(), at=at, by=by)


def promise_again(escalation: Escalation, expected_at: Any, *, by: Actor, at: datetime) -> None:
    """A new expected date, after the old one lapsed or before; raises Missing, or DomainError for a date gone by."""
    if not expected_at:
        raise Missing(("expected_at",))
    try:
        wanted = issue_fields.deadline(expected_at)
    except issue_fields.Unreadable as error:
        raise DomainError(str(error), fields={"expected_at": str(error)}) from None
    wrong = when.due_wrong(wanted, at)
    if wanted is None or wrong:
        raise DomainError(wrong, fields={"expected_at": wrong})
    acknowledge(escalation, wanted, by=by, at=at)


def send_again(escalation: Escalation, *, by: Actor, at: datetime, why: str) -> None:
    """The correction did not hold: the same escalation is sent anew, with why, and as much time as before."""
    move(escalation, "again", by=SYSTEM, at=at)
    span = escalation.due_at - escalation.sent_at
    escalation.sent_at, escalation.due_at = at, max(escalation.due_at, at + span)
    escalation.acknowledged_at = escalation.expected_at = escalation.corrected_at = None
    escalation.acknowledged_by = ""
    if escalation.to_rota_id is not None:
        escalation.to_person_id = _person_id(Target(rota_id=escalation.to_rota_id), at)
        db.session.flush()
        db.session.expire(escalation, ["to_person"])
    for issue in queries.issues_of(escalation.record):
        opening.let_read(escalation, issue, at=at)
    if why:
        db.session.add(EscalationNote(
            escalation_id=escalation.id, kind=SENT_BACK, body=why, by_id=by.person_id, by_name=by.name, at=at,
        ))  # fmt: skip
    letters.to_assignees(escalation, "sent_again", cause=at.isoformat(), at=at, by=SYSTEM, said=why)


def end(escalation: Escalation, verb: str, *, by: Actor, at: datetime, note: str) -> None:
    """Returned or cancelled, with the reason; those it went to no longer take part."""
    move(escalation, verb, by=by, at=at, note=note)
    escalation.reason = note
    for issue in queries.issues_of(escalation.record):
        parties.leave(issue, ("assignee",), at=at)
    links.revoke(escalation, at=at)
    letters.to_owner(escalation.record, "return", cause=escalation.id, at=at, by=by, said=note)


def correct(escalation: Escalation, *, by: Actor, at: datetime) -> None:
    """The correction was reported."""
    move(escalation, "correct", by=by, at=at)
    escalation.corrected_at = escalation.last_update_at = at
    letters.to_owner(escalation.record, "verify", cause=at.isoformat(), at=at, by=by)


def hand_over(escalation: Escalation, to: Person, *, by: Actor, at: datetime) -> None:
    """The assignee is away and hands it to their deputy, who has to acknowledge it anew."""
    if ASSIGNEE not in queries.relations(by, escalation.record, escalation, at):
        raise NotAllowed(act="hand_over")
    if escalation.state not in rules.ESCALATION_OPEN or escalation.to_person_id is None:
        raise WrongState(act="hand_over")
    before, escalation.to_person_id = escalation.to_person_id, to.id
    # Handed on by name: from here on it is theirs, whoever is on duty.
    rota, escalation.to_rota_id = escalation.to_rota_id, None
    db.session.flush()
    db.session.expire(escalation, ["to_person", "to_rota"])
    was = {"to": before, **({"rota": rota} if rota is not None else {})}
    audit.record("escalation.hand_over", escalation, by=by, at=at, before=was, after={"to": to.id})
    if escalation.state == rules.ACKNOWLEDGED:
        lapse(escalation, at=at)
    for issue in queries.issues_of(escalation.record):
        opening.let_read(escalation, issue, at=at)
    rearm.mark(escalation.kind_name, escalation.id, at=at)
    letters.to_assignees(
        escalation, "escalated", cause=f"{escalation.id}.{to.id}", at=at, by=by, said=escalation.summary
    )


def promise(escalation: Escalation | None, at: datetime) -> datetime | None:
    """The date to propose to the one who takes it: what was promised before, else what was asked.

    Once that has passed, the end of the next office day, so that taking it late is no more work than in time.
    """
    if escalation is None:
        return None
    wanted = escalation.expected_at or escalation.due_at
    return wanted if wanted > at else office_day_end(at, 1)


def lapse(escalation: Escalation, *, at: datetime) -> None:
    """The expected date has passed without an update: it waits to be acknowledged again."""
    move(escalation, "lapse", by=SYSTEM, at=at)


def add_note(escalation: Escalation, kind: str, body: str, *, by: Actor, at: datetime) -> EscalationNote:
    """One turn between engineer and supervisor; progress by the assignee counts as an update."""
    allowed = queries.relations(by, escalation.record, escalation, at) & {"assignee", "supervisor", "system"}
    if not allowed:
        raise NotAllowed(act=kind)
    if escalation.state not in (*rules.ESCALATION_OPEN, rules.CORRECTED):
        raise WrongState(act=kind)
    if kind not in NOTE_KINDS or not body.strip():
        raise DomainError(_("Write something first."), fields={"body": _("Write something first.")})
    note = EscalationNote(
        escalation_id=escalation.id, kind=kind, body=body.strip()[: fields.TEXT_MOST], by_id=by.person_id,
        by_name=on_behalf(by, escalation) if kind == "update" and "assignee" in allowed else by.name, at=at,
    )  # fmt: skip
    note.by_name = note.by_name or by.name
    db.session.add(note)
    if "assignee" in allowed and kind in ("update", "question"):
        escalation.last_update_at = at
    db.session.flush()
    audit.record(
        f"escalation.{kind}", escalation, by=by, at=at, after={"note": note.id}, texts={kind: note.body}
    )
    rearm.mark(escalation.kind_name, escalation.id, at=at)
    if kind in ("update", "question"):
        letters.to_owner(escalation.record, kind, cause=note.id, at=at, by=by, said=note.body)
    elif kind == "answer":
        letters.to_assignees(escalation, kind, cause=note.id, at=at, by=by, said=note.body)
    return note
