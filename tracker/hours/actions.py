"""Verbs of calendars: make, change, remove, days off and on, who keeps which.  Never commit.

Each verb leaves its line in the audit trail and stamps the book anew, so that every process reads it again.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from tracker import audit
from tracker.accounts import queries as people
from tracker.accounts.models import Organisation
from tracker.accounts.rules import Actor
from tracker.calendars import Day, Week
from tracker.db import db, locked
from tracker.errors import DomainError
from tracker.hours import book, rules
from tracker.hours.models import Hours, NamedCalendar, OwnDay, UnitCalendar

ORGANISATION = "organisation"


def create_calendar(
    *,
    name: str,
    zone: str,
    country: str,
    week: Week,
    units: Collection[int] = (),
    is_demo: bool = False,
    by: Actor,
    at: datetime,
) -> NamedCalendar:
    """Add a calendar with its usual week.  Raises DomainError naming the fields."""
    row = NamedCalendar(
        name=_free_name(name, None), zone=zone, country=country, is_default=False, is_demo=is_demo
    )
    row.hours = [Hours(week=_plain(week))]
    db.session.add(row)
    db.session.flush()
    _keep(row, units)
    audit.record(
        "calendar.create",
        row,
        by=by,
        at=at,
        after={**_facts(row), "week": _words(week), "units": sorted(units)},
    )
    stamp()
    return row


def save_calendar(
    row: NamedCalendar, *, name: str, zone: str, country: str, units: Collection[int], by: Actor, at: datetime
) -> None:
    """Change its name, zone, holidays, and the units that keep it."""
    before = {**_facts(row), "units": _keepers(row)}
    row.name = "" if row.is_default and not name.strip() else _free_name(name, row.id)
    row.zone, row.country = zone, country
    _keep(row, units)
    after = {**_facts(row), "units": sorted(units)}
    if after != before:
        audit.record("calendar.save", row, by=by, at=at, before=before, after=after)
        stamp()


def save_week(
    row: NamedCalendar, week: Week, *, start: date | None, end: date | None, by: Actor, at: datetime
) -> None:
    """Set the week that begins on `start` (None: the usual one) and ends with `end`; others stay as they are."""
    if start is None and end is not None:
        text = _("Say from when these hours hold")
        raise DomainError(text, fields={"start": text})
    if start is not None and end is not None and end < start:
        text = _("The last day must not be before the first")
        raise DomainError(text, fields={"end": text})
    hours = next((one for one in row.hours if one.valid_from == start), None)
    before = {"week": _words(rules.as_week(hours.week)), "until": hours.valid_until} if hours else {}
    after = {"week": _words(week), "until": end}
    if after == before:
        return
    if hours is None:
        hours = Hours(valid_from=start)
        row.hours.append(hours)
    hours.week, hours.valid_until = _plain(week), end
    db.session.flush()
    audit.record(
        "calendar.hours", row, by=by, at=at, before=_texts(before), after=_texts({**after, "from": start})
    )
    stamp()


def drop_week(row: NamedCalendar, hours_id: int, *, by: Actor, at: datetime) -> None:
    """Take back hours that hold from a date; the usual week stays."""
    gone = next((one for one in row.hours if one.id == hours_id and one.valid_from is not None), None)
    if gone is None:
        return
    before = {"week": _words(rules.as_week(gone.week)), "from": gone.valid_from, "until": gone.valid_until}
    row.hours.remove(gone)
    db.session.flush()
    audit.record("calendar.hours", row, by=by, at=at, before=_texts(before))
    stamp()


def make_default(row: NamedCalendar, *, by: Actor, at: datetime) -> None:
    """From now on everybody without a calendar of their unit keeps this one."""
    if row.is_default:
        return
    other = db.session.scalars(select(NamedCalendar).where(NamedCalendar.is_default)).first()
    db.session.execute(update(NamedCalendar).where(NamedCalendar.is_default).values(is_default=False))
    if other is not None and not other.name:
        other.name = _free_name(_("Office hours"), other.id)
    db.session.flush()
    row.is_default = True
    db.session.flush()
    audit.record("calendar.default", row, by=by, at=at, before={"calendar": other and other.id})
    stamp()


def delete_calendar(row: NamedCalendar, *, by: Actor, at: datetime) -> None:
    """Remove a calendar; its units keep the default one again, which itself cannot go."""
    if row.is_default:
        raise DomainError(_("The default calendar stays. Make another one the default first."))
    before = {**_facts(row), "units": _keepers(row)}
    calendar_id = row.id
    db.session.execute(delete(OwnDay).where(OwnDay.calendar_id == calendar_id))
    db.session.execute(delete(UnitCalendar).where(UnitCalendar.calendar_id == calendar_id))
    db.session.delete(row)
    db.session.flush()
    audit.record("calendar.delete", ("calendar", calendar_id), by=by, at=at, before=before)
    stamp()


def set_day(
    day: date, kind: str, *, calendar_id: int | None = None, name: str = "", windows: Day = (), by: Actor, at: datetime
) -> OwnDay:  # fmt: skip
    """Make a day differ, for one calendar or for everybody; what stood there for the date comes back with the undo."""
    same = OwnDay.calendar_id == calendar_id if calendar_id is not None else OwnDay.calendar_id.is_(None)
    row = db.session.scalars(select(OwnDay).where(OwnDay.day == day, same)).first()
    before = _day_facts(row) if row is not None else {}
    wanted = (
        kind,
        " ".join(name.split())[:80],
        [list(one) for one in windows] if kind != rules.CLOSED else [],
    )
    if row is not None and (row.kind, row.name, row.windows) == wanted:
        return row
    if row is not None:
        row.replaced = {"kind": row.kind, "name": row.name, "windows": row.windows, "replaced": row.replaced}
    else:
        row = OwnDay(calendar_id=calendar_id, day=day)
        db.session.add(row)
    row.kind, row.name, row.windows = wanted
    row.at = at
    db.session.flush()
    audit.record("calendar.day", row, by=by, at=at, before=before, after=_day_facts(row))
    stamp()
    return row


def drop_day(row: OwnDay, *, by: Actor, at: datetime) -> OwnDay | None:
    """Take a day back: what stood there before it holds again (and is answered), or the week and public holidays do."""
    before, day_id, earlier = _day_facts(row), row.id, row.replaced
    if earlier:
        row.kind, row.name, row.windows, row.at = earlier["kind"], earlier["name"], earlier["windows"], at
        row.replaced = earlier["replaced"]
    else:
        db.session.delete(row)
    db.session.flush()
    after = _day_facts(row) if earlier else {}
    audit.record("calendar.day_undone", ("calendar_day", day_id), by=by, at=at, before=before, after=after)
    stamp()
    return row if earlier else None


def stamp() -> None:
    """Name the rows anew on the organisation's row, which two writers take one after the other."""
    people.organisation()
    settings = db.session.scalars(locked(select(Organisation))).one()
    settings.calendar_stamp = book.stamp_now()


def _free_name(name: str, own_id: int | None) -> str:
    stored = " ".join(name.split())
    if not stored or len(stored) > 80:
        text = _("Enter a name of at most %(count)s characters", count=80)
        raise DomainError(text, fields={"name": text})
    taken = db.session.scalar(select(NamedCalendar.id).where(NamedCalendar.name == stored))
    if taken is not None and taken != own_id:
        text = _("The name “%(name)s” is taken", name=stored)
        raise DomainError(text, fields={"name": text})
    return stored


def _keep(row: NamedCalendar, units: Collection[int]) -> None:
    """These units keep this calendar, and no others do."""
    mine = UnitCalendar.calendar_id == row.id
    db.session.execute(delete(UnitCalendar).where(mine | UnitCalendar.unit_id.in_(units)))
    db.session.add_all([UnitCalendar(unit_id=unit, calendar_id=row.id) for unit in sorted(set(units))])
    db.session.flush()


def _keepers(row: NamedCalendar) -> Sequence[int]:
    mine = select(UnitCalendar.unit_id).where(UnitCalendar.calendar_id == row.id)
    return list(db.session.scalars(mine.order_by(UnitCalendar.unit_id)))


def _facts(row: NamedCalendar) -> dict[str, Any]:
    return {"name": row.name, "zone": row.zone, "country": row.country}


def _day_facts(row: OwnDay) -> dict[str, Any]:
    return {"day": row.day.isoformat(), "kind": row.kind, "name": row.name, "calendar": row.calendar_id,
            "hours": rules.written(rules.as_day(row.windows))}  # fmt: skip


def _plain(week: Week) -> list[list[list[int]]]:
    return [[list(window) for window in day] for day in week]


def _words(week: Week) -> list[str]:
    return [rules.written(day) for day in week]


def _texts(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in facts.items()}
