"""Verbs of tools: add, change, a new secret, off and on; and a call taken in.  Never commit."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from tracker import audit
from tracker.accounts import names
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import DomainError, WrongState
from tracker.tickets import queries, rules, shapes
from tracker.tickets.models import TicketTool

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
WORDS_MOST = 100


def add(name: str, shape: str, *, key: str = "", by: Actor, at: datetime) -> TicketTool:
    """A new tool, by the name under which people note its tickets.  Raises DomainError naming the fields."""
    line, wrong = names.one_line(name), {}
    key = key or re.sub(r"[^a-z0-9]+", "-", line.lower()).strip("-")[:40] or shape
    if not names.is_name(line) or len(line) > shapes.LINE_MOST:
        wrong["name"] = _("Enter a name of at most %(count)s characters", count=names.NAME_MOST)
    if shape not in shapes.SHAPES:
        wrong["shape"] = _("Choose one of: %(values)s.", values=", ".join(shapes.SHAPES))
    if not KEY.fullmatch(key):
        wrong["key"] = _("Use small letters, digits and hyphens, at most 40.")
    elif queries.by_key(key) is not None:
        wrong["key"] = _("The key “%(key)s” is taken.", key=key)
    if wrong:
        raise DomainError(fields=wrong)
    row = TicketTool(key=key, name=line, shape=shape, generation=1, meanings={}, at=at, by_name=by.name)
    db.session.add(row)
    db.session.flush()
    _written(row, "add", by, at, {"name": line, "shape": shape})
    return row


def save(
    row: TicketTool, name: str, takes_token: bool, meanings: Mapping[str, str], *, by: Actor, at: datetime
) -> None:
    """Change its name, whether older GitLabs may send the secret itself, and what words of states mean."""
    line = names.one_line(name)
    if not names.is_name(line):
        text = _("Enter a name of at most %(count)s characters", count=names.NAME_MOST)
        raise DomainError(fields={"name": text})
    kept = {
        shapes.folded(word): meant
        for word, meant in meanings.items()
        if meant in shapes.MEANINGS and word.strip()
    }
    if len(kept) > WORDS_MOST:
        raise DomainError(fields={"": _("Use at most %(number)s words.", number=WORDS_MOST)})
    takes_token = takes_token and row.shape == shapes.GITLAB
    before = {"name": row.name, "takes_token": row.takes_token, "meanings": dict(row.meanings)}
    row.name, row.takes_token, row.meanings = line, takes_token, kept
    after = {"name": line, "takes_token": takes_token, "meanings": kept}
    if before != after:
        _written(row, "save", by, at, after, before)


def rotate(row: TicketTool, *, by: Actor, at: datetime) -> None:
    """A new secret; the former one is taken for a day more, so that no call is lost while it is put in there."""
    row.generation, row.old_until = row.generation + 1, at + rules.OLD_SECRET
    _written(row, "rotate", by, at, {"old_until": row.old_until})


def end_old(row: TicketTool, *, by: Actor, at: datetime) -> None:
    """The former secret is taken no longer.  Raises WrongState when none is."""
    if row.old_until is None or row.old_until <= at:
        raise WrongState(act="end_old")
    row.old_until = None
    _written(row, "end_old", by, at, {})


def switch(row: TicketTool, on: bool, *, by: Actor, at: datetime) -> None:
    """Take its calls, or refuse all of them."""
    if row.active == on:
        raise WrongState(act="on" if on else "off")
    row.active = on
    _written(row, "on" if on else "off", by, at, {})


def _written(
    row: TicketTool,
    verb: str,
    by: Actor,
    at: datetime,
    after: dict[str, Any],
    before: dict[str, Any] | None = None,
) -> None:
    audit.record(f"tool.{verb}", row, by=by, at=at, before=before or {}, after=after)
