"""The organisation's own rules: each change makes a version, the last one can be undone.  Never commits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import yaml
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import audit
from tracker.accounts.rules import Actor, may_administer
from tracker.db import db
from tracker.errors import DomainError, NotAllowed, NotFound
from tracker.statutory import actions, book, checking, rules, words
from tracker.statutory.models import StatutoryBook

SETTINGS = ("organisation", 1)
TEXT_MOST = 20_000
# No rule is near as deep, and each level makes a YAML reader slower than the one before.
DEEPEST = 50
# What an own rule begins from.
TEMPLATE = """\
id: own-rule
title: {zh: 向主管機關通報, en: Report to the authority}
citation: ""
checked_on: 2026-01-01
mark: R
when: {personal_data: ["yes"]}
start: aware_at
due: {kind: hours, n: 72}
counting: strict_24h
recipient: {zh: 主管機關, en: The authority}
allows_interim: true
warn_at: ["50%", "80%", "-2h"]
on_breach: [notify_manager, log]
"""


def written(plain: Mapping[str, Any]) -> str:
    """A rule as people read and write it."""
    text: str = yaml.safe_dump(dict(plain), allow_unicode=True, sort_keys=False, width=100)
    return text


def read(text: str) -> dict[str, Any]:
    """The rule that was typed; DomainError naming every mistake, or the line that is no YAML."""
    if len(text) > TEXT_MOST:
        raise DomainError(fields={"text": _("This is too long.")})
    try:
        _look_through(text)
        plain = book.plain(yaml.safe_load(text))
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise DomainError(fields={"text": _("Line %(line)s cannot be read.", line=line)}) from None
    try:
        checking.read(plain)
    except checking.Unreadable as error:
        raise DomainError(fields={"text": " ".join(words.wrong(one) for one in error.wrong)}) from None
    found: dict[str, Any] = plain
    return found


def _look_through(text: str) -> None:
    """YAMLError where it would take the reader too long."""
    depth = 0
    for one in yaml.parse(text):
        # A few lines that stand for one another would make a list of thousands of millions.
        if isinstance(one, yaml.AliasEvent):
            raise yaml.YAMLError("alias")
        depth += isinstance(one, yaml.CollectionStartEvent) - isinstance(one, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise yaml.YAMLError("depth")


def save(name: str, text: str, *, note: str, by: Actor, at: datetime) -> StatutoryBook:
    """A rule reads so from now on; `name` is empty for an own one that is new."""
    plain = read(text)
    known = book.in_force()
    if name and plain["id"] != name:
        raise DomainError(fields={"text": _("The id of a rule stays as it is: %(name)s", name=name)})
    if not name and plain["id"] in known:
        raise DomainError(
            fields={"text": _("There is a rule of this id already: %(name)s", name=plain["id"])}
        )
    changes = {**_changes(), plain["id"]: _otherwise(plain)}
    return _version(changes, note or plain["id"], by=by, at=at)


def switch(name: str, on: bool, *, by: Actor, at: datetime) -> StatutoryBook:
    """Switch a rule on or off; clocks that stand already stay."""
    plain = book.in_force().get(name)
    if plain is None:
        raise NotFound()
    changes = {**_changes(), name: _otherwise({**plain, "enabled": on})}
    note = _("%(name)s switched on", name=name) if on else _("%(name)s switched off", name=name)
    return _version(changes, note, by=by, at=at)


def restore(name: str, *, by: Actor, at: datetime) -> StatutoryBook:
    """A rule reads as shipped again; an own one is taken out, and its clocks stay."""
    changes = _changes()
    if name not in changes:
        raise NotFound()
    del changes[name]
    return _version(changes, _("%(name)s as shipped", name=name), by=by, at=at)


def undo(seen: int, *, by: Actor, at: datetime) -> StatutoryBook:
    """Back to the version before the last one, as a new version."""
    found = db.session.scalars(select(StatutoryBook).order_by(StatutoryBook.id.desc()).limit(2)).all()
    if not found:
        raise DomainError(_("There is nothing to undo."))
    _fresh(seen)
    former = found[1].changes if len(found) > 1 else {}
    return _version(dict(former), _("Undone: %(what)s", what=found[0].note), by=by, at=at)


def save_profile(kind: str, subject_id: int, facts: Mapping[str, str], *, by: Actor, at: datetime) -> bool:
    """What the rules ask about the organisation, or about one system; answers whether anything changed."""
    if not may_administer(by):
        raise NotAllowed(act="statutory")
    for name, value in facts.items():
        values = rules.FACTS[name]
        if values is None or value not in values:
            raise DomainError(_("Choose one of the values listed."))
    changed = actions.put_facts(kind, subject_id, facts, by=by, at=at)
    if changed:
        audit.record(
            "statutory.profile", SETTINGS, by=by, at=at, after={name: facts[name] for name in changed}
        )
    return bool(changed)


def _changes() -> dict[str, Any]:
    latest = book.latest()
    return dict(latest.changes) if latest is not None else {}


def _otherwise(plain: Mapping[str, Any]) -> dict[str, Any]:
    """What a rule says otherwise than the shipped one; all of it where it is one's own."""
    shipped = book.shipped().get(plain["id"])
    if shipped is None:
        return dict(plain)
    gone = {key: None for key in shipped if key not in plain}
    return {**{key: value for key, value in plain.items() if shipped.get(key) != value}, **gone}


def _fresh(seen: int) -> None:
    latest = book.latest()
    if (latest.id if latest is not None else 0) != seen:
        raise DomainError(
            _("Somebody changed the rules meanwhile. What you typed is kept; look at the rule anew first.")
        )


def _version(changes: dict[str, Any], note: str, *, by: Actor, at: datetime) -> StatutoryBook:
    if not may_administer(by):
        raise NotAllowed(act="statutory")
    changes = {name: one for name, one in changes.items() if one}
    try:
        checking.read_all(book.merged(changes).values())
    except checking.Unreadable as error:
        raise DomainError(fields={"text": " ".join(words.wrong(one) for one in error.wrong)}) from None
    row = StatutoryBook(at=at, by_id=by.person_id, by_name=by.name, note=note[:300], changes=changes)
    db.session.add(row)
    db.session.flush()
    audit.record(
        "statutory.rules", SETTINGS, by=by, at=at, after={"number": row.id}, texts={"note": row.note}
    )
    return row
