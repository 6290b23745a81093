"""Writing and checking the audit trail.  `record` is the only writer; entries are never changed."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol

from sqlalchemy import Select, and_, bindparam, func, select, update

from tracker.audit.models import Entry, TextVersion
from tracker.bulk import Many
from tracker.db import about, changed, db, kept

_HASHED = (
    "at", "by_id", "by_name", "on_behalf", "action", "subject_kind", "subject_id", "seq", "before", "after",
    "prev_hash",
)  # fmt: skip
_NEW_ENTRIES = Many(Entry.__table__, (*_HASHED, "hash"))
_NEW_TEXTS = Many(
    TextVersion.__table__, ("subject_kind", "subject_id", "field", "at", "by_id", "digest", "body")
)
# As many entries are read to say who wrote last into a field.
_LATELY = 50
_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


class By(Protocol):
    """Who acts: anything with a person's id (None for the system or a stranger's link), a name, and a way.

    The way says how a person acts who has not signed in; it is empty for all others.
    """

    @property
    def author_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def way(self) -> str: ...


class Subject(Protocol):
    """What changed: a row that knows its kind and id."""

    kind_name: str
    id: Any


@dataclass(frozen=True)
class Change:
    """One of many changes to be written down at once: what was done to which subject (kind, id), and the facts."""

    action: str
    subject: tuple[str, int]
    after: Mapping[str, Any]


def record_all(changes: Sequence[Change], *, by: By, at: datetime) -> None:
    """Add an entry for each of these changes, in a few statements however many they are.

    As for `record`, the caller's transaction holds the rows of all the subjects.
    """
    last = _last({change.subject for change in changes})
    entries = []
    for change in changes:
        before = last.get(change.subject, (0, ""))
        entry = _row(change.action, change.subject, by, at, after=change.after, last=before)
        last[change.subject] = (entry["seq"], entry["hash"])
        entries.append(entry)
    _NEW_ENTRIES.write(entries)


def _last(subjects: Iterable[tuple[str, int]]) -> dict[tuple[str, int], tuple[int, str]]:
    """Number and hash of the last entry of each of these subjects that has one."""
    top = (
        select(Entry.subject_kind, Entry.subject_id, func.max(Entry.seq).label("seq"))
        .where(about(Entry, subjects))
        .group_by(Entry.subject_kind, Entry.subject_id)
        .subquery()
    )
    same = and_(*(getattr(Entry, name) == top.c[name] for name in ("subject_kind", "subject_id", "seq")))
    found = db.session.execute(
        select(Entry.subject_kind, Entry.subject_id, Entry.seq, Entry.hash).join(top, same)
    )
    return {(kind, subject_id): (seq, digest) for kind, subject_id, seq, digest in found}


def record(
    action: str,
    subject: Subject | tuple[str, int],
    *,
    by: By,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
    on_behalf: str = "",
) -> Entry:
    """Add one entry.  `before`/`after` hold facts and codes; `texts` holds free text, kept apart and named by digest.

    The subject's row must be locked by the caller's transaction (every door does), so that the chain has one writer.
    """
    kind, subject_id = subject if isinstance(subject, tuple) else (subject.kind_name, subject.id)
    versions = _keep(kind, subject_id, texts or {}, by=by, at=at)
    last = db.session.execute(_latest(), {"kind": kind, "id": subject_id}).first()
    entry = Entry(**_row(
        action, (kind, subject_id), by, at, before=before or {}, after={**(after or {}), **versions},
        on_behalf=on_behalf, last=(last.seq, last.hash) if last else (0, ""),
    ))  # fmt: skip
    db.session.add(entry)
    db.session.flush()
    return entry


def record_first(
    action: str, subject: Subject, *, by: By, at: datetime, before: Mapping[str, Any], after: Mapping[str, Any],
    texts: Mapping[str, str], on_behalf: str = "",
) -> None:  # fmt: skip
    """Add the first entry of a subject that this transaction has made: there is none before to be looked for."""
    key = (subject.kind_name, subject.id)
    after = {**after, **_keep(*key, texts, by=by, at=at)}
    _NEW_ENTRIES.write([_row(action, key, by, at, before=before, after=after, on_behalf=on_behalf)])


def _row(
    action: str, subject: tuple[str, int], by: By, at: datetime, *, before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any], on_behalf: str = "", last: tuple[int, str] = (0, ""),
) -> dict[str, Any]:  # fmt: skip
    """One entry, chained to number and hash of the `last` one of its subject."""
    seq, prev_hash = last
    if by.way:
        after = {**after, "how": by.way}
    entry: dict[str, Any] = {
        "at": at, "by_id": by.author_id, "by_name": by.name, "on_behalf": on_behalf, "action": action,
        "subject_kind": subject[0], "subject_id": subject[1], "seq": seq + 1, "before": plain(before or {}),
        "after": plain(after), "prev_hash": prev_hash,
    }  # fmt: skip
    return {**entry, "hash": _hash_of(entry)}


@kept
def _latest() -> Select[int, str]:
    mine = (Entry.subject_kind == bindparam("kind"), Entry.subject_id == bindparam("id"))
    return select(Entry.seq, Entry.hash).where(*mine).order_by(Entry.seq.desc()).limit(1)


def _keep(
    kind: str, subject_id: int, texts: Mapping[str, str], *, by: By, at: datetime
) -> dict[str, dict[str, str]]:
    """Keep each text as it stands now; answers what the entry says of it."""
    rows = [
        {
            "subject_kind": kind, "subject_id": subject_id, "field": field, "at": at, "by_id": by.author_id,
            "digest": digest(body), "body": body,
        }
        for field, body in texts.items()
    ]  # fmt: skip
    _NEW_TEXTS.write(rows)
    return {
        str(row["field"]): {"digest": str(row["digest"]), "length": str(len(str(row["body"])))}
        for row in rows
    }


def digest(text: str) -> str:
    """The name of a text in the trail: the first 32 hex digits of its SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same facts in JSON's own types, so that they hash alike before and after the database."""
    return {key: _plain(value) for key, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(one) for one in (value if isinstance(value, (list, tuple)) else sorted(value))]
    return value


def entry_hash(entry: Entry) -> str:
    """SHA-256 over the hash before and the canonical JSON of the entry's facts."""
    return _hash_of({name: getattr(entry, name) for name in _HASHED})


def _hash_of(row: Mapping[str, Any]) -> str:
    facts = {
        "at": row["at"].astimezone(UTC).isoformat(), "by": row["by_id"], "name": row["by_name"],
        "for": row["on_behalf"], "action": row["action"], "kind": row["subject_kind"], "id": row["subject_id"],
        "seq": row["seq"], "before": row["before"], "after": row["after"],
    }  # fmt: skip
    line = _CANONICAL.encode(facts)
    return hashlib.sha256((row["prev_hash"] + line).encode("utf-8", "surrogatepass")).hexdigest()


def text_versions(kind: str, subject_id: int, field: str) -> Sequence[TextVersion]:
    """All versions of one free text, oldest first."""
    wanted = select(TextVersion).where(
        TextVersion.subject_kind == kind, TextVersion.subject_id == subject_id, TextVersion.field == field
    )
    return db.session.scalars(wanted.order_by(TextVersion.id)).all()


def erase(subjects: Collection[tuple[str, int]], texts: Iterable[str]) -> int:
    """Empty all kept versions of these texts; how many.  Their digests stay, and with them what the trail says."""
    gone = TextVersion.digest.in_([digest(text) for text in texts if text])
    return changed(update(TextVersion).where(about(TextVersion, subjects), gone).values(body=""))


def last_writers(subject: Subject | tuple[str, int]) -> dict[str, str]:
    """Who wrote last into each field, as far as the newest entries of the trail of this subject tell."""
    kind, subject_id = subject if isinstance(subject, tuple) else (subject.kind_name, subject.id)
    mine = (Entry.subject_kind == kind, Entry.subject_id == subject_id)
    newest = select(Entry.by_name, Entry.after).where(*mine).order_by(Entry.seq.desc()).limit(_LATELY)
    found: dict[str, str] = {}
    for name, after in db.session.execute(newest):
        for key in after:
            found.setdefault(key, name)
    return found


def verify() -> Iterator[str]:
    """A line for each entry whose hash, order or link to the one before does not hold; nothing when all is well."""
    before: Entry | None = None
    walk = (
        select(Entry)
        .order_by(Entry.subject_kind, Entry.subject_id, Entry.seq)
        .execution_options(yield_per=1000)
    )
    for entry in db.session.scalars(walk):
        same = before is not None and (before.subject_kind, before.subject_id) == (
            entry.subject_kind,
            entry.subject_id,
        )
        wanted_seq, wanted_hash = (before.seq + 1, before.hash) if same and before is not None else (1, "")
        where = f"{entry.subject_kind} {entry.subject_id} #{entry.seq}"
        if entry.seq != wanted_seq:
            yield f"{where}: entry {wanted_seq} is missing"
        if entry.prev_hash != wanted_hash or entry.hash != entry_hash(entry):
            yield f"{where}: changed after it was written"
        before = entry
