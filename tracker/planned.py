"""Selects that a database plans once and then runs again and again, for to plan is dearer than to find a few rows.

SQLite plans anew at each run where a bound value may decide whether a partial index serves.  PostgreSQL does so where
what it knows of the values at hand looks better than what holds for any: a bound word may be any of its column, and a
bound limit is taken for a tenth of the table.  So what never changes stands in the text of a select, not bound to it.
"""

from typing import Any, TypeVar, cast

from sqlalchemy import BindParameter, ColumnElement, Select, literal_column, select
from sqlalchemy.sql import visitors

T = TypeVar("T")


def spelled_out(select: Select[T]) -> Select[T]:
    """The same select with its words (states, kinds, roles) in its text; what is bound when it is run stays bound."""

    def spell(element: Any, **_: Any) -> Any:
        value = element.value if isinstance(element, BindParameter) else None
        return in_text(value, element.type) if isinstance(value, str) else None

    return cast("Select[T]", visitors.replacement_traverse(select, {}, spell))


def in_text(value: int | str, kind: Any = None) -> ColumnElement[Any]:
    """A number (such as a limit) or a word of our own that stands in the text of a statement."""
    said = str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
    return literal_column(said, kind)


def unlooked(bound: BindParameter[T]) -> ColumnElement[T]:
    """What is bound where no planner looks at it, since the way to what it stands for is the same for every value."""
    return select(bound).scalar_subquery()
