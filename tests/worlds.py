"""What a factory makes is made once: the next test that asks for the same on an empty database is handed a copy.

To walk a record to its end takes a third of a second, to copy the rows it left takes a hundredth.  A world is named by
the factory calls that led to it from the empty database; whoever else writes has left this way, and from there on
factories work as if there were nothing of this.  A factory says at which asking its worlds are kept.  What a factory
asks of others before it writes itself is brought too: a record is led on from the one a step before.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache, wraps
from inspect import signature
from itertools import count
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from flask import Flask, current_app, has_app_context, has_request_context
from sqlalchemy import event, inspect

from tests.databases import PostgreSQLDatabase, SQLiteDatabase
from tracker import clock
from tracker.db import db

P = ParamSpec("P")
T = TypeVar("T")

# What a statement begins with that leaves the rows as they are.
READS = ("SELECT", "BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET ", "EXPLAIN")
EMPTY = 0
# Values that stand for themselves; an instant is a date.
PLAIN = (type(None), str, bytes, int, float, date, Enum)
# A test that makes very many keeps no more than these.
MOST = 600


class NoName(Exception):
    """A factory was given something that no name can be made of: the world it makes is the test's own."""


@dataclass(frozen=True)
class Row:
    """Where a row of the world is found again."""

    table: type[Any]
    identity: tuple[Any, ...]


@dataclass
class Kept:
    """A world to go back to: its rows and files, what the factory handed out, how far the numbers had come."""

    rows: Any
    files: dict[Path, bytes]
    made: Callable[[], Any]
    number: int


class Worlds:
    """The worlds of one database, and where the test that runs now has got to."""

    def __init__(self, app: Flask, database: SQLiteDatabase | PostgreSQLDatabase) -> None:
        self.app, self.database, self.settings = app, database, app.config["TRACKER"]
        self.names: dict[Hashable, int] = {}
        self.asked: Counter[int] = Counter()
        self.kept: dict[int, Kept] = {}
        self.begin()
        self.place: int | None = None

    def begin(self) -> None:
        """The database is empty."""
        self.place, self.number = EMPTY, 0

    def make(
        self, factory: Callable[..., Any], asking: int, given: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        """What the factory makes of these arguments, made by it or brought from the world where it was."""
        there = self._after(factory, given, named)
        if there in self.kept:
            return self._bring(there)
        made = factory(*given, **named)
        self.place = there
        if asking and there is not None and len(self.kept) < MOST:
            self.asked[there] += 1
            if self.asked[there] == asking:
                self._keep(there, made)
        return made

    def _after(
        self, factory: Callable[..., Any], given: tuple[Any, ...], named: dict[str, Any]
    ) -> int | None:
        """The name of the world after this call; None where more than the calls until now decides what it will be."""
        here = db.session
        if self.place is None or here.new or here.dirty or here.deleted or has_request_context():
            return None
        if current_app != self.app or self.app.config["TRACKER"] is not self.settings:
            return None
        try:
            asked = _name(_arguments(factory, given, named))
        except NoName:
            return None
        call = (self.place, self.number, factory.__module__, factory.__name__, clock.now(), asked)
        return self.names.setdefault(call, len(self.names) + 1)

    def _keep(self, there: int, made: Any) -> None:
        """Keep this world, unless what was made cannot be found again."""
        try:
            found = _noted(made)
        except NoName:
            return
        db.session.commit()
        # The engine leaves a mark in the data directory with its first tick.
        files = {one: one.read_bytes() for one in self.settings.data_dir.rglob("*") if one.is_file()}
        self.kept[there] = Kept(self.database.copied(), files, found, self.number)

    def _bring(self, there: int) -> Any:
        world = self.kept[there]
        db.session.commit()
        self.database.put_back(world.rows)
        for path, content in world.files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self.place, self.number = there, world.number
        made = world.made()
        with read_on():
            db.session.commit()
        return made


_now: Worlds | None = None
_written = 0
_else = count(1)


@contextmanager
def of_a_test(worlds: Worlds, *, shared: bool) -> Iterator[None]:
    """The test begins on an empty database; not `shared`: it changes code, so that what it makes is its own."""
    global _now
    worlds.begin()
    if not shared:
        worlds.place = None
    _now = worlds
    try:
        yield
    finally:
        _now, worlds.place = None, None


def watch(app: Flask) -> None:
    """Notice when somebody writes; what a factory wrote is taken for its own when it is done."""

    def look(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        global _written
        if not statement.lstrip()[:9].upper().startswith(READS):
            _written += 1
            if _now is not None:
                _now.place = None

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", look)


def written() -> int:
    """How many statements that write were seen until now, whoever made them."""
    return _written


@contextmanager
def read_on() -> Iterator[None]:
    """A commit in this block lets the session keep what it has read, which is read anew after all others."""
    session = db.session()
    session.expire_on_commit = False
    try:
        yield
    finally:
        session.expire_on_commit = True


def number() -> int:
    """The next number for a name: 1, 2, 3 in each test, so that the same calls make the same rows."""
    if _now is None:
        return next(_else)
    _now.number += 1
    return _now.number


def repeatable(factory: Callable[P, T]) -> Callable[P, T]:
    """A factory whose rows follow from its arguments and from the rows that are there."""
    return _factory(factory, 0)


def kept(asking: int = 1) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A repeatable factory whose work is worth a copy, made at the first asking or, where it is short, at a later one.

    What it answers are rows and plain values, or tuples, dicts and dataclasses of them.
    """
    return lambda factory: _factory(factory, asking)


def _factory(factory: Callable[P, T], asking: int) -> Callable[P, T]:
    @wraps(factory)
    def make(*given: P.args, **named: P.kwargs) -> T:
        if _now is None or not has_app_context():
            return factory(*given, **named)
        made: T = _now.make(factory, asking, given, named)
        return made

    return make


def _arguments(factory: Callable[..., Any], given: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
    """All arguments by their names, so that one left out is the same as its default."""
    bound = _signature(factory).bind(*given, **named)
    bound.apply_defaults()
    return bound.arguments


_signature = cache(signature)


def _name(value: Any) -> Hashable:
    """A name for an argument: equal for two that a factory cannot tell apart."""
    if isinstance(value, PLAIN):
        return type(value), value
    if isinstance(value, (tuple, list)):
        return type(value), tuple(_name(one) for one in value)
    if isinstance(value, (set, frozenset)):
        return type(value), frozenset(_name(one) for one in value)
    if isinstance(value, dict):
        return dict, tuple((_name(key), _name(one)) for key, one in value.items())
    if isinstance(value, db.Model):
        return _row(value)
    if is_dataclass(value) and not isinstance(value, type):
        return type(value), tuple(_name(getattr(value, one.name)) for one in fields(value))
    raise NoName(type(value))


def _row(row: Any) -> Row:
    state = inspect(row)
    if not state.persistent or state.session is not db.session():
        raise NoName(row)
    return Row(type(row), state.identity)


def _noted(made: Any) -> Callable[[], Any]:
    """How what was made is found again."""
    if isinstance(made, PLAIN):
        return lambda: made
    if isinstance(made, db.Model):
        row = _row(made)
        return lambda: db.session.get_one(row.table, row.identity)
    if isinstance(made, (tuple, list)):
        kind, parts = type(made), [_noted(one) for one in made]
        return lambda: kind(part() for part in parts)
    if isinstance(made, dict):
        values = {key: _noted(value) for key, value in made.items()}
        return lambda: {key: value() for key, value in values.items()}
    if is_dataclass(made) and not isinstance(made, type):
        whole, named = type(made), {one.name: _noted(getattr(made, one.name)) for one in fields(made)}
        return lambda: whole(**{name: value() for name, value in named.items()})
    raise NoName(made)
