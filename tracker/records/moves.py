"""Every move of a record: what it reads from the request, the guard, and what follows from it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from flask_babel import gettext as _

from tracker import transitions, workflow
from tracker.accounts.models import Person
from tracker.accounts.rules import SYSTEM, Actor
from tracker.db import db
from tracker.errors import DomainError, Missing
from tracker.issues import fields as issue_fields
from tracker.records import (
    answering,
    escalating,
    holding,
    leading,
    letters,
    opening,
    queries,
    rules,
    signing,
    watching,
)
from tracker.records.asking import Fields, Request, read
from tracker.records.because import coded
from tracker.records.codes import CONCLUDE_CODES
from tracker.records.models import Record


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
    request.facts["note"] = read(issue_fields.clean, "note", request.note)
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
    for sibling in leading.followers(request.record, rules.FIXING):
        _carry(sibling, at=request.at)


def _carry(sibling: Record, *, at: datetime) -> None:
    """The leader's correction is the sibling's as well; where its own form still lacks something, its owner is told."""
    try:
        move_record(sibling, "verify", by=SYSTEM, at=at)
    except Missing:
        letters.to_owner(sibling, "led_lacks", cause=at.isoformat(), at=at, by=SYSTEM)


def _followed(request: Request) -> None:
    record, leader = request.record, request.facts["leader"]
    leading.link(record, leader, by=request.by, at=request.at)
    if not request.by.is_system:
        request.note = request.note or coded("led", leader.number)
        _end_escalation(request, "cancel")
    db.session.flush()
    if leader.state in leading.CORRECTED:
        _carry(record, at=request.at)


def _unfollowed(request: Request) -> None:
    leading.unlink(request.record)


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
    _take_up_again(request)
    letters.to_owner(record, "back", cause=record.loops, at=request.at, by=request.by, said=request.note)


def _take_up_again(request: Request) -> None:
    """The same people are asked again; who follows another record goes back with it, or goes on alone."""
    record, at = request.record, request.at
    if record.led_by_id is not None and request.fields.get("led"):
        return
    leading.unlink(record)
    if request.escalation is not None:
        escalating.send_again(request.escalation, by=request.by, at=at, why=request.note)
    for sibling in leading.followers(record, *leading.SENT_BACK):
        note = coded("leader_back", record.number)
        move_record(sibling, "back", by=SYSTEM, at=at, fields={"led": True}, note=note)
        move_record(sibling, "follow", by=SYSTEM, at=at, fields={"leader": record.number})


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
    for sibling in leading.followers(request.record, *leading.IN_HAND):
        leading.link(sibling, new, by=request.by, at=request.at)
    letters.to_owner(new, "reissue", cause="reissue", at=request.at, by=request.by, said=request.note)
    return new


def _cancelled(request: Request) -> None:
    opening.mark_open(request.record, False, False)
    for sibling in leading.followers(request.record, rules.FIXING, rules.VERIFYING):
        note = coded("leader_cancelled", request.record.number)
        move_record(sibling, "unfollow", by=SYSTEM, at=request.at, note=note)


BEFORE: Mapping[str, Callable[[Request], None]] = {
    "assign": _read_target, "acknowledge": _read_expected, "ask_user": _read_verifier,
    "conclude": _read_conclusion, "hold": holding.read_hold,
    "follow": leading.read_leader,
}  # fmt: skip
AFTER: Mapping[str, Callable[[Request], Record | None]] = {
    "open": _opened, "assign": _assigned, "return": _returned, "acknowledge": _acknowledged, "verify": _corrected,
    "ask_user": _asked_user, "review": _reviewed, "conclude": _concluded, "back": _went_back, "watch": _watched,
    "close": _closed, "reissue": _reissued, "hold": holding.held, "resume": holding.resumed, "cancel": _cancelled,
    "follow": _followed, "unfollow": _unfollowed,
}  # fmt: skip
