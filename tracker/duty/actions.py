"""Verbs of rotas: make and change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from flask_babel import gettext as _
from sqlalchemy import select

from tracker import audit
from tracker.accounts import names
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.duty import queries, rules
from tracker.duty.models import DutyMember, DutyTerm, Rota
from tracker.duty.rules import Point, Term
from tracker.errors import DomainError, NotAllowed

NOTE_MOST = 1000


@dataclass(frozen=True)
class Wanted:
    """What a rota should be: its name and days, its rhythm, its members in order, and who begins."""

    name: str
    members: Sequence[int]
    zone: str
    first_day: date
    rhythm: str = rules.WEEKLY
    every_days: int = 1
    weekday: int = 0
    minute: int = 9 * 60
    custom: tuple[Point, ...] = ()
    last_day: date | None = None
    note: str = ""
    leads: int | None = None

    @property
    def points(self) -> tuple[Point, ...]:
        return rules.points_of(self.rhythm, self.minute, self.custom)

    @property
    def cycle(self) -> int:
        return rules.cycle_of(self.rhythm, self.every_days)


def make_rota(wanted: Wanted, *, is_demo: bool = False, by: Actor, at: datetime) -> Rota:
    """A new rota.  Raises NotAllowed, or DomainError naming the fields."""
    _check(wanted, None, by)
    rota = Rota(
        name=names.one_line(wanted.name), note=wanted.note.strip()[:NOTE_MOST], first_day=wanted.first_day,
        last_day=wanted.last_day, created_at=at, changed_at=at, is_demo=is_demo,
    )  # fmt: skip
    db.session.add(rota)
    db.session.flush()
    row = _add_term(rota, wanted, None)
    audit.record("rota.create", rota, by=by, at=at, after=_facts(rota, row), texts=_texts(rota))
    return rota


def save_rota(rota: Rota, wanted: Wanted, *, by: Actor, at: datetime) -> bool:
    """Change a rota; what was before stays as it was, what differs holds from `at` on.  Tells whether anything did."""
    _check(wanted, rota, by)
    before, texts = _facts(rota, queries.term_now(rota, at)), _texts(rota)
    turned = _turns_differ(rota, wanted, at)
    rota.name, rota.note = names.one_line(wanted.name), wanted.note.strip()[:NOTE_MOST]
    rota.last_day = wanted.last_day
    if at < queries.plan(rota).begins:
        turned = turned or rota.first_day != wanted.first_day
        rota.first_day = wanted.first_day
    row = _change_turns(rota, wanted, at) if turned else queries.term_now(rota, at)
    after = _facts(rota, row)
    if after == before and texts == _texts(rota):
        return False
    rota.changed_at = at
    audit.record("rota.save", rota, by=by, at=at, before=before, after=after, texts=_texts(rota))
    return True


def _turns_differ(rota: Rota, wanted: Wanted, at: datetime) -> bool:
    row = queries.term_now(rota, at)
    same = (
        row.zone == wanted.zone
        and row.rhythm == wanted.rhythm
        and rules.cycle_of(row.rhythm, row.every_days) == wanted.cycle
        and tuple(map(tuple, row.points)) == wanted.points
        and [one.person_id for one in row.members] == list(wanted.members)
        and (wanted.rhythm != rules.WEEKLY or row.anchor.weekday() == wanted.weekday)
    )
    spell = rules.on_duty(queries.plan(rota), at)
    return not same or (wanted.leads is not None and spell is not None and spell.turn != wanted.leads)


def _change_turns(rota: Rota, wanted: Wanted, at: datetime) -> DutyTerm:
    """From now on; where the rota has not begun, nothing of what was planned has happened and it is planned anew."""
    if at >= queries.plan(rota).begins:
        return _add_term(rota, wanted, at.replace(second=0, microsecond=0))
    for row in list(rota.terms):
        db.session.delete(row)
    db.session.flush()
    db.session.expire(rota, ["terms"])
    return _add_term(rota, wanted, None)


def _add_term(rota: Rota, wanted: Wanted, at: datetime | None) -> DutyTerm:
    """The turns as wanted, from `at` on, or from the rota's first hand-over."""
    anchor = rules.anchor_of(wanted.rhythm, rota.first_day, wanted.weekday)
    midnight = rules.instant(rota.first_day, 0, wanted.zone)
    term = Term(midnight, wanted.zone, wanted.cycle, wanted.points, anchor, tuple(wanted.members))
    begins = rules.first_hand_over(term, rota.first_day)
    since = begins if at is None else at
    term = Term(since, wanted.zone, wanted.cycle, wanted.points, anchor, tuple(wanted.members))
    leader = wanted.leads if wanted.leads in wanted.members else wanted.members[0]
    assert leader is not None
    row = DutyTerm(
        rota_id=rota.id, since=since, zone=wanted.zone, rhythm=wanted.rhythm, every_days=wanted.every_days,
        points=[list(point) for point in wanted.points], anchor=anchor, lead=term.led_by(leader).first,
    )  # fmt: skip
    row.members = [DutyMember(position=place, person_id=one) for place, one in enumerate(wanted.members)]
    rota.terms.append(row)
    db.session.flush()
    return row


def _check(wanted: Wanted, rota: Rota | None, by: Actor) -> None:
    if not queries.may_edit(by):
        raise NotAllowed("rota")
    problems = _name_problem(wanted, rota) | _member_problem(wanted, rota) | _time_problems(wanted)
    if problems:
        raise DomainError(" ".join(problems.values()), fields=problems)


def _member_problem(wanted: Wanted, rota: Rota | None) -> dict[str, str]:
    known = {one.id for one in queries.workers()} | {one.person_id for one in _members(rota)}
    if not wanted.members:
        return {"members": _("Choose at least one person")}
    if len(set(wanted.members)) != len(wanted.members) or len(wanted.members) > rules.MEMBERS_MOST:
        return {"members": _("Name each person once, at most %(count)s", count=rules.MEMBERS_MOST)}
    return {} if set(wanted.members) <= known else {"members": _("Choose one of the list")}


def _time_problems(wanted: Wanted) -> dict[str, str]:
    problems = {}
    if wanted.last_day is not None and wanted.last_day < wanted.first_day:
        problems["last_day"] = _("Enter an end after the start")
    if not 1 <= wanted.every_days <= rules.DAYS_MOST:
        problems["every_days"] = _("Enter a number from 1 to %(most)s", most=rules.DAYS_MOST)
    if not wanted.points or len(wanted.points) > rules.POINTS_MOST:
        problems["custom"] = _("Write at least one hand-over a week, such as Mon 09:00")
    if not date(2000, 1, 1) <= wanted.first_day <= date(2200, 1, 1):
        problems["first_day"] = _("Enter a date like 2026-11-22, 115/11/22, 11/22 or tomorrow")
    if wanted.zone not in known_zones():
        problems["zone"] = _("Enter a time zone such as Asia/Taipei")
    return problems


@cache
def known_zones() -> frozenset[str]:
    """The time zones of this computer."""
    return frozenset(available_timezones())


def _members(rota: Rota | None) -> list[DutyMember]:
    return [member for term in rota.terms for member in term.members] if rota is not None else []


def _name_problem(wanted: Wanted, rota: Rota | None) -> dict[str, str]:
    name = names.one_line(wanted.name)
    if not names.is_name(name):
        return {"name": _("Enter a name of at most %(count)s characters", count=names.NAME_MOST)}
    taken = select(Rota.id).where(Rota.name == name, Rota.id != (rota.id if rota is not None else 0))
    if db.session.scalar(taken) is not None:
        return {"name": _("There is a rota of this name already")}
    return {}


def _facts(rota: Rota, row: DutyTerm) -> dict[str, Any]:
    return {
        "first_day": rota.first_day, "last_day": rota.last_day, "since": row.since, "zone": row.zone,
        "rhythm": row.rhythm, "every_days": row.every_days, "points": [list(one) for one in row.points],
        "members": [one.person_id for one in row.members], "lead": row.lead,
    }  # fmt: skip


def _texts(rota: Rota) -> dict[str, str]:
    return {key: value for key, value in (("name", rota.name), ("note", rota.note)) if value}


def zone_of(rota: Rota, at: datetime) -> ZoneInfo:
    """The zone in which the rota's times are meant."""
    return ZoneInfo(queries.term_now(rota, at).zone)
