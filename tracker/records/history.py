"""What became of a record: the versions of a section, what changed since a signature, the line of its re-issues."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from heapq import merge
from typing import Any

from sqlalchemy import String, and_, cast, or_, select
from sqlalchemy.orm import aliased, joinedload

from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.audit.models import Entry, TextVersion
from tracker.comparing import Piece, pieces
from tracker.db import db
from tracker.records import because, content, fields, lists, queries
from tracker.records.models import Record
from tracker.records.parts import Signature
from tracker.records.whole import Whole
from tracker.records.wordlists import word

MOST = 100
"""So many versions and entries of the trail are read and compared for one page."""
NEWEST = 2**31 - 1
# Texts that are no field of the form.
TOLD = ("result", "early_because", "note")
# The digest of no text at all: a version that says nothing was not erased.
EMPTY = "e3b0c44298fc1c149afbf4c8996fb924"


@dataclass(frozen=True)
class Change:
    """One field at one time: who changed it, and from what to what; `erased` where its text was taken out later."""

    key: str
    at: datetime
    by: str
    before: str
    after: str
    erased: bool = False

    @cached_property
    def pieces(self) -> Sequence[Piece]:
        """What is the same, new or gone; compared when it is shown, since most of a long history never is."""
        return pieces(self.before, self.after)


@dataclass(frozen=True)
class Place:
    """Where a page of changes begins: below this version of a text and this entry of the trail, by their ids."""

    text: int = NEWEST
    entry: int = NEWEST


@dataclass(frozen=True)
class Said:
    """Why a move was made: its verb, the reason, who gave it and when."""

    verb: str
    body: str
    by: str
    at: datetime


def reasons(entries: Sequence[Entry]) -> dict[int, str]:
    """What was written with these entries of the trail, by the entry's id: the reason of a move, the result of a check.

    What was erased is left out.
    """
    given = [one for one in entries if _named(one)]
    if not given:
        return {}
    subjects = {(one.subject_kind, one.subject_id) for one in given}
    mine = or_(
        *(and_(TextVersion.subject_kind == kind, TextVersion.subject_id == one) for kind, one in subjects)
    )
    wanted = select(TextVersion).where(mine, TextVersion.field.in_(TOLD), TextVersion.body != "")
    said = {
        (one.subject_kind, one.subject_id, one.at, one.digest): one.body for one in db.session.scalars(wanted)
    }
    found = {
        one.id: "\n".join(
            because.told(body)
            for digest in _named(one)
            if (body := said.get((one.subject_kind, one.subject_id, one.at, digest)))
        )
        for one in given
    }
    return {key: body for key, body in found.items() if body}


def _named(entry: Entry) -> list[str]:
    """The digests of the texts that this entry gives."""
    return [str(text.get("digest")) for key in TOLD if isinstance(text := entry.after.get(key), dict)]


def why_here(record: Record) -> Said | None:
    """The reason with which the record came into its present state."""
    moved = select(Entry).where(
        Entry.subject_kind == Record.kind_name, Entry.subject_id == record.id, Entry.at == record.state_since
    )
    entries = db.session.scalars(moved.order_by(Entry.id.desc())).all()
    said = reasons(entries)
    entry = next((one for one in entries if one.id in said), None)
    return (
        None
        if entry is None
        else Said(entry.action.partition(".")[2], said[entry.id], entry.by_name, entry.at)
    )


def subject_of(record: Record, key: str) -> tuple[str, int]:
    """Of what the versions of a field are kept: the record, or the issue it lives with."""
    at_issue = fields.BY_KEY[key].home in ("issue", "evidence")
    return ("issue", record.primary_issue_id) if at_issue else (Record.kind_name, record.id)


def changes(
    record: Record, keys: Collection[str], below: Place | None = None, most: int = MOST
) -> tuple[list[Change], Place | None]:
    """A page of the changes of these fields, newest first: texts by word, codes as before and after.

    It begins below a place; answers also where the next page begins, or None where nothing older is.
    """
    below = below or Place()
    texts = [(row[0].at, row) for row in _versions(record, keys, below.text, most + 1)]
    codes = [(entry.at, entry) for entry in _entries(record, keys, below.entry, most + 1)]
    merged = list(merge(texts, codes, key=lambda one: one[0], reverse=True))
    found: list[Change] = []
    for _at, row in merged[:most]:
        if isinstance(row, Entry):
            found += _codes(row, keys)
            below = Place(below.text, row.id)
        else:
            found.append(_text(*row))
            below = Place(row[0].id, below.entry)
    return found, below if len(merged) > most else None


def _versions(record: Record, keys: Collection[str], below: int, most: int) -> Sequence[Any]:
    """The newest versions below an id, each with its writer's name and with the text that it took the place of."""
    if not keys:
        return ()
    mine = or_(*(
        and_(TextVersion.subject_kind == kind, TextVersion.subject_id == one, TextVersion.field == key)
        for key in keys for kind, one in (subject_of(record, key),)
    ))  # fmt: skip
    newest = select(TextVersion.id).where(mine, TextVersion.id < below).order_by(TextVersion.id.desc())
    earlier = aliased(TextVersion)
    same = (
        earlier.subject_kind == TextVersion.subject_kind, earlier.subject_id == TextVersion.subject_id,
        earlier.field == TextVersion.field, earlier.id < TextVersion.id,
    )  # fmt: skip
    before = select(earlier.body).where(*same).order_by(earlier.id.desc()).limit(1).scalar_subquery()
    wanted = (
        select(TextVersion, Person.name, before.label("before"))
        .outerjoin(Person, Person.id == TextVersion.by_id)
        .where(TextVersion.id.in_(newest.limit(most)))
    )
    return db.session.execute(wanted.order_by(TextVersion.id.desc())).all()


def _text(version: TextVersion, name: str | None, before: str | None) -> Change:
    erased = not version.body and version.digest != EMPTY
    return Change(version.field, version.at, name or "", before or "", version.body, erased)


def _entries(record: Record, keys: Collection[str], below: int, most: int) -> Sequence[Entry]:
    """The newest entries of the trail below an id that name a field which holds codes, numbers or times."""
    plain = _plain(keys)
    if not plain:
        return ()
    subjects = {subject_of(record, key) for key in plain}
    mine = or_(*(and_(Entry.subject_kind == kind, Entry.subject_id == one) for kind, one in subjects))
    written = cast(Entry.after, String)
    named = or_(*(written.contains(f'"{key}"', autoescape=True) for key in plain))
    wanted = select(Entry).where(
        mine, Entry.action.in_(("record.save", "issue.save")), Entry.id < below, named
    )
    return db.session.scalars(wanted.order_by(Entry.id.desc()).limit(most)).all()


def _codes(entry: Entry, keys: Collection[str]) -> list[Change]:
    plain = _plain(keys)
    return [
        Change(key, entry.at, entry.by_name, as_text(key, entry.before.get(key)), as_text(key, entry.after[key]))
        for key in entry.after
        if key in plain and entry.before.get(key) != entry.after[key]
    ]  # fmt: skip


def _plain(keys: Collection[str]) -> set[str]:
    return {key for key in keys if key in fields.BY_KEY and not fields.BY_KEY[key].free}


def as_text(key: str, value: Any) -> str:
    """A value as it stands in a snapshot or in the trail, as one text."""
    if value in (None, "", []):
        return ""
    if isinstance(value, (list, tuple)):
        rows = [one for one in value if isinstance(one, Mapping)]
        if not rows:
            return "、".join(str(word(key, one)) for one in value)
        told = all("what" in one or "passed" in one for one in rows)
        return lists.as_text(rows) if told else "\n".join(_row(one) for one in rows)
    return str(word(key, value))


def _row(one: Mapping[str, Any]) -> str:
    return " · ".join(str(value) for value in one.values() if value not in (None, ""))


def since_signed(signature: Signature, whole: Whole, kept_back: Collection[str] = ()) -> list[Change]:
    """What is other now than in the form as it was signed, field by field."""
    now = content.covered(whole)
    found = []
    for section, signed in signature.snapshot.items():
        present = now.get(section, {})
        for key in (*signed, *(key for key in present if key not in signed)):
            before, after = as_text(key, signed.get(key)), as_text(key, present.get(key))
            if before != after and key not in kept_back:
                found.append(Change(key, signature.at, "", before, after))
    return found


def line_of(record: Record, actor: Actor) -> list[Record]:
    """The record this one was first issued as, its re-issues and itself, oldest first; alone where there are none."""
    found = [record]
    while found[0].reissue_of_id is not None:
        before = db.session.get(Record, found[0].reissue_of_id)
        if before is None or before in found:
            break
        found.insert(0, before)
    while True:
        later = select(Record).where(Record.reissue_of_id == found[-1].id).order_by(Record.id).limit(1)
        after = db.session.scalars(later).first()
        if after is None or after in found:
            break
        found.append(after)
    ids = [one.id for one in found]
    seen = set(db.session.scalars(
        queries.visible(actor).where(Record.id.in_(ids)).with_only_columns(Record.id)))  # fmt: skip
    return [one for one in found if one.id in seen]


def signatures(record: Record) -> Sequence[Signature]:
    """All signatures, those that fell too, newest first."""
    named = joinedload(Signature.person).lazyload(Person.roles)
    mine = select(Signature).where(Signature.record_id == record.id).options(named)
    return db.session.scalars(mine.order_by(Signature.id.desc())).all()
