"""The history of a record: every change, and the versions of each text with what differs."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request
from sqlalchemy import or_, select

from tracker.accounts.models import Person
from tracker.accounts.rules import AUDITOR, MANAGER, SUPERVISOR
from tracker.audit.models import Entry, TextVersion
from tracker.db import db
from tracker.records import fields, wordlists, words
from tracker.records.masking import hidden
from tracker.records.models import Record
from tracker.records.parts import Escalation
from tracker.records.views import bp
from tracker.records.views.loading import record_of
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer

ENTRIES = 200
PIECES = re.compile(r"[A-Za-z0-9_]+|\s+|.", re.S)


@dataclass(frozen=True)
class Version:
    """One version of a text: who wrote it when, and its pieces as same, new or gone."""

    at: datetime
    by: str
    pieces: Sequence[tuple[str, str]]
    erased: bool


@bp.get("/records/<number>/versions")
@signed_in(SUPERVISOR, MANAGER, AUDITOR)
def versions(number: str) -> Answer:
    found = record_of(number)
    key, kept_back = request.args.get("field", ""), hidden(found, current_actor())
    chosen = key if key in fields.BY_KEY and key not in kept_back else ""
    return render_template(
        "records/versions.html", record=found, words=words, word=wordlists.word, chosen=chosen,
        versions=_versions(found, chosen) if chosen else [], entries=_entries(found),
        written=[one for one in _written(found) if one not in kept_back],
    )  # fmt: skip


def _entries(found: Record) -> Sequence[Entry]:
    """Newest first, of the record and its escalations."""
    escalations = select(Escalation.id).where(Escalation.record_id == found.id)
    of_record = (Entry.subject_kind == Record.kind_name) & (Entry.subject_id == found.id)
    of_escalation = (Entry.subject_kind == Escalation.kind_name) & Entry.subject_id.in_(escalations)
    wanted = select(Entry).where(or_(of_record, of_escalation)).order_by(Entry.at.desc(), Entry.id.desc())
    return db.session.scalars(wanted.limit(ENTRIES)).all()


def _subject(found: Record, key: str) -> tuple[str, int]:
    at_issue = fields.BY_KEY[key].home in ("issue", "evidence")
    return ("issue", found.primary_issue_id) if at_issue else (Record.kind_name, found.id)


def _written(found: Record) -> list[str]:
    """The fields that have versions, in the order of the form."""
    names: set[str] = set()
    for kind, subject_id in ((Record.kind_name, found.id), ("issue", found.primary_issue_id)):
        wanted = select(TextVersion.field).where(
            TextVersion.subject_kind == kind, TextVersion.subject_id == subject_id
        )
        names |= set(db.session.scalars(wanted.distinct()))
    return [one.key for one in fields.FIELDS if one.key in names]


def _versions(found: Record, key: str) -> list[Version]:
    """Newest first, each against the one before."""
    kind, subject_id = _subject(found, key)
    wanted = select(TextVersion, Person.name).outerjoin(Person, Person.id == TextVersion.by_id).where(
        TextVersion.subject_kind == kind, TextVersion.subject_id == subject_id, TextVersion.field == key
    )  # fmt: skip
    made, before = [], ""
    for version, name in db.session.execute(wanted.order_by(TextVersion.id)):
        erased = not version.body and version.digest != EMPTY
        made.append(Version(version.at, name or "", pieces(before, version.body), erased))
        before = version.body
    return made[::-1]


EMPTY = "e3b0c44298fc1c149afbf4c8996fb924"


def pieces(before: str, after: str) -> list[tuple[str, str]]:
    """The texts as pieces: `same`, `ins` and `del`; words of Latin letters whole, Han characters one by one."""
    old, new = PIECES.findall(before), PIECES.findall(after)
    if len(old) * len(new) > 4_000_000:
        return [("del", before), ("ins", after)] if before else [("ins", after)]
    found: list[tuple[str, str]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", "".join(old[a:b])))
            continue
        found += [("del", "".join(old[a:b]))] if b > a else []
        found += [("ins", "".join(new[c:d]))] if d > c else []
    return found
