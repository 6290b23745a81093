"""The history of a record: every change, the versions of each section and text, what changed after signatures."""

from collections.abc import Collection, Sequence
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import or_, select

from tracker.accounts.rules import AUDITOR, MANAGER, SUPERVISOR
from tracker.audit.models import Entry, TextVersion
from tracker.db import db
from tracker.records import fields, history, wordlists, words
from tracker.records.masking import hidden, is_masked
from tracker.records.models import Record
from tracker.records.parts import Escalation, Signature
from tracker.records.views import bp
from tracker.records.views.loading import record_of
from tracker.records.whole import Whole
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer

ENTRIES = 200
PLACE_MOST = 30


@bp.get("/records/<number>/versions")
@signed_in(SUPERVISOR, MANAGER, AUDITOR)
def versions(number: str) -> Answer:
    found, actor = record_of(number), current_actor()
    kept_back = hidden(found, actor)
    key, letter = request.args.get("field", ""), request.args.get("section", "").upper()
    chosen = key if key in fields.BY_KEY and key not in kept_back else ""
    keys: Collection[str] = [chosen] if chosen else _keys(letter, kept_back)
    below = _below(request.args.get("older", ""))
    changes, older = history.changes(found, keys, below) if keys else ([], None)
    entries = _entries(found, request.args.get("before", 0, type=int))
    sealed = found.primary_issue.personal_data and is_masked(actor, found)
    return render_template(
        "records/versions.html", record=found, words=words, word=wordlists.word, chosen=chosen, section=letter,
        sections=fields.SECTIONS, versions=changes, entries=entries[:ENTRIES],
        newest=_address(found, chosen, letter) if below else None, earliest=len(entries) <= ENTRIES,
        older=_address(found, chosen, letter, f"{older.text}.{older.entry}") if older else None,
        reasons={} if sealed else history.reasons(entries),
        written=[one for one in _written(found) if one not in kept_back],
        signatures=_signatures(found, kept_back), line=history.line_of(found, actor),
    )  # fmt: skip


def _below(given: str) -> history.Place | None:
    """The place that a link to older changes names; None at the newest, and for what is none."""
    text, _dot, entry = given.partition(".")
    if not (text.isdecimal() and entry.isdecimal() and len(given) < PLACE_MOST):
        return None
    return history.Place(min(int(text), history.NEWEST), min(int(entry), history.NEWEST))


def _address(found: Record, field: str, section: str, older: str | None = None) -> str:
    named = section if not field else None
    return url_for(
        ".versions",
        number=found.number,
        field=field or None,
        section=named,
        older=older,
        _anchor="versions-title",
    )


def _keys(letter: str, kept_back: Collection[str]) -> list[str]:
    return [one.key for one in fields.of_section(letter) if one.editable and one.key not in kept_back]


def _signatures(found: Record, kept_back: Collection[str]) -> list[tuple[Signature, Sequence[Any]]]:
    """Each signature, and for one that fell by a change what is other now."""
    whole = Whole(found)
    fell = ("", "signed_again", "back")
    return [
        (one, history.since_signed(one, whole, kept_back) if one.voided_because not in fell else ())
        for one in history.signatures(found)
    ]


def _entries(found: Record, before: int) -> Sequence[Entry]:
    """Newest first, of the record and its escalations, below an id; one more than a page shows."""
    escalations = select(Escalation.id).where(Escalation.record_id == found.id)
    of_record = (Entry.subject_kind == Record.kind_name) & (Entry.subject_id == found.id)
    of_escalation = (Entry.subject_kind == Escalation.kind_name) & Entry.subject_id.in_(escalations)
    wanted = select(Entry).where(or_(of_record, of_escalation)).order_by(Entry.id.desc())
    if 0 < before <= history.NEWEST:
        wanted = wanted.where(Entry.id < before)
    return db.session.scalars(wanted.limit(ENTRIES + 1)).all()


def _written(found: Record) -> list[str]:
    """The fields that have versions, in the order of the form."""
    names: set[str] = set()
    for kind, subject_id in ((Record.kind_name, found.id), ("issue", found.primary_issue_id)):
        wanted = select(TextVersion.field).where(
            TextVersion.subject_kind == kind, TextVersion.subject_id == subject_id
        )
        names |= set(db.session.scalars(wanted.distinct()))
    return [one.key for one in fields.FIELDS if one.key in names]
