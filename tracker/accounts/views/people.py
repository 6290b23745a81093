"""People, for administrators: list, add, change, roles with limits, sign-in links, sessions; and who is away."""

from datetime import datetime, time, timedelta
from typing import Any

from flask import current_app, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import addresses, clock
from tracker.accounts import actions, directory, names, queries
from tracker.accounts.actions.roles import Right, as_right
from tracker.accounts.forms.fields import wrong
from tracker.accounts.forms.people import PersonForm, RightForm
from tracker.accounts.models import Person, PersonRole
from tracker.accounts.rules import ADMIN, MANAGER, SUPERVISOR
from tracker.accounts.views.ground import bp
from tracker.accounts.views.me import absence_page, be_back
from tracker.accounts.words import ROLE_WORDS
from tracker.db import db, first_or_404, locked_anew
from tracker.errors import DomainError, NotAllowed
from tracker.systems.queries import known_systems
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.both import Shared
from tracker.web.pages import done, show, to
from tracker.web.paths import base_url, qr_code

FACTS = ("name", "email", "phone", "unit_id", "deputy_id")


def _person(person_id: int) -> Person:
    one = select(Person).where(Person.id == person_id)
    return first_or_404(locked_anew(one) if request.method == "POST" else one)


@bp.get("/admin/users")
@signed_in("admin")
def users() -> Answer:
    asked = _filter()
    found, more = directory.page_of_people(
        directory.people(**asked), after=request.args.get("after", type=int)
    )
    return render_template(
        "accounts/users.html", people=found, more=more, asked=asked, units=queries.units(), roles=ROLE_WORDS
    )


def _filter() -> dict[str, Any]:
    given = request.args
    role = given.get("role", "")
    q = "".join(one for one in names.one_line(given.get("q", ""))[:100] if names.is_printable(one))
    return {
        "q": q,
        "role": role if role in ROLE_WORDS else "",
        "unit_id": given.get("unit", type=int),
        "closed": given.get("closed") == "1",
    }


@bp.route("/admin/users/new", methods=["GET", "POST"])
@signed_in("admin")
def new_user() -> Answer:
    form = PersonForm(data={"roles": ["reporter"]})
    _offer(form, None)
    made: list[Person] = []
    if done(form, lambda: made.append(_create(form))):
        return to(f"/admin/users/{made[0].id}")
    return show("accounts/user_new.html", form)


def _create(form: PersonForm) -> Person:
    person = actions.create_person(
        name=form.name.data, email=form.email.data or "", phone=form.phone.data or "", unit_id=form.unit_id.data,
        roles=form.roles.data, by=current_actor(), at=clock.now(),
    )  # fmt: skip
    actions.save_person(person, {"deputy_id": form.deputy_id.data}, by=current_actor(), at=clock.now())
    return person


def _offer(form: PersonForm, person: Person | None) -> None:
    form.unit_id.offer([(unit.id, unit.name) for unit in queries.units()])
    form.deputy_id.offer(queries.deputies(clock.now(), of=person))


@bp.route("/admin/users/<int:person_id>", methods=["GET", "POST"])
@signed_in("admin")
def user(person_id: int) -> Answer:
    person = _person(person_id)
    both = _filled(person)
    if both.done(lambda: _save(person, both.form)):
        return to(f"/admin/users/{person_id}?saved=1")
    return both.show("accounts/user.html", person, **_about(person))


def _filled(person: Person, **options: Any) -> Shared:
    """The person's form with what stands; of the roles those that hold everywhere."""
    facts = {key: getattr(person, key) for key in FACTS}
    everywhere = [row.role for row in person.roles if as_right(row) == Right(row.role)]
    stood = {**facts, "roles": everywhere}
    form = PersonForm(data=stood, **options)
    _offer(form, person)
    return Shared(form, stood)


def _about(person: Person, right_form: RightForm | None = None) -> dict[str, Any]:
    form = right_form or RightForm(formdata=None)
    systems = {one.id: one.name for one in known_systems()}
    units = {unit.id: unit.name for unit in queries.units()}
    form.unit_id.offer(units.items(), nobody=_("All units"))
    form.system_id.offer(systems.items(), nobody=_("All AI systems"))
    narrow = [row for row in person.roles if as_right(row) != Right(row.role)]
    return {
        "person": person, "narrow": narrow, "right_form": form, "units": units, "systems": systems,
        "roles": ROLE_WORDS, "saved": "saved" in request.args,
    }  # fmt: skip


def _save(person: Person, form: PersonForm) -> None:
    """Facts, then roles: those that hold everywhere are the form's, those with a limit stay as they are."""
    by, at = current_actor(), clock.now()
    facts = {key: form[key].data for key in FACTS}
    actions.save_person(person, facts, by=by, at=at)
    narrow = [right for right in map(as_right, person.roles) if right != Right(right.role)]
    actions.set_roles(person, [*narrow, *(Right(role) for role in form.roles.data)], by=by, at=at)


@bp.post("/admin/users/<int:person_id>/rights")
@signed_in("admin")
def add_right(person_id: int) -> Answer:
    person, form = _person(person_id), RightForm()
    page = _about(person, form)
    if done(form, lambda: _grant(person, form)):
        return to(f"/admin/users/{person_id}?saved=1#rights")
    return _filled(person, formdata=None).show("accounts/user.html", person, **page)[0], 422


def _grant(person: Person, form: RightForm) -> None:
    last = form.until.data
    zone = current_app.config["TRACKER"].zone
    until = datetime.combine(last + timedelta(days=1), time(), zone) if last else None
    limit = {"unit_id": form.unit_id.data, "system_id": form.system_id.data}
    if not any((*limit.values(), until)):
        text = _("Choose a unit, an AI system or a last day; roles without a limit are chosen above")
        raise DomainError(text, fields={"role": text})
    actions.grant(person, form.role.data, **limit, until=until, by=current_actor(), at=clock.now())


@bp.post("/admin/users/<int:person_id>/rights/<int:right_id>/remove")
@signed_in("admin")
def remove_right(person_id: int, right_id: int) -> Answer:
    person = _person(person_id)
    row = first_or_404(select(PersonRole).where(PersonRole.id == right_id, PersonRole.person_id == person_id))
    actions.revoke(person, row, by=current_actor(), at=clock.now())
    db.session.commit()
    return to(f"/admin/users/{person_id}?saved=1#rights")


@bp.post("/admin/users/<int:person_id>/link")
@signed_in("admin")
def user_link(person_id: int) -> Answer:
    """The link stands on this one answer and nowhere else: not in an address, not in a letter, not in a log."""
    person = _person(person_id)
    if not person.active:
        raise DomainError(_("This account is closed"))
    secret = actions.make_sign_in_link(person, by=current_actor(), at=clock.now())
    db.session.commit()
    url = f"{base_url()}/login/link/{secret}"
    code = None if addresses.is_local(url) else qr_code(url)
    return render_template("accounts/user_link.html", person=person, url=url, qr=code)


@bp.post("/admin/users/<int:person_id>/sessions")
@signed_in("admin")
def end_user_sessions(person_id: int) -> Answer:
    actions.end_sessions(_person(person_id), by=current_actor(), at=clock.now())
    db.session.commit()
    return to(f"/admin/users/{person_id}?saved=1")


@bp.post("/admin/users/<int:person_id>/active")
@signed_in("admin")
def set_active(person_id: int) -> Answer:
    person = _person(person_id)
    verb = actions.reactivate if request.form.get("active") == "1" else actions.deactivate
    try:
        verb(person, by=current_actor(), at=clock.now())
    except DomainError as error:
        db.session.rollback()
        both = _filled(person, formdata=None)
        wrong(both.form, error.fields, error.text)
        return both.show("accounts/user.html", person, **_about(person))
    db.session.commit()
    return to(f"/admin/users/{person_id}?saved=1")


@bp.get("/people")
@signed_in("supervisor", "manager", "admin")
def colleagues() -> Answer:
    found, more = directory.page_of_people(
        directory.people(q=_filter()["q"]), after=request.args.get("after", type=int)
    )
    return render_template(
        "accounts/people.html", people=found, more=more, q=_filter()["q"], roles=ROLE_WORDS
    )


@bp.route("/people/<int:person_id>/absence", methods=["GET", "POST"])
@signed_in("supervisor", "manager", "admin")
def absence_of(person_id: int) -> Answer:
    return absence_page(_in_reach(person_id), f"/people/{person_id}/absence")


def _in_reach(person_id: int) -> Person:
    """The person, where the actor's role covers their unit."""
    person, actor = _person(person_id), current_actor()
    roles = (SUPERVISOR, MANAGER)
    if not actor.is_(ADMIN) and not any(
        actor.is_for(role, unit_id=person.unit_id, system_id=None) for role in roles
    ):
        raise NotAllowed()
    return person


@bp.post("/people/<int:person_id>/absence/end")
@signed_in("supervisor", "manager", "admin")
def end_absence_of(person_id: int) -> Answer:
    return be_back(_in_reach(person_id), f"/people/{person_id}/absence")
