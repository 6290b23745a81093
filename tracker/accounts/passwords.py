"""Passwords, hashed with argon2id; as slow for somebody unknown as for somebody known."""

from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from tracker.errors import Unavailable

# Each hash takes 64 MiB and a whole core, so that many sign-ins at once must queue instead of filling the memory.
AT_ONCE, WAIT_S = 2, 10
_places = BoundedSemaphore(AT_ONCE)


def hashed(password: str) -> str:
    """What is stored of a password; raises Unavailable when too many others are being hashed."""
    with _Place():
        return _hasher().hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one.  Without a stored one a dummy is checked, at the same cost, in vain."""
    with _Place():
        dummy = _dummy(*_cost())
        try:
            _hasher().verify(stored or dummy, password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(stored)


class _Place:
    """One of the few places in which a hash is computed."""

    def __enter__(self) -> None:
        if not _places.acquire(timeout=WAIT_S):
            raise Unavailable()

    def __exit__(self, *_: object) -> None:
        _places.release()


def _cost() -> tuple[int, int]:
    config = current_app.config["TRACKER"]
    return config.argon2_time_cost, config.argon2_memory_kib


def _hasher() -> PasswordHasher:
    return _made(*_cost())


@lru_cache(maxsize=4)
def _made(time_cost: int, memory_kib: int) -> PasswordHasher:
    return PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1, type=Type.ID)


@lru_cache(maxsize=4)
def _dummy(time_cost: int, memory_kib: int) -> str:
    return _made(time_cost, memory_kib).hash("nobody's password")
