"""Verbs of the catalogue: systems, versions with their guides, functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from tracker import audit
from tracker.accounts import names
from tracker.accounts.rules import SYSTEM, Actor
from tracker.db import db
from tracker.errors import DomainError
from tracker.systems import rules
from tracker.systems.models import AISystem, SystemFunction, SystemVersion

LINES = (
    "name",
    "name_en",
    "vendor_name",
    "vendor_contact",
    "vendor_email",
    "vendor_contract",
    "support_hours",
)
PROSE = ("description", "tell_customers")
CODES = ("owner_id", "team_id", "rota_id", "operated_by", "active")
GUIDE = ("purpose", "limits", "forbidden", "how_to_report")


@dataclass(frozen=True)
class NewSystem:
    """What a new system starts with; without a key one is made of its name."""

    name: str
    key: str = ""
    version: str = ""
    functions: Sequence[str] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


def ensure_unknown(*, at: datetime) -> AISystem:
    """The reserved system for 不確定; made where it is missing."""
    found = db.session.scalars(select(AISystem).where(AISystem.key == rules.UNKNOWN)).first()
    if found is None:
        found = AISystem(key=rules.UNKNOWN, name="不確定", name_en="Not sure")
        db.session.add(found)
        db.session.flush()
        audit.record("system.create", found, by=SYSTEM, at=at, after={"key": found.key})
    return found


def add_system(wanted: NewSystem, *, is_demo: bool = False, by: Actor, at: datetime) -> AISystem:
    """Add a system with its first version and its functions.  Raises DomainError naming the fields."""
    facts = _checked({"name": wanted.name, **wanted.more})
    system = AISystem(key=_free_key(wanted), is_demo=is_demo, **facts)
    db.session.add(system)
    db.session.flush()
    codes = {"key": system.key, **{key: facts[key] for key in CODES if key in facts}}
    audit.record("system.create", system, by=by, at=at, after=codes, texts=_texts(facts))
    if wanted.version.strip():
        make_current(
            system, add_version(system, version=wanted.version, guide={}, by=by, at=at), by=by, at=at
        )
    if wanted.functions:
        save_functions(system, "\n".join(wanted.functions), by=by, at=at)
    return system


def save_system(system: AISystem, changes: Mapping[str, Any], *, by: Actor, at: datetime) -> bool:
    """Change what is known of a system or whether it is in use; tells whether anything differed."""
    wanted = _checked(changes)
    before = {key: getattr(system, key) for key, value in wanted.items() if getattr(system, key) != value}
    for key in before:
        setattr(system, key, wanted[key])
    if before:
        changed = {key: wanted[key] for key in before}
        olds = {key: value for key, value in before.items() if key in CODES}
        codes = {key: value for key, value in changed.items() if key in CODES}
        audit.record("system.save", system, by=by, at=at, before=olds, after=codes, texts=_texts(changed))
    return bool(before)


def add_version(
    system: AISystem,
    *,
    version: str,
    guide: Mapping[str, str],
    released_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> SystemVersion:
    """Add a version with its guide; it is not the current one until made so."""
    row = SystemVersion(
        system_id=system.id,
        version=_free_version(system, version, None),
        released_at=released_at,
        **_guide(guide),
    )
    row.guide_updated_at = at
    db.session.add(row)
    db.session.flush()
    after = {"system": system.id, "version": row.version}
    audit.record("system.add_version", system, by=by, at=at, after=after, texts=_guide(guide))
    return row


def save_version(
    row: SystemVersion,
    *,
    version: str,
    guide: Mapping[str, str],
    released_at: datetime | None,
    by: Actor,
    at: datetime,
) -> None:
    """Change a version's name, day or guide."""
    wanted = _guide(guide)
    changed = {key: text for key, text in wanted.items() if getattr(row, key) != text}
    before = {"version": row.version, "released_at": row.released_at}
    row.version, row.released_at = _free_version(row.system, version, row.id), released_at
    for key, text in changed.items():
        setattr(row, key, text)
    after = {"version": row.version, "released_at": released_at}
    if changed:
        row.guide_updated_at = at
    if changed or after != before:
        audit.record(
            "system.save_version", row.system, by=by, at=at, before=before, after=after, texts=changed
        )


def make_current(system: AISystem, row: SystemVersion, *, by: Actor, at: datetime) -> None:
    """From now on people use this version: who must know the system must read its guide anew."""
    before = db.session.scalar(
        select(SystemVersion.version).where(SystemVersion.system_id == system.id, SystemVersion.current)
    )
    db.session.execute(
        update(SystemVersion).where(SystemVersion.system_id == system.id).values(current=False)
    )
    row.current = True
    db.session.flush()
    db.session.expire(system, ["versions"])
    after = {"version": row.version}
    audit.record("system.make_current", system, by=by, at=at, before={"version": before}, after=after)


def save_functions(system: AISystem, text: str, *, by: Actor, at: datetime) -> None:
    """Make these lines the functions; one left out stays for old reports and is offered no more."""
    wanted = [line.partition("：")[0].partition(": ")[0].strip() for line in rules.lines(text)]
    notes = {
        name: line[len(name) :].lstrip("：: ") for name, line in zip(wanted, rules.lines(text), strict=True)
    }
    have = {row.name: row for row in system.functions}
    before = sorted(name for name, row in have.items() if row.active)
    for name in dict.fromkeys(wanted):
        row = have.get(name)
        if row is None:
            db.session.add(SystemFunction(system_id=system.id, name=name, description=notes[name]))
        else:
            row.active, row.description = True, notes[name]
    for name, row in have.items():
        if name not in wanted:
            row.active = False
    db.session.flush()
    db.session.expire(system, ["functions"])
    if before != sorted(set(wanted)):
        after = {"functions": sorted(set(wanted))}
        audit.record("system.functions", system, by=by, at=at, before={"functions": before}, after=after)


def note_address(system: AISystem, url: str, *, by: Actor, at: datetime) -> None:
    """A phone has opened the poster's address."""
    system.address_checked, system.address_checked_at = url[:500], at
    audit.record("system.check_address", system, by=by, at=at, after={"address": url[:500]})


def _checked(facts: Mapping[str, Any]) -> dict[str, Any]:
    stored = {key: facts[key] for key in CODES if key in facts}
    stored.update({key: names.one_line(facts[key] or "") for key in LINES if key in facts})
    stored.update({key: rules.long_text(facts[key] or "") for key in PROSE if key in facts})
    problems = {
        key: _("Use at most %(count)s characters", count=rules.LINE_MOST)
        for key in LINES
        if len(stored.get(key, "")) > rules.LINE_MOST or not names.is_printable(stored.get(key, ""))
    }
    if "name" in stored and not names.is_name(stored["name"]):
        problems["name"] = _("Enter a name of at most %(count)s characters", count=names.NAME_MOST)
    if stored.get("vendor_email") and not names.is_address(stored["vendor_email"]):
        problems["vendor_email"] = _("Enter an e-mail address like name@example.tw")
    if problems:
        raise DomainError(" ".join(problems.values()), fields=problems)
    return stored


def _free_key(wanted: NewSystem) -> str:
    key = wanted.key.strip().lower()
    if not key:
        return _made_key(wanted.name)
    problem = ""
    if not rules.is_key(key):
        problem = _("Use small letters, digits, dots and hyphens; “unknown” is reserved")
    elif db.session.scalar(select(AISystem.id).where(AISystem.key == key)) is not None:
        problem = _("The key “%(key)s” is taken", key=key)
    if problem:
        raise DomainError(problem, fields={"key": problem})
    return key


def _made_key(name: str) -> str:
    base = rules.key_from(name)
    base = base if rules.is_key(base) else "ai"
    taken = set(
        db.session.scalars(select(AISystem.key).where(AISystem.key.startswith(base, autoescape=True)))
    )
    tries = [base, *(f"{base[:34]}-{number}" for number in range(2, len(taken) + 3))]
    return next(key for key in tries if key not in taken)


def _free_version(system: AISystem, version: str, own_id: int | None) -> str:
    name = names.one_line(version)
    text = ""
    if not names.is_name(name):
        text = _("Enter the version, for example 2.1 or 2026-11")
    else:
        taken = select(SystemVersion.id).where(
            SystemVersion.system_id == system.id, SystemVersion.version == name
        )
        if db.session.scalar(taken) not in (None, own_id):
            text = _("This version is there already")
    if text:
        raise DomainError(text, fields={"version": text})
    return name


def _guide(guide: Mapping[str, str]) -> dict[str, str]:
    return {key: rules.long_text(guide.get(key) or "") for key in GUIDE}


def _texts(facts: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in facts.items() if value and key not in CODES}
