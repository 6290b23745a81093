"""Records over the API: read, fill in, move, sign, escalate, take out."""

from collections.abc import Sequence
from typing import Any

from flask import Response
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker import clock
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.accounts.views.again import prove
from tracker.api import shapes, tags
from tracker.api.acts import Done, acts
from tracker.api.doors import blueprint, body_of, plain_id
from tracker.api.lists import item, page_of
from tracker.db import db, first_or_404
from tracker.followups import actions as followups
from tracker.followups.models import Clock
from tracker.issues.api import url_of
from tracker.issues.models import Issue
from tracker.records import actions, because, content, fields, queries, rules, standing_in, taxonomies
from tracker.records.masking import masked
from tracker.records.models import Record
from tracker.records.parts import EffectCheck
from tracker.records.views.files import file_of
from tracker.records.views.loading import log_view
from tracker.records.whole import Whole
from tracker.statutory import by_hand
from tracker.systems.models import AISystem
from tracker.web import current_actor

bp = blueprint("records", "Records")
# What the next step forward is, whose unmet guards are a record's `missing`.
FORWARD = {
    rules.DRAFT: "open", rules.OPENED: "assign", rules.ASSIGNED: "acknowledge", rules.ANALYSING: "fix",
    rules.FIXING: "verify", rules.VERIFYING: "ask_user", rules.USER_CONFIRM: "review", rules.REVIEW: "watch",
    rules.WATCHING: "close", rules.ON_HOLD: "resume",
}  # fmt: skip
SEALED = frozenset({"input_text", "actual_output", "expected_output", "trace_refs"})


@bp.get("/records")
@bp.input(shapes.RecordFilter, location="query", arg_name="wanted")
@bp.output(shapes.RecordPage)
def list_records(wanted: shapes.RecordFilter) -> dict[str, Any]:
    """The records that the token's owner may see, newest first."""
    found = queries.visible(current_actor()).options(
        joinedload(Record.system), joinedload(Record.primary_issue)
    )
    if wanted.state:
        found = found.where(Record.state == wanted.state)
    if wanted.system:
        found = found.where(Record.system_id.in_(select(AISystem.id).where(AISystem.key == wanted.system)))
    return page_of(found, Record.id, limit=wanted.limit, cursor=wanted.cursor, show=_lines)


@bp.get("/records/<number>")
@bp.output(shapes.RecordOut)
def read(number: str) -> Response:
    """The whole form by the keys of its fields; the ETag knows each field, for `If-Match` on PATCH."""
    actor = current_actor()
    found = standing_in.readable(actor, clock.now()).where(Record.number == number)
    record = log_view(first_or_404(queries.in_full(found)), actor)
    return item(whole(record, actor), digests(Whole(record)))


@bp.patch("/records/<number>")
@bp.input(shapes.RecordPatch, arg_name="body")
@bp.output(shapes.RecordOut)
@acts
def save(number: str, body: shapes.RecordPatch) -> Done:
    """Fill in fields; with If-Match, a field that somebody else wrote since is not overwritten (412, both texts)."""
    actor, record = _mine(number)
    changes = body_of(body)
    at = clock.now()
    by_hand.guard(record, changes)
    changed = actions.save(record, changes, by=actor, at=at, seen=tags.seen(digests(Whole(record))))
    if by_hand.PART in changed and by_hand.settle(record, by=actor, at=at):
        followups.rearm_now(record.kind_name, record.id, at)
    return Done(whole(record, actor), digests=digests(Whole(record)))


@bp.post("/records/<number>/transitions")
@bp.input(shapes.MoveIn, arg_name="body")
@bp.output(shapes.RecordOut)
@acts
def move(number: str, body: shapes.MoveIn) -> Done:
    """Make a move of the life cycle; 409 names what is missing.  `reissue` answers with the new record."""
    actor, record = _mine(number)
    moved = actions.move_record(
        record, body.move, by=actor, at=clock.now(), fields=body.fields, note=body.note
    )
    return Done(whole(moved, actor))


@bp.post("/records/<number>/signatures")
@bp.input(shapes.SignatureIn, arg_name="body")
@bp.output(shapes.RecordOut, status_code=201)
@acts
def sign(number: str, body: shapes.SignatureIn) -> Done:
    """Sign as supervisor (L1) or manager (L2); the password is asked again."""
    actor, record = _to_sign(number)
    prove(db.session.get_one(Person, actor.person_id), body.password)
    actor, record = _to_sign(number)
    actions.sign(
        record, signed_as=body.signed_as, statement=body.statement or _("I have read and approve this record."),
        by=actor, at=clock.now(), same_person_reason=body.same_person_reason,
    )  # fmt: skip
    return Done(whole(record, actor), 201)


@bp.post("/records/<number>/effect_checks/<int:check_id>")
@bp.input(shapes.EffectCheckIn, arg_name="body")
@bp.output(shapes.RecordOut)
@acts
def check_effect(number: str, check_id: int, body: shapes.EffectCheckIn) -> Done:
    """Enter the result of one effect check, or correct it, with the reason in `because`."""
    actor, record = _mine(number)
    wanted = select(EffectCheck).where(
        EffectCheck.id == plain_id(check_id), EffectCheck.record_id == record.id
    )
    check = first_or_404(wanted)
    actions.record_check(
        check, body.result, body.recurrences, by=actor, at=clock.now(), early_because=body.early_because,
        because=body.because,
    )  # fmt: skip
    return Done(whole(record, actor))


@bp.get("/records/<number>/export")
@bp.input(shapes.ExportFormat, location="query", arg_name="wanted")
def export(number: str, wanted: shapes.ExportFormat) -> Response:
    """The form as a file: PDF and word-processor files in the language and years of the token's owner."""
    actor = current_actor()
    return file_of(first_or_404(queries.by_number(actor, number)), actor, wanted.format)


def _mine(number: str) -> tuple[Actor, Record]:
    actor = current_actor()
    return actor, queries.for_change(queries.visible(actor).where(Record.number == number))


def _to_sign(number: str) -> tuple[Actor, Record]:
    """The record, for the deputy of a signer who is away as well."""
    actor = current_actor()
    found = standing_in.readable(actor, clock.now()).where(Record.number == number)
    return actor, queries.for_change(found)


def whole(record: Record, actor: Actor) -> dict[str, Any]:
    """Every field by its key, how the record stands, what each open move needs, and its clocks."""
    now, every = clock.now(), Whole(record)
    sealed = record.primary_issue.personal_data
    values = {
        key: None if sealed and key in SEALED else value
        for key, value in masked(content.values(every), record, actor).items()
    }
    open_moves = actions.missing(record, actor, now, whole=every)
    return values | {
        "number": record.number,
        "state": record.state,
        "severity": record.severity,
        "long_form": record.long_form,
        "classification": taxonomies.plain(values),
        "missing": list(open_moves.get(FORWARD.get(record.state or "", ""), ())),
        "moves": {verb: list(keys) for verb, keys in open_moves.items()},
        "clocks": _clocks(record),
        "evidence_holds": [
            {
                "id": one.id,
                "rule": one.rule_id,
                "because": one.because,
                "at": one.at,
                "stops_work": one.stops_work,
            }
            for one in every.holds
        ],
        "escalations": [escalation_facts(one) for one in every.escalations],
        "sealed": sealed,
        "created_at": record.created_at,
        "updated_at": record.updated_at,
        "url": url_of(record.number),
    }


def escalation_facts(one: Any) -> dict[str, Any]:
    """One escalation as the API shows it."""
    return {
        "id": one.id, "state": one.state, "record": one.record.number, "to": content.target_name(one),
        "rota": one.to_rota.name if one.to_rota is not None else None,
        "due_at": one.due_at, "expected_at": one.expected_at, "summary": one.summary, "sent_at": one.sent_at,
        "acknowledged_at": one.acknowledged_at, "corrected_at": one.corrected_at, "reason": because.told(one.reason),
    }  # fmt: skip


def _clocks(record: Record) -> list[dict[str, Any]]:
    of_record = (Clock.subject_kind == Record.kind_name) & (Clock.subject_id == record.id)
    of_issue = (Clock.subject_kind == Issue.kind_name) & (Clock.subject_id == record.primary_issue_id)
    names = ("name", "started_at", "due_at", "paused_since", "ended_at", "met")
    found = db.session.scalars(select(Clock).where(of_record | of_issue).order_by(Clock.id))
    return [{name: getattr(one, name) for name in names} for one in found]


def _lines(found: Sequence[Record]) -> list[dict[str, Any]]:
    return [
        {
            "number": one.number, "state": one.state, "severity": one.severity, "system": one.system.key,
            "issue": one.primary_issue.number, "title": one.primary_issue.title, "created_at": one.created_at,
            "updated_at": one.updated_at, "closed_at": one.closed_at, "close_code": one.close_code,
        }
        for one in found
    ]  # fmt: skip


def digests(every: Whole) -> dict[str, str]:
    """The digest of each field that a caller may write, for the ETag."""
    values = content.values(every)
    keys = fields.EDITABLE & fields.BY_KEY.keys()
    return {key: actions.digest_of(every, key, values) for key in keys}
