"""Faults on order: the process dies, a statement fails, the database goes away, at a named point of the work."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import text

from tracker import failpoints
from tracker.db import db, dialect


class Killed(BaseException):
    """The process ends here; no Exception, since nothing may catch it."""


def at(point: str, act: Callable[[], None], time: int = 1) -> Callable[[str], None]:
    """Do `act` when this point is reached for the so-manieth time, and never again."""
    seen = 0

    def reached(name: str) -> None:
        nonlocal seen
        seen += name == point
        if name == point and seen == time:
            act()

    return reached


def die() -> None:
    raise Killed


def fail() -> None:
    raise RuntimeError("a fault on order")


def drop() -> None:
    """The database goes away under the session's feet."""
    connection = db.session.connection()
    if dialect() == "sqlite":
        connection.connection.dbapi_connection.close()
        return
    pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    url = db.engine.url.render_as_string(hide_password=False).replace("+psycopg", "", 1)
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))


@contextmanager
def surviving() -> Iterator[None]:
    """What happens inside may end in any way; then the next process begins with a session of its own."""
    try:
        yield
    except (Killed, Exception):
        db.session().invalidate()
    finally:
        db.session.remove()


def survive(work: Callable[[], object], reached: Callable[[str], None]) -> None:
    """Work with this failpoint armed, to whatever end."""
    with failpoints.armed(reached), surviving():
        work()
