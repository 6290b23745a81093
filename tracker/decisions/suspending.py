"""Suspending a system: its users read so wherever they meet it, and who must know it hears so.  Never commits."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from tracker import audit, outbox
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.decisions import dates, letters, queries
from tracker.errors import DomainError, NotAllowed, WrongState
from tracker.systems.models import AISystem, Suspension


def suspend(system: AISystem, reason: str, notice: str, *, by: Actor, at: datetime) -> Suspension:
    """From now on nobody should use the system.  Raises NotAllowed, WrongState when it is suspended already."""
    if not may_suspend(by, system, at):
        raise NotAllowed(act="suspend")
    if of_system(system) is not None:
        raise WrongState(act="suspend")
    wrong = dates.reason_wrong(reason) | dates.reason_wrong(notice, field="notice")
    if wrong:
        if "notice" in wrong and not notice.strip():
            wrong["notice"] = _("Say what its users should know and do.")
        raise DomainError(fields=wrong)
    row = Suspension(
        system_id=system.id, system=system, at=at, by_id=by.person_id, by_name=by.name, reason=reason.strip(),
        notice=notice.strip(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    texts = {"reason": row.reason, "notice": row.notice}
    audit.record("system.suspend", system, by=by, at=at, after={"suspension": row.id}, texts=texts)
    letters.suspended(row, at=at)
    return row


def lift(row: Suspension, reason: str, *, by: Actor, at: datetime) -> None:
    """The system may be used again; who was told hears so, unless the word had not left yet."""
    if not may_suspend(by, row.system, at):
        raise NotAllowed(act="suspend")
    if row.lifted_at is not None:
        raise WrongState(act="lift")
    wrong = dates.reason_wrong(reason)
    if wrong:
        raise DomainError(fields=wrong)
    row.lifted_at, row.lifted_by_name, row.lifted_because = at, by.name, reason.strip()
    audit.record(
        "system.lift",
        row.system,
        by=by,
        at=at,
        after={"suspension": row.id},
        texts={"reason": reason.strip()},
    )
    outbox.cancel(at=at, cause=letters.key_of(row))
    letters.lifted(row, at=at)


def of_system(system: AISystem) -> Suspension | None:
    """The suspension that stands, if any."""
    found = select(Suspension).where(Suspension.system_id == system.id, Suspension.lifted_at.is_(None))
    return db.session.scalars(found).first()


def may_suspend(actor: Actor, system: AISystem, at: datetime) -> bool:
    """A manager for the system, or its supervisor where no manager is."""
    return queries.may_decide(actor, unit_id=None, system_id=system.id, at=at)
