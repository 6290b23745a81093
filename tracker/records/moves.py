"""Every move of a record: what it reads from the request, the guard, and what follows from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from tracker import transitions, workflow
from tracker.accounts import queries as people
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import DomainError, Missing
from tracker.issues import fields as issue_fields
from tracker.issues import when
from tracker.records import (
    answering,
    escalating,
    holding,
    letters,
    opening,
    queries,
    rules,
    signing,
    watching,
)
from tracker.records.codes import CONCLUDE_CODES
from tracker.records.models import Record
from tracker.records.parts import Escalation

Fields = Mapping[str, Any]


@dataclass
class Request:
    """One move that was asked for: by whom, when, with which fields, and the latest escalation."""

    record: Record
    by: Actor
    at: datetime
    fields: Fields
    note: str
    escalation: Escalation | None
    facts: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """A free text of the request, cleaned; kept apart in the trail when it says something."""
        found = _read(issue_fields.clean, key, self.fields.get(key) or "")
        if found:
            self.texts[key] = found
        return str(found)

    def instant(self, key: str, *, future: bool = True) -> datetime | None:
        """An instant of the request, by default one still to come."""
        found: datetime | None = _read(issue_fields.deadline, key, self.fields.get(key))
        if found is not None:
            self.after[key] = found
            wrong = when.due_wrong(found, self.at) if future else ""
            if wrong:
                raise DomainError(wrong, fields={key: wrong})
        return found


def _read(read: Callable[[Any], Any], key: str, value: Any) -> Any:
    try:
        return read(value)
    except issue_fields.Unreadable as error:
        raise DomainError(str(error), fields={key: str(error)}) from None


def move_record(
    record: Record, verb: str, *, by: Actor, at: datetime, fields: Fields | None = None, note: str = ""
) -> Record:
    """Carry out one verb of the record with all that follows; returns the record to go on with (a reissue's new one).

    Raises NotAllowed, then WrongState, then Missing with the keys that fail, or DomainError naming a wrong field.
    """
    escalation = queries.last_escalation(record)
    given = dict(fields or {})
    request = Request(record, by, at, given, note or str(given.get("note") or ""), escalation)
    relations = queries.relations(by, record, escalation, at)
    step = workflow.check(rules.WORKFLOW, verb, state=record.state or "", relations=relations)
    request.facts["note"] = _read(issue_fields.clean, "note", request.note)
    request.note = request.facts["note"]
    request.facts["by_system"] = by.is_system
    if request.note:
        request.texts["note"] = request.note
    if verb in BEFORE:
        BEFORE[verb](request)
    facts = queries.facts(record, at, **request.facts)
    unfilled = ("due_at",) if verb == "assign" and "due_at" not in request.after else ()
    missing = (*workflow.missing(step, facts), *unfilled)
    if missing:
        raise Missing(missing)
    transitions.move(
        rules.WORKFLOW, record, verb, by=by, at=at, relations=relations, facts=facts, after=request.after,
        texts=request.texts, on_behalf=_on_behalf(verb, request),
    )  # fmt: skip
    outcome = AFTER[verb](request) if verb in AFTER else None
    db.session.flush()
    return outcome or record


def _on_behalf(verb: str, request: Request) -> str:
    if verb not in ("acknowledge", "fix", "verify"):
        return ""
    return escalating.on_behalf(request.by, request.escalation)


# What a move reads from its request, for the guards.


def _read_target(request: Request) -> None:
    to = request.fields.get("to")
    if to:
        request.fields = {**request.fields, "to": escalating.target(to, request.record)}
        request.facts["assigned_to"] = True
    request.instant("due_at")
    request.text("summary")


def _read_expected(request: Request) -> None:
    request.facts["expected_at"] = request.instant("expected_at")


def _read_solution(request: Request) -> None:
    if request.fields.get("proposed_solution"):
        answering.save_solution(
            request.record, request.text("proposed_solution"), by=request.by, at=request.at
        )


def _read_verifier(request: Request) -> None:
    _read_solution(request)
    reason = request.text("same_person_reason")
    request.facts["verifier_id"] = request.by.person_id
    allowed = reason and answering.same_person_may_verify(request.record, request.by, request.at)
    request.facts["same_person_reason"] = reason if allowed else ""


def _read_conclusion(request: Request) -> None:
    _read_solution(request)
    code = str(request.fields.get("close_code") or "")
    if code and code not in CONCLUDE_CODES:
        words = _("Choose one of: %(values)s.", values=", ".join(CONCLUDE_CODES))
        raise DomainError(words, fields={"close_code": words})
    request.facts["close_code"] = request.after["close_code"] = code


def _read_hold(request: Request) -> None:
    liaison = _liaison(request.fields.get("liaison"))
    request.after |= {"liaison": liaison.id if liaison else None, "held_from": request.record.state}
    request.facts |= {
        "waiting_for": request.text("waiting_for"), "hold_until": request.instant("until", future=False),
        "liaison": liaison is not None, "promise": request.text("promise"),
    }  # fmt: skip
    # Without a date of its own the reporter's promise is the end of the hold.
    request.after["promise_at"] = request.instant("promise_at") or request.facts["hold_until"]


def _liaison(given: Any) -> Person | None:
    """A person by id, by `person:3` or by e-mail; DomainError when there is none."""
    if given in (None, ""):
        return None
    words = str(given).removeprefix("person:").strip()
    person = db.session.get(Person, int(words)) if words.isdecimal() and len(words) < 10 else None
    if person is None and "@" in words:
        person = people.by_email(words)
    if person is None or not person.active:
        text = _("Choose a person.")
        raise DomainError(text, fields={"liaison": text})
    return person


# What follows from a move.


def _opened(request: Request) -> None:
    record = request.record
    record.owner = record.owner or db.session.get(Person, request.by.person_id)
    opening.mark_open(record, True, True)


def _assigned(request: Request) -> None:
    escalating.send(
        request.record, request.fields["to"], due_at=request.after["due_at"], summary=request.texts.get("summary", ""),
        by=request.by, at=request.at,
    )  # fmt: skip


def _returned(request: Request) -> None:
    verb = "cancel" if request.fields.get("cancel") else "return"
    _end_escalation(request, verb)


def _end_escalation(request: Request, verb: str) -> None:
    if request.escalation is not None and request.escalation.state in rules.ESCALATION_OPEN:
        escalating.end(request.escalation, verb, by=request.by, at=request.at, note=request.note)


def _acknowledged(request: Request) -> None:
    if request.escalation is not None:
        escalating.acknowledge(request.escalation, request.facts["expected_at"], by=request.by, at=request.at)


def _corrected(request: Request) -> None:
    if request.escalation is not None and request.escalation.state in rules.ESCALATION_OPEN:
        escalating.correct(request.escalation, by=request.by, at=request.at)


def _asked_user(request: Request) -> None:
    record = request.record
    record.verified_by, record.verified_at = db.session.get(Person, request.by.person_id), request.at
    record.verification_result = record.verification_result or "passed"
    record.same_person_reason = request.facts["same_person_reason"]
    answering.deliver(record, by=request.by, at=request.at)


def _concluded(request: Request) -> None:
    request.record.close_code = request.facts["close_code"]
    request.record.conclude_reason = request.note
    _end_escalation(request, "cancel")
    answering.deliver(request.record, by=request.by, at=request.at)
    _reviewed(request)


def _went_back(request: Request) -> None:
    record = request.record
    record.loops += 1
    record.close_code = record.conclude_reason = record.verification_result = ""
    record.verified_by = record.verified_at = record.user_reply_sent_at = None
    record.same_person_reason = ""
    answering.take_back(record, at=request.at)
    signing.void(record, because="back", by=request.by, at=request.at)
    if request.escalation is not None:
        escalating.send_again(request.escalation, at=request.at)
    letters.to_owner(record, "back", cause=record.loops, at=request.at, by=request.by, said=request.note)


def _reviewed(request: Request) -> None:
    letters.ask_to_sign(request.record, cause=request.record.loops, at=request.at, by=request.by)


def _watched(request: Request) -> None:
    request.record.watch_since = request.at
    watching.plan_checks(request.record)


def _closed(request: Request) -> None:
    record = request.record
    record.lessons = request.text("lessons") or record.lessons
    record.close_code = record.close_code or "solved"
    record.closed_at = request.at
    opening.mark_open(record, False, True)
    answering.finish(record, at=request.at)


def _reissued(request: Request) -> Record:
    new = opening.begin_again(request.record, by=request.by, at=request.at)
    answering.carry_over(request.record, new, at=request.at)
    letters.to_owner(new, "reissue", cause="reissue", at=request.at, by=request.by, said=request.note)
    return new


def _held(request: Request) -> None:
    record = request.record
    record.held_from = request.after["held_from"]
    record.hold_waiting_for, record.hold_promise = request.facts["waiting_for"], request.facts["promise"]
    record.hold_until, record.hold_liaison_id = request.facts["hold_until"], request.after["liaison"]
    record.hold_promise_at = request.after["promise_at"]
    holding.tell(record, by=request.by, at=request.at)


def _resumed(request: Request) -> None:
    record = request.record
    record.held_from = record.hold_waiting_for = record.hold_promise = ""
    record.hold_until = record.hold_liaison_id = record.hold_promise_at = None


def _cancelled(request: Request) -> None:
    opening.mark_open(request.record, False, False)


BEFORE: Mapping[str, Callable[[Request], None]] = {
    "assign": _read_target, "acknowledge": _read_expected, "ask_user": _read_verifier,
    "conclude": _read_conclusion, "hold": _read_hold,
}  # fmt: skip
AFTER: Mapping[str, Callable[[Request], Record | None]] = {
    "open": _opened, "assign": _assigned, "return": _returned, "acknowledge": _acknowledged, "verify": _corrected,
    "ask_user": _asked_user, "review": _reviewed, "conclude": _concluded, "back": _went_back, "watch": _watched,
    "close": _closed, "reissue": _reissued, "hold": _held, "resume": _resumed, "cancel": _cancelled,
}  # fmt: skip
