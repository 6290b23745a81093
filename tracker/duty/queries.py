"""Named selects of rotas, and the question that others ask: who is on duty at this instant?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts import queries as people
from tracker.accounts.models import Person, PersonRole
from tracker.accounts.rules import ADMIN, ENGINEER, MANAGER, SUPERVISOR, Actor, may_administer
from tracker.audit.models import Entry
from tracker.db import db
from tracker.duty import rules
from tracker.duty.models import DutyFeed, DutyMember, DutyOverride, DutySwap, DutyTerm, Rota
from tracker.duty.rules import Override, Plan, Presence, Spell, Term

WORKERS = (SUPERVISOR, ENGINEER, MANAGER)
READERS = (*WORKERS, ADMIN)
KEPT = timedelta(days=60)
ABSENCES = ("person.absence", "person.return", "person.deactivate", "person.reactivate")


@dataclass(frozen=True)
class OnDuty:
    """A rota, who is on duty on it, until when and why; `person` is None where nobody is there."""

    rota: Rota
    person: Person | None
    spell: Spell | None
    until: datetime | None


def rotas() -> Select[Rota]:
    """All rotas by name."""
    return select(Rota).options(selectinload(Rota.terms)).order_by(Rota.name, Rota.id)


def by_name(name: str) -> Rota | None:
    """The rota of this name."""
    return db.session.scalars(select(Rota).where(Rota.name == name)).first()


def may_edit(actor: Actor) -> bool:
    """Make and change rotas, set overrides."""
    return actor.is_(SUPERVISOR) or may_administer(actor)


def are_offered(at: datetime) -> bool:
    """Whether pages lead to the rotas: not in an office with one supervisor that has none (decisions 1.3)."""
    return db.session.scalar(select(Rota.id).limit(1)) is not None or not people.is_alone(at)


def workers() -> Sequence[Person]:
    """Those who may take turns: active people who work on other people's reports, by name."""
    holders = select(PersonRole.person_id).where(PersonRole.role.in_(WORKERS))
    found = select(Person).where(Person.active, Person.id.in_(holders))
    return db.session.scalars(found.order_by(Person.name, Person.id)).all()


def on_duty(rota_id: int, at: datetime) -> Person | None:
    """Who is on duty at this instant: by turn or override, while away their deputy or the next; None for nobody."""
    rota = db.session.get(Rota, rota_id)
    spell = rules.on_duty(plan(rota), at) if rota is not None else None
    return db.session.get(Person, spell.person) if spell is not None and spell.person is not None else None


def now_on_duty(rota: Rota, at: datetime) -> OnDuty:
    """Who is on duty, until when and why."""
    whole = plan(rota)
    spell = rules.on_duty(whole, at)
    person = db.session.get(Person, spell.person) if spell is not None and spell.person is not None else None
    coming = rules.spells(whole, at, at + timedelta(days=1 + rules.DAYS_MOST))
    first = coming[0] if spell is not None and coming else None
    return OnDuty(rota, person, first or spell, first.ends_at if first is not None else None)


def plan(rota: Rota) -> Plan:
    """The rota's turns, overrides and the presence of its people, as they stand."""
    terms = rules.in_force(_term(one) for one in rota.terms)
    live = select(DutyOverride).where(DutyOverride.rota_id == rota.id, DutyOverride.undone_at.is_(None))
    overrides = tuple(
        Override(one.id, one.starts_at, one.ends_at, one.person_id)
        for one in db.session.scalars(live.order_by(DutyOverride.id))
    )
    ids = {person for term in terms for person in term.members} | {one.person for one in overrides}
    ends = (
        rules.instant(rota.last_day + timedelta(days=1), 0, terms[-1].zone)
        if rota.last_day is not None
        else None
    )
    return Plan(terms, ends, overrides, presences(ids))


def _term(row: DutyTerm) -> Term:
    return Term(
        row.since, row.zone, rules.cycle_of(row.rhythm, row.every_days),
        tuple((day, minute) for day, minute in row.points), row.anchor,
        tuple(one.person_id for one in row.members), row.lead,
    )  # fmt: skip


def term_now(rota: Rota, at: datetime) -> DutyTerm:
    """The row of the term in force, or of the first where the rota has not begun."""
    in_force = rules.in_force(_term(row) for row in rota.terms)
    live = [row for row in rota.terms if _term(row) in in_force]
    return [live[0], *(row for row in live if row.since <= at)][-1]


def presences(ids: Iterable[int]) -> dict[int, Presence]:
    """Who of these people and of their deputies is there and when."""
    found = {one.id: one for one in _people(ids)}
    found |= {one.id: one for one in _people(one.deputy_id for one in found.values() if one.deputy_id)}
    return {
        one.id: Presence(one.active, one.away_from, one.away_until, one.deputy_id) for one in found.values()
    }


def _people(ids: Iterable[int]) -> Sequence[Person]:
    wanted = set(ids)
    return (
        db.session.scalars(select(Person).where(Person.id.in_(wanted)).order_by(Person.id)).all()
        if wanted
        else ()
    )


def names(ids: Iterable[int | None]) -> dict[int, str]:
    """What these people are called."""
    return {one.id: one.name for one in _people(one for one in ids if one is not None)}


def members_now(rota: Rota, at: datetime) -> list[Person]:
    """The members in their order."""
    return [one.person for one in term_now(rota, at).members]


def is_member(actor: Actor, rota: Rota, at: datetime) -> bool:
    """Whether the actor takes turns on it."""
    return actor.person_id in {one.person_id for one in term_now(rota, at).members}


def rotas_of(person_id: int) -> Select[Rota]:
    """The rotas on which this person takes turns, or may come by an override, or as somebody's deputy."""
    standing_in = select(Person.id).where(Person.deputy_id == person_id)
    mine = select(DutyTerm.rota_id).join(DutyMember, DutyMember.term_id == DutyTerm.id)
    mine = mine.where(or_(DutyMember.person_id == person_id, DutyMember.person_id.in_(standing_in)))
    by_override = select(DutyOverride.rota_id).where(DutyOverride.person_id == person_id)
    return rotas().where(or_(Rota.id.in_(mine), Rota.id.in_(by_override)))


def overrides_of(rota: Rota, at: datetime) -> Sequence[DutyOverride]:
    """Overrides that are not long over, undone ones too, newest first."""
    shown = (joinedload(DutyOverride.person), joinedload(DutyOverride.by), joinedload(DutyOverride.undone_by))
    found = select(DutyOverride).where(DutyOverride.rota_id == rota.id, DutyOverride.ends_at > at - KEPT)
    return db.session.scalars(found.options(*shown).order_by(DutyOverride.id.desc()).limit(50)).all()


def swaps_of(rota: Rota, at: datetime) -> Sequence[DutySwap]:
    """Swaps that are asked or not long over, newest first."""
    found = select(DutySwap).where(DutySwap.rota_id == rota.id, DutySwap.ends_at > at - KEPT)
    shown = (joinedload(DutySwap.asker), joinedload(DutySwap.to))
    return db.session.scalars(found.options(*shown).order_by(DutySwap.id.desc()).limit(50)).all()


def feed_of(person_id: int) -> DutyFeed | None:
    """The live secret address of this person's calendar."""
    found = select(DutyFeed).where(DutyFeed.person_id == person_id, DutyFeed.revoked_at.is_(None))
    return db.session.scalars(found.order_by(DutyFeed.id.desc()).limit(1)).first()


def changed_at(rota: Rota) -> datetime:
    """When the rota changed last, or anybody told when they are away: what its calendar says may differ since."""
    told = select(func.max(Entry.at)).where(
        Entry.subject_kind == Person.kind_name, Entry.action.in_(ABSENCES)
    )
    return max(rota.changed_at, db.session.scalar(told) or rota.changed_at)


def asked_of(person_id: int, at: datetime) -> Sequence[DutySwap]:
    """The swaps that wait for this person's answer, the nearest shift first."""
    waiting = select(DutySwap).where(
        DutySwap.to_id == person_id, DutySwap.state == rules.ASKED, DutySwap.ends_at > at
    )
    return db.session.scalars(waiting.order_by(DutySwap.starts_at, DutySwap.id)).all()
