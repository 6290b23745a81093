"""The first start: language, first administrator, then the guided steps that an administrator may skip."""

from typing import Any

from flask import current_app, render_template, request
from flask_babel import gettext as _

from tracker import addresses, clock
from tracker.accounts import actions, queries
from tracker.accounts.forms.people import FirstAdministratorForm, PersonForm
from tracker.accounts.forms.settings import AddressForm, ProfileOfOrganisation
from tracker.accounts.models import SignInLink
from tracker.accounts.views.ground import bp
from tracker.accounts.views.sign_in import enter
from tracker.accounts.words import ROLE_WORDS
from tracker.db import db
from tracker.errors import NotFound
from tracker.systems.actions import add_system
from tracker.systems.forms import FirstSystemForm
from tracker.systems.queries import known_systems
from tracker.web import current_actor, locale, signed_in
from tracker.web.answers import Answer
from tracker.web.pages import done, show, to
from tracker.web.paths import base_url, qr_code

STEPS = ("language", "administrator", "organisation", "system", "people", "finish")


@bp.get("/setup/<token>")
def setup(token: str) -> Answer:
    _link(token)
    return render_template("setup/language.html", token=token, steps=steps("language"))


@bp.route("/setup/<token>/administrator", methods=["GET", "POST"])
def setup_administrator(token: str) -> Answer:
    link, form = _link(token), FirstAdministratorForm()
    if done(form, lambda: _create(link, form)):
        return to("/admin/start/organisation")
    return show("setup/administrator.html", form, token=token, steps=steps("administrator"))


def _create(link: SignInLink, form: FirstAdministratorForm) -> None:
    person = actions.create_first_administrator(
        link, name=form.name.data, email=form.email.data, password=form.password.data,
        locale=locale.chosen(), also_works=form.also_works.data, at=clock.now(),
    )  # fmt: skip
    enter(person, how="setup")


def _link(token: str) -> SignInLink:
    """The open set-up link; everything else, and everything after the first administrator, is not there."""
    found = actions.open_link(token, "setup", at=clock.now())
    if queries.has_administrator():
        raise NotFound(_("The set-up is done, and its links are used up. Sign in with your account."))
    if found is None:
        raise NotFound(
            _(
                "This set-up link is not good any more: each start prints a new one, for a day. Open the newest."
            )
        )
    return found


@bp.route("/admin/start/organisation", methods=["GET", "POST"])
@signed_in("admin")
def start_organisation() -> Answer:
    form = ProfileOfOrganisation(obj=queries.organisation())
    if done(form, lambda: _save_organisation(form)):
        return to("/admin/start/system")
    return show("setup/organisation.html", form, steps=steps("organisation"))


def _save_organisation(form: ProfileOfOrganisation) -> None:
    changes = {name: value for name, value in form.data.items() if name != "csrf_token"}
    actions.save_organisation(queries.organisation(), changes, by=current_actor(), at=clock.now())


@bp.route("/admin/start/system", methods=["GET", "POST"])
@signed_in("admin")
def start_system() -> Answer:
    form = FirstSystemForm()
    if _goes_on_without("name", "version", "functions"):
        return to("/admin/start/people")
    if done(form, lambda: add_system(form.wanted(), by=current_actor(), at=clock.now())):
        return to("/admin/start/people" if _goes_on() else "/admin/start/system")
    return show("setup/system.html", form, steps=steps("system"), systems=known_systems())


@bp.route("/admin/start/people", methods=["GET", "POST"])
@signed_in("admin")
def start_people() -> Answer:
    form = PersonForm(data={"roles": ["reporter"]})
    form.unit_id.offer([(unit.id, unit.name) for unit in queries.units()])
    form.deputy_id.offer([])
    if _goes_on_without("name", "email"):
        return to("/admin/start/finish")
    if done(form, lambda: _add_person(form)):
        return to("/admin/start/finish" if _goes_on() else "/admin/start/people")
    people = db.session.scalars(queries.people().limit(20)).all()
    return show("setup/people.html", form, steps=steps("people"), people=people, roles=ROLE_WORDS)


def _goes_on() -> bool:
    return "go_on" in request.form


def _goes_on_without(*names: str) -> bool:
    """Whether the next step was asked for and nothing was typed here: what was typed is added first, never dropped."""
    return _goes_on() and not any(request.form.get(name, "").strip() for name in names)


def _add_person(form: PersonForm) -> None:
    actions.create_person(
        name=form.name.data,
        email=form.email.data or "",
        roles=form.roles.data,
        by=current_actor(),
        at=clock.now(),
    )


@bp.route("/admin/start/finish", methods=["GET", "POST"])
@signed_in("admin")
def start_finish() -> Answer:
    config, address = current_app.config["TRACKER"], base_url()
    form = AddressForm(data={"address": address})
    if done(form, lambda: _save_address(form)):
        return to("/admin/start/finish")
    local = addresses.is_local(address)
    return show(
        "setup/finish.html", form, steps=steps("finish"), address=address, local=local, mail=bool(config.smtp_url),
        qr=None if local else qr_code(address + "/report"),
        settled=bool(addresses.settled()), given=bool(config.base_url),
    )  # fmt: skip


def _save_address(form: AddressForm) -> None:
    actions.save_organisation(
        queries.organisation(), {"address": form.address.data}, by=current_actor(), at=clock.now()
    )


def steps(current: str) -> list[tuple[Any, str]]:
    """The steps with where we are, for the line on top."""
    words = {
        "language": _("Language"), "administrator": _("Administrator"), "organisation": _("Organisation"),
        "system": _("AI systems"), "people": _("Colleagues"), "finish": _("Finish"),
    }  # fmt: skip
    here = STEPS.index(current)
    return [
        (words[step], "done" if place < here else "now" if place == here else "next")
        for place, step in enumerate(STEPS)
    ]
