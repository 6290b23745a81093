"""Taking rows away with all that speaks of them: by reference, or by kind and id as letters, trail and clocks do."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Column, Table, delete, select, update

from tracker.db import Model, db

AT_ONCE = 500
# Tables that speak of a subject by kind and id, without a reference the database knows.
KIND, SUBJECT = "subject_kind", "subject_id"


def table_of(model: type[Model]) -> Table:
    """The table behind a model."""
    found = model.__table__
    assert isinstance(found, Table)
    return found


def ids_of(wanted: object) -> list[int]:
    return list(db.session.scalars(wanted))  # type: ignore[call-overload]


def some(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))


def speaking() -> Iterator[Table]:
    """The tables that speak of subjects; the chases before the obligations they came from."""
    found = [table for table in db.metadata.tables.values() if KIND in table.c and SUBJECT in table.c]
    yield from sorted(found, key=lambda table: table.name != "chase")


def forget_subjects(kind: str, ids: Sequence[int]) -> None:
    """Delete what other rooms keep about these subjects."""
    for table in speaking():
        for part in some(ids):
            theirs = table.c[KIND] == kind, table.c[SUBJECT].in_(part)
            # What has no id of its own nothing can refer to.
            if "id" in table.c:
                cut(table, ids_of(select(table.c.id).where(*theirs)))
            db.session.execute(delete(table).where(*theirs))


def cut(table: Table, ids: Sequence[int]) -> None:
    """Let nothing that stays refer to these rows; what cannot be without them goes by the database's own cascade."""
    for other, column in references(table):
        if column.nullable and not column.primary_key:
            for part in some(ids):
                db.session.execute(update(other).where(column.in_(part)).values({column.name: None}))


def references(table: Table) -> list[tuple[Table, Column[int]]]:
    """The columns that refer to a table and do not go with its rows."""
    return [
        (other, key.parent)
        for other in db.metadata.tables.values()
        for key in other.foreign_keys
        if key.column.table is table and (key.ondelete or "").upper() != "CASCADE"
    ]


def delete_rows(table: Table, ids: Sequence[int]) -> None:
    for part in some(ids):
        db.session.execute(delete(table).where(table.c.id.in_(part)))
