"""The rules in force: those that ship, with what the organisation reads otherwise laid over them."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from tracker.db import db
from tracker.statutory import checking
from tracker.statutory.models import StatutoryBook
from tracker.statutory.rules import Rule

FILE = Path(__file__).parent / "shipped.yaml"
Plain = dict[str, Any]


def plain(value: Any) -> Any:
    """The same in JSON's types: dates as their text."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Plain]:
    """The shipped rules by name, in their order."""
    return {one["id"]: plain(one) for one in yaml.safe_load(FILE.read_text("utf-8"))}


def latest() -> StatutoryBook | None:
    """The version in force; None while the organisation changed nothing."""
    return db.session.scalars(select(StatutoryBook).order_by(StatutoryBook.id.desc()).limit(1)).first()


def merged(changes: Mapping[str, Plain]) -> dict[str, Plain]:
    """Every rule as it reads with these changes, the organisation's own ones last."""
    found = {
        # None takes a key of the shipped rule out.
        name: {key: value for key, value in {**one, **changes.get(name, {})}.items() if value is not None}
        for name, one in shipped().items()
    }
    return {**found, **{name: one for name, one in changes.items() if name not in found}}


def in_force() -> dict[str, Plain]:
    """Every rule as it reads now."""
    found = latest()
    return merged(found.changes if found is not None else {})


def rules() -> list[Rule]:
    """Every rule as it reads now, for the clocks."""
    return [checking.read(one) for one in in_force().values()]


def changed_keys(
    name: str, now: Mapping[str, Any], before: Mapping[str, Any] | None = None
) -> list[tuple[str, Any, Any]]:
    """What a rule says otherwise than before (than shipped): key, before, now; nothing for one of the own ones."""
    if before is None:
        before = shipped().get(name)
    if before is None:
        return []
    keys = [*before, *(key for key in now if key not in before)]
    return [(key, before.get(key), now.get(key)) for key in keys if before.get(key) != now.get(key)]
