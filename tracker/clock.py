"""The one door through which time comes in: aware UTC, swapped by `create_app(now=...)` in tests."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import current_app

EXTENSION = "tracker.clock"


def system_time() -> datetime:
    """The present instant of this machine, aware UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """The present instant as the running app sees it, aware UTC."""
    source: Callable[[], datetime] = current_app.extensions[EXTENSION]
    return source()
