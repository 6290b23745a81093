"""The hourly look at the engine's own promises: administrators hear of each breach once, until it has healed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import or_, select, update

from tracker import outbox
from tracker.accounts import queries as people
from tracker.accounts.models import Person
from tracker.accounts.rules import ADMIN
from tracker.db import changed, db
from tracker.followups import invariants
from tracker.followups.invariants import Breach
from tracker.followups.models import Finding, Instance

EVERY = timedelta(hours=1)
KIND, PAGE = "engine.breach", "/admin/scheduler#promises"


def is_time(now: datetime) -> bool:
    """Whether an hour has passed since any node looked; the one that is told so has the hour."""
    due = or_(Instance.audited_at.is_(None), Instance.audited_at <= now - EVERY, Instance.audited_at > now)
    mine = update(Instance).where(due).values(audited_at=now).execution_options(synchronize_session=False)
    return changed(mine) == 1


def look(now: datetime) -> Sequence[Breach]:
    """Ask every promise; ring for what is newly broken, take back the bell of what has healed."""
    found = invariants.broken(now)
    known = {one.name: one for one in db.session.scalars(select(Finding))}
    for breach in found:
        kept = known.pop(breach.name, None)
        if kept is None:
            db.session.add(Finding(name=breach.name, count=breach.count, since=now))
            _ring(breach, now)
        else:
            kept.count = breach.count
    for healed in known.values():
        outbox.mark_over(cause=_key(healed.name, healed.since), at=now)
        db.session.delete(healed)
    return found


def _key(name: str, since: datetime) -> tuple[str, str, str]:
    return "engine.breach", name, since.astimezone(UTC).isoformat()


def _ring(breach: Breach, now: datetime) -> None:
    def words() -> tuple[str, str]:
        line = _("A promise of the chase engine is broken: %(what)s", what=str(breach))
        return line, _("Look at the scheduler page, or run “tracker doctor” where it is installed.")

    tell_administrators(KIND, _key(breach.name, now), words, PAGE, now)


def tell_administrators(kind: str, key: Sequence[object], words: Any, link: str, now: datetime) -> None:
    """One bell for each administrator, in their language; `words` answers the line and the text."""
    for person in people.people_with(ADMIN, at=now):
        with force_locale(_locale(person)):
            line, body = words()
        outbox.post(
            channel="bell", kind=kind, key=key, subject=("instance", 1), subject_line=line, body_text=body,
            person_id=person.id, locale=_locale(person), link=link, at=now,
        )  # fmt: skip


def _locale(person: Person) -> str:
    return person.locale or str(current_app.config["TRACKER"].locale)
