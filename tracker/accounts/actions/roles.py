"""Who may do what, and where: grant and revoke; one administrator always remains."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from tracker import audit
from tracker.accounts.models import Person, PersonRole
from tracker.accounts.rules import ADMIN, AUDITOR, MANAGER, ROLES, SUPERVISOR, Actor
from tracker.db import db, locked
from tracker.errors import DomainError

# Whose right can be narrowed to a unit or a system: an engineer's follows the work, a reporter's their own reports.
NARROWED = frozenset({SUPERVISOR, MANAGER, AUDITOR})


@dataclass(frozen=True)
class Right:
    """One role with its limit, as forms and files give it."""

    role: str
    unit_id: int | None = None
    system_id: int | None = None
    until: datetime | None = None


def grant(
    person: Person,
    role: str,
    *,
    unit_id: int | None = None,
    system_id: int | None = None,
    until: datetime | None = None,
    by: Actor,
    at: datetime,
) -> PersonRole:
    """Give a role, everywhere or for one unit or system; what the person has already is returned as it is."""
    right = Right(role, unit_id, system_id, until)
    _check(right, at)
    for row in person.roles:
        if as_right(row) == right:
            return row
    row = PersonRole(person_id=person.id, role=role, unit_id=unit_id, system_id=system_id, until=until)
    person.roles.append(row)
    db.session.flush()
    audit.record("person.grant", person, by=by, at=at, after=_facts(right))
    return row


def revoke(person: Person, row: PersonRole, *, by: Actor, at: datetime) -> None:
    """Take a role back, from the person's next request on."""
    if row.role == ADMIN:
        keep_one_administrator(without=person.id, at=at)
    person.roles.remove(row)
    db.session.flush()
    audit.record("person.revoke", person, by=by, at=at, before=_facts(as_right(row)))


def set_roles(person: Person, wanted: Iterable[Right], *, by: Actor, at: datetime) -> bool:
    """Make the person's roles exactly these; tells whether anything differed."""
    rights = set(wanted)
    have = {as_right(row): row for row in person.roles}
    for right in sorted(rights - set(have), key=lambda one: (one.role, one.unit_id or 0, one.system_id or 0)):
        _check(right, at)
    for right, row in have.items():
        if right not in rights:
            revoke(person, row, by=by, at=at)
    for right in sorted(rights - set(have), key=lambda one: (one.role, one.unit_id or 0, one.system_id or 0)):
        grant(
            person,
            right.role,
            unit_id=right.unit_id,
            system_id=right.system_id,
            until=right.until,
            by=by,
            at=at,
        )
    return rights != set(have)


def as_right(row: PersonRole) -> Right:
    """The row as a value that can be compared."""
    return Right(row.role, row.unit_id, row.system_id, row.until)


def keep_one_administrator(*, without: int, at: datetime) -> None:
    """Refuse when nobody but this person could administer; locks the rows, so that two cannot remove each other."""
    rows = db.session.scalars(locked(select(PersonRole).where(PersonRole.role == ADMIN))).all()
    others = select(Person.id).where(
        Person.id.in_([row.person_id for row in rows]), Person.id != without, Person.active
    )
    mine = any(row.person_id == without for row in rows)
    if mine and db.session.scalar(others.limit(1)) is None:
        text = _("This is the last administrator. Make somebody else one first.")
        raise DomainError(text, fields={"roles": text})


def _check(right: Right, at: datetime) -> None:
    text = ""
    if right.role not in ROLES:
        text = _("There is no role “%(role)s”", role=right.role)
    elif right.role not in NARROWED and (right.unit_id is not None or right.system_id is not None):
        text = _("Only supervisors, managers and auditors can be limited to a unit or a system")
    elif right.until is not None and right.role != AUDITOR:
        text = _("Only an auditor's role can end by itself")
    elif right.until is not None and right.until <= at:
        text = _("The end of the auditor's time must lie ahead")
    if text:
        raise DomainError(text, fields={"roles": text})


def _facts(right: Right) -> dict[str, object]:
    return {"role": right.role, "unit": right.unit_id, "system": right.system_id, "until": right.until}
