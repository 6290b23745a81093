"""Verbs of training: a guide was read, a session was held, somebody must know a system."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from tracker import audit
from tracker.accounts import names
from tracker.accounts.models import Person
from tracker.accounts.rules import ROLES, Actor
from tracker.db import db
from tracker.errors import DomainError
from tracker.systems.models import AISystem, SystemVersion
from tracker.systems.rules import lines, long_text
from tracker.training.models import Attendee, GuideRead, MustKnow, TrainingSession
from tracker.training.rules import NAMES_MOST


def read_guide(version: SystemVersion, *, by: Actor, at: datetime) -> bool:
    """The actor has read this guide; False when they had said so already."""
    mine = select(GuideRead.id).where(
        GuideRead.system_version_id == version.id, GuideRead.person_id == by.person_id
    )
    if by.person_id is None or db.session.scalar(mine) is not None:
        return False
    db.session.add(GuideRead(person_id=by.person_id, system_version_id=version.id, at=at))
    db.session.flush()
    audit.record("training.read_guide", ("person", by.person_id), by=by, at=at, after={"version": version.id})
    return True


def hold_session(
    facts: Mapping[str, Any],
    *,
    people: Iterable[int],
    names_only: str = "",
    is_demo: bool = False,
    by: Actor,
    at: datetime,
) -> TrainingSession:
    """Write a session into the log with those who were there.  Raises DomainError naming the fields."""
    session = TrainingSession(created_by_id=by.person_id, created_at=at, is_demo=is_demo, **_checked(facts))
    db.session.add(session)
    db.session.flush()
    _set_attendees(session, people, names_only)
    audit.record("training.hold", session, by=by, at=at, after=_codes(session), texts=_texts(session))
    return session


def save_session(
    session: TrainingSession,
    facts: Mapping[str, Any],
    *,
    people: Iterable[int],
    names_only: str,
    by: Actor,
    at: datetime,
) -> None:
    """Correct a session in the log."""
    before = _codes(session)
    for key, value in _checked(facts).items():
        setattr(session, key, value)
    _set_attendees(session, people, names_only)
    audit.record(
        "training.save", session, by=by, at=at, before=before, after=_codes(session), texts=_texts(session)
    )


def require(
    system: AISystem,
    *,
    person_id: int | None = None,
    unit_id: int | None = None,
    role: str = "",
    is_demo: bool = False,
    by: Actor,
    at: datetime,
) -> MustKnow:
    """Somebody must know this system: a person, a unit, a role, or everybody when none is named."""
    if (role and role not in ROLES) or sum(map(bool, (person_id, unit_id, role))) > 1:
        raise DomainError(
            _("Choose a person, a unit or a role"), fields={"kind": _("Choose a person, a unit or a role")}
        )
    same = select(MustKnow).where(
        MustKnow.system_id == system.id,
        MustKnow.person_id == person_id,
        MustKnow.unit_id == unit_id,
        MustKnow.role == role,
    )
    row = db.session.scalars(same).first()
    if row is None:
        row = MustKnow(system_id=system.id, person_id=person_id, unit_id=unit_id, role=role, is_demo=is_demo)
        db.session.add(row)
        db.session.flush()
        audit.record("training.require", system, by=by, at=at, after=_whom(row))
    return row


def release(system: AISystem, row: MustKnow, *, by: Actor, at: datetime) -> None:
    """They need not know it any longer; what they read and attended stays."""
    audit.record("training.release", system, by=by, at=at, before=_whom(row))
    db.session.delete(row)
    db.session.flush()


def _checked(facts: Mapping[str, Any]) -> dict[str, Any]:
    stored = dict(facts)
    problems: dict[str, str] = {}
    for key in ("topic", "trainer"):
        stored[key] = names.one_line(facts.get(key) or "")
        if not names.is_name(stored[key]):
            problems[key] = _("Enter a name of at most %(count)s characters", count=names.NAME_MOST)
    for key in ("functions", "note"):
        stored[key] = long_text(facts.get(key) or "")
    version = db.session.get(SystemVersion, facts["version_id"]) if facts.get("version_id") else None
    if version is not None:
        stored["system_id"] = version.system_id
    if facts.get("held_on") is None:
        problems["held_on"] = _("Enter the day")
    if problems:
        raise DomainError(" ".join(problems.values()), fields=problems)
    return stored


def _set_attendees(session: TrainingSession, people: Iterable[int], names_only: str) -> None:
    """People of ours by id; a line of `names_only` that is a colleague's exact and only name counts as theirs."""
    found = {
        person.id: person for person in db.session.scalars(select(Person).where(Person.id.in_(set(people))))
    }
    loose: list[str] = []
    for line in lines(names_only)[:NAMES_MOST]:
        same = db.session.scalars(select(Person).where(Person.name == line, Person.active).limit(2)).all()
        if len(same) == 1:
            found.setdefault(same[0].id, same[0])
        elif names.is_printable(line):
            loose.append(line[: names.NAME_MOST])
    session.attendees = [
        *(
            Attendee(person_id=person.id, name=person.name)
            for person in sorted(found.values(), key=lambda one: one.name)
        ),
        *(Attendee(name=name) for name in loose),
    ]
    db.session.flush()


def _codes(session: TrainingSession) -> dict[str, Any]:
    return {
        "held_on": session.held_on, "system": session.system_id, "version": session.version_id,
        "people": sorted(one.person_id for one in session.attendees if one.person_id),
        "others": sum(one.person_id is None for one in session.attendees),
    }  # fmt: skip


def _texts(session: TrainingSession) -> dict[str, str]:
    texts = {key: getattr(session, key) for key in ("topic", "trainer", "functions", "note")}
    return {key: text for key, text in texts.items() if text}


def _whom(row: MustKnow) -> dict[str, Any]:
    return {"person": row.person_id, "unit": row.unit_id, "role": row.role}
