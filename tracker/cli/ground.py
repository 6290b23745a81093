"""What commands stand on: the app, a migrated database, instants from the command line."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from typing import Any, TypeVar, cast

import click
from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError, OperationalError

from tracker import clock, create_app, schema
from tracker.accounts import queries as people
from tracker.config import Config
from tracker.db import db, writing
from tracker.systems import actions as systems

Command = TypeVar("Command", bound=Callable[..., Any])


def config() -> Config:
    """The settings of the app at hand."""
    return cast(Config, current_app.config["TRACKER"])


@contextmanager
def refusals() -> Iterator[None]:
    """What the database refuses is said in one line."""
    try:
        yield
    except DBAPIError as error:
        raise click.ClickException(f"the database refused: {error.orig}") from error


def with_app(*, reading: bool = False, migrated: bool = True) -> Callable[[Command], Command]:
    """Run a command inside the app; `reading` ones never take SQLite's write lock."""

    def wrap(command: Command) -> Command:
        @wraps(command)
        @refusals()
        def run(*args: Any, **options: Any) -> Any:
            app = create_app()
            writing.set(not reading)
            with app.app_context():
                config().data_dir.mkdir(parents=True, exist_ok=True)
                try:
                    if migrated:
                        require_migrated()
                    return command(*args, **options)
                finally:
                    db.session.remove()
                    db.engine.dispose()

        return cast(Command, run)

    return wrap


def require_migrated() -> None:
    """Make a fresh embedded database; refuse one that is behind or ahead of this program."""
    try:
        current = schema.current()
    except OperationalError as error:
        raise click.ClickException(f"the database does not answer: {error.orig}") from error
    if current == schema.head():
        return
    if not current and config().embedded:
        migrate()
    else:
        raise click.ClickException("the database is not at this program's version: run `tracker db upgrade`")


def migrate() -> None:
    """Bring the database up, where it is behind, and add the rows without which nothing runs."""
    if schema.is_behind():
        schema.upgrade()
    ensure_rows()


def ensure_rows() -> None:
    """The organisation's one row and the reserved system for 不確定."""
    people.organisation()
    systems.ensure_unknown(at=clock.now())
    db.session.commit()


class Instant(click.ParamType):
    """An ISO date and time; without a zone it is meant in the organisation's."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no ISO date and time such as 2026-11-23T09:00+08:00", param, ctx)


def aware(instant: datetime) -> datetime:
    """The instant as aware UTC, in the organisation's zone where it names none."""
    return (instant if instant.tzinfo else instant.replace(tzinfo=config().zone)).astimezone(UTC)


def app() -> Flask:
    """The app itself, for threads that need a context of their own."""
    return cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
