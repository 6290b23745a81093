"""The organisation's settings, units and teams, for administrators."""

from typing import Any

from flask import current_app, request
from sqlalchemy import select

from tracker import clock
from tracker.accounts import actions, directory, queries
from tracker.accounts.forms.settings import OrganisationForm, TeamForm, UnitForm
from tracker.accounts.models import Organisation, Team, Unit
from tracker.accounts.views.ground import bp
from tracker.db import db, first_or_404, locked, locked_anew
from tracker.policies import actions as policies
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.both import Shared
from tracker.web.pages import done, show, to

PLAIN = (
    "name", "help_phone", "address", "public_body", "critical_provider", "finance_or_health", "eu",
    "privacy_contact_id", "security_contact_id", "guests_may_report", "anonymous_may_report",
    "same_person_may_sign", "nightly_backup", "minguo_dates", "keep_years",
)  # fmt: skip


@bp.route("/admin/organisation", methods=["GET", "POST"])
@signed_in("admin")
def organisation() -> Answer:
    one = select(Organisation)
    settings = first_or_404(locked_anew(one) if request.method == "POST" else one)
    stood = {name: getattr(settings, name) for name in (*PLAIN, "chase_preset")}
    form = OrganisationForm(data=stood)
    _offer_people(form.privacy_contact_id, form.security_contact_id)
    form.offer_own_rules(settings.chase_preset)
    both = Shared(form, stood)
    if both.done(lambda: _save(settings, form)):
        return to("/admin/organisation?saved=1")
    given = current_app.config["TRACKER"].base_url
    return both.show(
        "admin/organisation.html", ("organisation", settings.id), saved="saved" in request.args, given=given
    )


def _save(settings: Organisation, form: OrganisationForm) -> None:
    changes: dict[str, Any] = {name: form[name].data for name in PLAIN}
    if form.chase_preset.data != settings.chase_preset:
        # A small office chooses how strict it is for everything: what is open goes along.
        policies.activate(form.chase_preset.data, by=current_actor(), at=clock.now(), open_cases=True)
    actions.save_organisation(settings, changes, by=current_actor(), at=clock.now())


def _offer_people(*fields: Any) -> None:
    people = queries.choices(db.session.scalars(queries.people()))
    for field in fields:
        field.offer(people)


def _offer_tree(form: UnitForm, unit: Unit | None = None) -> None:
    nodes = [node for node in directory.unit_tree() if unit is None or node.unit.id != unit.id]
    form.parent_id.offer([(node.unit.id, "\u3000" * node.depth + node.unit.name) for node in nodes])
    _offer_people(form.head_id)


@bp.route("/admin/units", methods=["GET", "POST"])
@signed_in("admin")
def units() -> Answer:
    form = UnitForm()
    _offer_tree(form)
    if done(form, lambda: _add_unit(form)):
        return to("/admin/units")
    return show("admin/units.html", form, tree=directory.unit_tree(), people=_names())


def _add_unit(form: UnitForm) -> None:
    actions.create_unit(
        name=form.name.data,
        parent_id=form.parent_id.data,
        head_id=form.head_id.data,
        by=current_actor(),
        at=clock.now(),
    )


def _names() -> dict[int, str]:
    return {one.id: one.name for one in db.session.scalars(queries.people())}


def _unit(unit_id: int) -> Unit:
    one = select(Unit).where(Unit.id == unit_id)
    return first_or_404(locked(one) if request.method == "POST" else one)


@bp.route("/admin/units/<int:unit_id>", methods=["GET", "POST"])
@signed_in("admin")
def unit(unit_id: int) -> Answer:
    found = _unit(unit_id)
    stood = {name: getattr(found, name) for name in ("name", "parent_id", "head_id")}
    form = UnitForm(data=stood)
    _offer_tree(form, found)
    both = Shared(form, stood)
    if both.done(lambda: _save_unit(found, form)):
        return to("/admin/units")
    return both.show("admin/unit.html", ("unit", unit_id), unit=found)


def _save_unit(found: Unit, form: UnitForm) -> None:
    facts = {"name": form.name.data, "parent_id": form.parent_id.data, "head_id": form.head_id.data}
    actions.save_unit(found, **facts, by=current_actor(), at=clock.now())


@bp.post("/admin/units/<int:unit_id>/delete")
@signed_in("admin")
def delete_unit(unit_id: int) -> Answer:
    actions.delete_unit(_unit(unit_id), by=current_actor(), at=clock.now())
    db.session.commit()
    return to("/admin/units")


@bp.route("/admin/teams", methods=["GET", "POST"])
@signed_in("admin")
def teams() -> Answer:
    form = TeamForm()
    _offer_people(form.members)
    if done(form, lambda: _add_team(form)):
        return to("/admin/teams")
    return show("admin/teams.html", form, teams=queries.teams(), members=directory.team_members())


def _add_team(form: TeamForm) -> None:
    actions.create_team(
        name=form.name.data, members=form.members.data or (), by=current_actor(), at=clock.now()
    )


@bp.route("/admin/teams/<int:team_id>", methods=["GET", "POST"])
@signed_in("admin")
def team(team_id: int) -> Answer:
    one = select(Team).where(Team.id == team_id)
    found = first_or_404(locked(one) if request.method == "POST" else one)
    members = [person.id for person in directory.team_members().get(team_id, [])]
    stood = {"name": found.name, "members": members}
    form = TeamForm(data=stood)
    _offer_people(form.members)
    both = Shared(form, stood)
    if both.done(lambda: _save_team(found, form)):
        return to("/admin/teams")
    return both.show("admin/team.html", ("team", team_id), team=found)


def _save_team(found: Team, form: TeamForm) -> None:
    actions.save_team(
        found, name=form.name.data, members=form.members.data or (), by=current_actor(), at=clock.now()
    )
