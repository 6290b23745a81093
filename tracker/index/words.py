"""Writing documents.  Nothing here commits: the index is as old as the text it was made from, never older."""

from collections.abc import Iterable

from sqlalchemy import delete, text

from tracker.bulk import Many
from tracker.db import db, dialect
from tracker.index.models import IndexedText
from tracker.index.terms import runs, words

# Marks a word that only the staff's text has; it is no letter, so that no query's word can begin with it.
STAFF_MARK = "¶"

_NEW_TEXTS = Many(IndexedText.__table__, ("id", "public", "staff"))
_ADD = {
    "sqlite": text("INSERT INTO index_words (rowid, words) VALUES (:id, :words)"),
    "postgresql": text(
        "INSERT INTO index_words (id, words) VALUES (:id, array_to_tsvector(string_to_array(:words, ' ')))"
    ),
}
_FORGET = {
    "sqlite": text("INSERT INTO index_words (index_words, rowid, words) VALUES ('delete', :id, :words)"),
    "postgresql": text("DELETE FROM index_words WHERE id = :id"),
}


def put(doc_id: int, *, public: str, staff: str = "") -> None:
    """Index a document anew under these texts; `staff` is what stands there in addition."""
    remove(doc_id)
    put_many([(doc_id, public, staff)])


def put_many(documents: Iterable[tuple[int, str, str]]) -> None:
    """Index documents that are not there yet, as (id, public, staff); for imports and fillings."""
    texts = [(doc_id, runs(public), runs(staff)) for doc_id, public, staff in documents]
    if texts:
        rows = [{"id": one[0], "public": one[1], "staff": one[2]} for one in texts]
        _NEW_TEXTS.write(rows)
        db.session.connection().execute(_ADD[dialect()], [_entry(*one) for one in texts])


def remove(doc_id: int) -> None:
    """Forget a document; nothing happens when it is not there."""
    gone = (
        delete(IndexedText).where(IndexedText.id == doc_id).returning(IndexedText.public, IndexedText.staff)
    )
    old = db.session.execute(gone).first()
    if old is not None:
        # SQLite's table keeps no text of its own: the words go out as they came in, by naming them.
        db.session.execute(_FORGET[dialect()], _entry(doc_id, old.public, old.staff))


def _entry(doc_id: int, public: str, staff: str) -> dict[str, int | str]:
    seen = words(public)
    marked = {STAFF_MARK + word for word in words(staff) - seen}
    return {"id": doc_id, "words": " ".join(sorted(seen | marked))}
