"""Asking the index; the same answers from FTS5 and tsvector, for it is the same words that they hold."""

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    and_,
    cast,
    false,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import aliased

from tracker.db import dialect
from tracker.index.ddl import PREFIX_LENGTHS
from tracker.index.models import WORDS, IndexedText
from tracker.index.terms import Part, parts
from tracker.index.words import STAFF_MARK

PUBLIC, STAFF = "public", "staff"
CAP = 200
# PostgreSQL looks at so many of the newest documents first: common words are met CAP times among them.
NEAR = 5_000
# Of other words it fetches all hits up to the root of this many per document, and beyond that walks back from the
# newest until it has met CAP of them: fetching a hit costs about three times as much as passing a document by, and at
# the root both ways cost the same.
SPREAD = 80


def newest(query: str, scope: str, *, before: int | None = None, cap: int = CAP) -> Select[int]:
    """The column `id` of at most `cap` documents that answer the query, the largest ids, below `before`.

    For those who see most documents: join it as a subquery, filter by `visible`, page by `before`.
    """
    wanted = parts(query)
    build = _newest_sqlite if dialect() == "sqlite" else _newest_postgresql
    return build(wanted, scope, before, cap)


def holds(query: str, scope: str, doc_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Whether the document of that id answers the query; reads its text, so ask it of few rows."""
    wanted = parts(query)
    return _stand(wanted, scope, doc_id) if wanted else false()


def _newest_sqlite(wanted: list[Part], scope: str, before: int | None, cap: int) -> Select[int]:
    doc_id = WORDS.c.rowid
    found = select(doc_id.label("id"))
    if not wanted:
        return found.where(false())
    asked = " AND ".join(_sqlite_term(part, word, scope) for part in wanted for word in part.pairs)
    found = found.where(WORDS.c.index_words.op("MATCH")(asked))
    # Beginnings were cut to a length that is indexed.
    found = found.where(*_checks([part for part in wanted if part.doubtful or part.prefix], scope, doc_id))
    if before is not None:
        found = found.where(doc_id < before)
    return found.order_by(doc_id.desc()).limit(cap)


def _sqlite_term(part: Part, word: str, scope: str) -> str:
    spellings = [word] if scope == PUBLIC else [word, STAFF_MARK + word]
    if part.prefix:
        lengths = [max((n for n in PREFIX_LENGTHS if n <= len(one)), default=0) for one in spellings]
        spellings = [one[:length] for one, length in zip(spellings, lengths, strict=True)]
    return "(" + " OR ".join(f'"{one}"' + "*" * part.prefix for one in spellings) + ")"


def _newest_postgresql(wanted: list[Part], scope: str, before: int | None, cap: int) -> Select[int]:
    """Common words are met among the newest; of others few hits are fetched by the index and sorted, and many are met
    soon enough when walking back from the newest.

    Left to itself the planner takes the walk for rare words too, which reads the whole table (measured: 117 ms
    instead of 0.5 ms at 100,000 documents), so each way is spelt such that it can be planned in no other.
    """
    doc_id = WORDS.c.id
    if not wanted:
        return select(doc_id).where(false())
    asked = " & ".join(_postgresql_term(part, word, scope) for part in wanted for word in part.pairs)
    match = WORDS.c.words.op("@@", is_comparison=True)(cast(asked, TSQUERY))
    doubtful = [part for part in wanted if part.doubtful]
    checks = _checks(doubtful, scope, doc_id)
    if before is not None:
        checks.append(doc_id + 0 < before)
    near = _near(asked, doubtful, scope, before, cap)
    all_near = select(func.count()).select_from(near).scalar_subquery() == cap
    hits = select(doc_id).where(match, *checks, ~all_near).cte().prefix_with("MATERIALIZED")
    enough = select(
        1 + cast(func.sqrt(SPREAD * func.coalesce(func.max(doc_id), 0)), Integer)
    ).scalar_subquery()
    few = select(hits.c.id).limit(enough).cte().prefix_with("MATERIALIZED")
    all_fetched = select(func.count()).select_from(few).scalar_subquery() < enough
    walk = select(doc_id).where(match.is_(True), *checks, ~all_near, ~all_fetched)
    walk_back = walk.order_by(doc_id.desc()).limit(cap).subquery()
    fetched = select(few.c.id).where(~all_near, all_fetched)
    each = union_all(select(near.c.id).where(all_near), fetched, select(walk_back.c.id)).subquery()
    return select(each.c.id).order_by(each.c.id.desc()).limit(cap)


def _near(asked: str, doubtful: list[Part], scope: str, before: int | None, cap: int) -> CTE:
    """The hits among the NEAR newest documents."""
    newest_ones = select(WORDS.c.id, WORDS.c.words).order_by(WORDS.c.id.desc()).limit(NEAR)
    if before is not None:
        newest_ones = newest_ones.where(WORDS.c.id < before)
    some = newest_ones.subquery()
    match = some.c.words.op("@@", is_comparison=True)(cast(asked, TSQUERY))
    met = select(some.c.id).where(match, *_checks(doubtful, scope, some.c.id))
    return met.order_by(some.c.id.desc()).limit(cap).cte().prefix_with("MATERIALIZED")


def _postgresql_term(part: Part, word: str, scope: str) -> str:
    spellings = [word] if scope == PUBLIC else [word, STAFF_MARK + word]
    return "(" + " | ".join(f"'{one}'" + ":*" * part.prefix for one in spellings) + ")"


def _checks(parts: list[Part], scope: str, doc_id: SQLColumnExpression[int]) -> list[ColumnElement[bool]]:
    """Weed out false hits by the text itself."""
    return [_stand(parts, scope, doc_id)] if parts else []


def _stand(parts: list[Part], scope: str, doc_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Read the text by its key, row for row: as a scalar, since a planner may turn EXISTS into a scan of all texts."""
    text = aliased(IndexedText)
    columns = [text.public] if scope == PUBLIC else [text.public, text.staff]
    found = [or_(*(column.contains(part.mark, autoescape=True) for column in columns)) for part in parts]
    return select(and_(*found)).where(text.id == doc_id).scalar_subquery().is_(True)
