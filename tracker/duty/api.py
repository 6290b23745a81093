"""Rotas over the API: who is on duty now or at an instant, the coming shifts, overrides."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from tracker import clock
from tracker.accounts import queries as people
from tracker.accounts.models import Person
from tracker.api import turns
from tracker.api.acts import Done, acts
from tracker.api.doors import PREFIX, blueprint, plain_id
from tracker.api.lists import page_of
from tracker.db import db, first_or_404, locked
from tracker.duty import overriding, queries, rules
from tracker.duty.models import DutyOverride, Rota
from tracker.duty.views.ground import READERS
from tracker.errors import DomainError, NotAllowed
from tracker.records import on_call
from tracker.web import current_actor

bp = blueprint("duty", "Duty")
SPAN, LONGEST = timedelta(days=14), timedelta(days=92)


def _readable() -> Select[Rota]:
    """The rotas, to those who may open their pages."""
    if not current_actor().is_(*READERS):
        raise NotAllowed()
    return select(Rota).options(selectinload(Rota.terms))


def _rota(rota_id: int) -> Rota:
    return first_or_404(_readable().where(Rota.id == plain_id(rota_id)))


@bp.get("/rotas")
@bp.input(turns.RotaFilter, location="query", arg_name="wanted")
@bp.output(turns.RotaPage)
def list_rotas(wanted: turns.RotaFilter) -> dict[str, Any]:
    """The rotas with who is on duty, now or `at` an instant; null where nobody is there."""
    at = wanted.at or clock.now()
    return page_of(
        _readable(), Rota.id, limit=wanted.limit, cursor=wanted.cursor, show=lambda rows: _lines(rows, at)
    )


@bp.get("/rotas/<int:rota_id>")
@bp.input(turns.RotaFilter, location="query", arg_name="wanted")
@bp.output(turns.RotaOut)
def read(rota_id: int, wanted: turns.RotaFilter) -> dict[str, Any]:
    """One rota, with who is on duty now or `at` an instant."""
    return facts(_rota(rota_id), wanted.at or clock.now())


@bp.get("/rotas/<int:rota_id>/shifts")
@bp.input(turns.ShiftFilter, location="query", arg_name="wanted")
@bp.output(turns.ShiftList)
def shifts(rota_id: int, wanted: turns.ShiftFilter) -> dict[str, Any]:
    """Who is on duty from `since` (now) until `until` (two weeks on, at most 92 days), without gap or overlap."""
    rota, since = _rota(rota_id), wanted.since or clock.now()
    until = wanted.until or since + SPAN
    if until <= since or until - since > LONGEST:
        text = _("Ask for at most %(days)s days, from an earlier to a later instant.", days=LONGEST.days)
        raise DomainError(text, fields={"until": text})
    found = rules.spells(queries.plan(rota), since, until)
    ids = {one for spell in found for one in (spell.person, spell.planned) if one is not None}
    named = {one: _person(db.session.get_one(Person, one)) for one in ids}
    return {
        "items": [
            {
                "starts_at": one.starts_at, "ends_at": one.ends_at, "why": one.why,
                "person": named[one.person] if one.person is not None else None,
                "instead_of": named[one.planned] if one.planned != one.person else None,
            }
            for one in found
        ]
    }  # fmt: skip


@bp.post("/rotas/<int:rota_id>/overrides")
@bp.input(turns.OverrideIn, arg_name="body")
@bp.output(turns.OverrideOut, status_code=201)
@acts
def override(rota_id: int, body: turns.OverrideIn) -> Done:
    """Put somebody (their e-mail address) on duty for a time, whatever the turns say."""
    rota = _locked(rota_id)
    if not queries.may_edit(current_actor()):
        raise NotAllowed()
    person = people.by_email(body.person)
    if person is None:
        text = _("Nobody has this address.")
        raise DomainError(text, fields={"person": text})
    made = overriding.override(
        rota, person, starts_at=body.starts_at, ends_at=body.ends_at, reason=body.reason, by=current_actor(),
        at=clock.now(),
    )  # fmt: skip
    on_call.follow(rota.id, at=made.at)
    return Done(override_facts(made, rota), 201, f"{PREFIX}/rotas/{rota.id}/shifts")


@bp.post("/rotas/<int:rota_id>/overrides/<int:override_id>/undo")
@bp.output(turns.OverrideOut)
@acts
def undo(rota_id: int, override_id: int) -> Done:
    """Take an override back; the turns hold again."""
    rota = _locked(rota_id)
    own = select(DutyOverride).where(
        DutyOverride.id == plain_id(override_id), DutyOverride.rota_id == rota.id
    )
    row = first_or_404(own)
    at = clock.now()
    overriding.undo(row, rota, by=current_actor(), at=at)
    on_call.follow(rota.id, at=at)
    return Done(override_facts(row, rota))


def _locked(rota_id: int) -> Rota:
    _rota(rota_id)
    again = select(Rota).where(Rota.id == plain_id(rota_id)).execution_options(populate_existing=True)
    return first_or_404(locked(again))


def _lines(rows: Sequence[Rota], at: datetime) -> list[dict[str, Any]]:
    return [facts(one, at) for one in rows]


def facts(rota: Rota, at: datetime) -> dict[str, Any]:
    """A rota by the keys of the API, as it stands at that instant."""
    standing, term = queries.now_on_duty(rota, at), queries.term_now(rota, at)
    return {
        "id": rota.id, "name": rota.name, "note": rota.note, "rhythm": term.rhythm, "zone": term.zone,
        "members": [_person(one) for one in queries.members_now(rota, at)],
        "on_duty": _person(standing.person) if standing.person is not None else None,
        "until": standing.until, "why": standing.spell.why if standing.spell is not None else "",
    }  # fmt: skip


def override_facts(row: DutyOverride, rota: Rota) -> dict[str, Any]:
    """An override by the keys of the API."""
    by = db.session.get(Person, row.by_id) if row.by_id is not None else None
    return {
        "id": row.id, "rota": rota.name, "person": _person(db.session.get_one(Person, row.person_id)),
        "starts_at": row.starts_at, "ends_at": row.ends_at, "reason": row.reason, "by": by.name if by else "",
        "at": row.at, "undone_at": row.undone_at,
    }  # fmt: skip


def _person(person: Person) -> dict[str, Any]:
    return {"name": person.name, "email": person.email}
