"""Signing in with a password or a one-time link, and signing out."""

import logging
from datetime import datetime

from flask import abort, current_app, redirect, render_template, request, session
from flask_babel import gettext as _
from flask_login import login_user, logout_user
from sqlalchemy import select
from werkzeug.exceptions import TooManyRequests

from tracker import addresses, audit, clock
from tracker.accounts import names, passwords, queries, sessions, throttle, tokens
from tracker.accounts.actions import mail_sign_in_link, open_link, use_link
from tracker.accounts.forms.people import LinkForm, LoginForm
from tracker.accounts.models import Person
from tracker.accounts.views.ground import bp
from tracker.db import db
from tracker.web import current_actor, menu
from tracker.web.answers import Answer
from tracker.web.pages import show, to
from tracker.web.paths import safe_path

log = logging.getLogger("tracker.accounts")
LINKS_TO_ONE, LINKS_FROM_ONE_PLACE = 3, 20


@bp.route("/login", methods=["GET", "POST"])
def login() -> Answer:
    form = LoginForm(data={"next": request.args.get("next", "")})
    if form.validate_on_submit():
        return _try(form)
    if current_actor().person_id is not None:
        return to(safe_path(request.args.get("next"), menu.landing(current_actor())))
    return show("accounts/login.html", form, sends_links=sends_links())


def _try(form: LoginForm) -> Answer:
    """Count, compare, enter.  An unknown account takes the same steps and the same time as a known one."""
    now, email = clock.now(), names.address(form.email.data)
    account, place = throttle.account_key(email), throttle.network_key("sign-in", request.remote_addr)
    throttle.note(account, place, now=now)
    db.session.commit()
    many = throttle.exceeded(account, throttle.ACCOUNT_MOST, now=now)
    many = throttle.exceeded(place, throttle.ADDRESS_MOST, now=now) or many
    person = queries.by_email(email if names.is_address(email) else "")
    stored, person_id = (
        (person.password_hash, person.id) if person is not None and person.active else (None, None)
    )
    # Hashing takes long; no lock is held meanwhile.
    db.session.commit()
    if many:
        return _too_many(form)
    known = passwords.matches(stored, form.password.data)
    person = (
        db.session.get(Person, person_id, with_for_update={"of": Person}) if known and person_id else None
    )
    # What was compared may have been changed, and the account closed, while it was.
    if person is None or not person.active or person.password_hash != stored:
        log.info("sign-in refused from %s", request.remote_addr)
        form.form_errors.append(_("The e-mail address or the password is not right."))
        return show("accounts/login.html", form, sends_links=sends_links())
    throttle.forget(account)
    throttle.take_back(place, now)
    enter(person, how="password")
    _renew_hash(person, form.password.data)
    db.session.commit()
    return to(safe_path(form.next.data, "/"))


def _too_many(form: LoginForm) -> Answer:
    form.form_errors.append(_("Too many tries. Wait 15 minutes, or ask an administrator for a sign-in link."))
    return render_template("accounts/login.html", form=form, sends_links=sends_links()), 429


def _renew_hash(person: Person, password: str) -> None:
    if person.password_hash and passwords.is_outdated(person.password_hash):
        person.password_hash = passwords.hashed(password)


def enter(person: Person, *, how: str) -> None:
    """Begin a new session of this person in this browser; nothing of the session before is kept."""
    session.clear()
    session.permanent = True
    session["sid"] = tokens.new_secret()
    login_user(person)
    actor = queries.actor_of(person, at=clock.now())
    audit.record("person.sign_in", person, by=actor, at=clock.now(), after={"how": how})


@bp.route("/login/link", methods=["GET", "POST"])
def ask_for_link() -> Answer:
    """A link by mail instead of the password; the answer is the same whether there is such an account."""
    form = LinkForm()
    if form.validate_on_submit() and sends_links():
        _send_link(names.address(form.email.data))
        return render_template("accounts/link_sent.html", email=form.email.data)
    return show("accounts/link_ask.html", form, sends=sends_links())


def sends_links() -> bool:
    """Whether a letter with a link can leave: there is a mail server, and the product knows its own address."""
    return bool(current_app.config["TRACKER"].smtp_url) and bool(addresses.settled())


def _send_link(email: str) -> None:
    """Count first.  Too many from one place are refused (429); too many for one account are answered alike, unsent."""
    now = clock.now()
    account = throttle.account_key(f"link:{email}")
    place = throttle.network_key("link", request.remote_addr)
    throttle.note(account, place, now=now)
    db.session.commit()
    if throttle.exceeded(place, LINKS_FROM_ONE_PLACE, now=now):
        raise TooManyRequests(_("Too many tries in a short time"))
    person = queries.by_email(email if names.is_address(email) else "")
    if person is not None and person.active and not throttle.exceeded(account, LINKS_TO_ONE, now=now):
        mail_sign_in_link(db.session.get_one(Person, person.id, with_for_update={"of": Person}), at=now)
        db.session.commit()
    else:
        _take_as_long(now)


def _take_as_long(now: datetime) -> None:
    """The steps of a letter, none of which is kept: how long the answer takes says nothing about an address."""
    somebody = db.session.scalar(select(Person.id).where(Person.active).order_by(Person.id).limit(1))
    if somebody is not None:
        mail_sign_in_link(db.session.get_one(Person, somebody, with_for_update={"of": Person}), at=now)
    db.session.rollback()
    throttle.note(throttle.account_key("link: nobody"), now=now)
    db.session.commit()


@bp.get("/login/link/<token>")
def link(token: str) -> Answer:
    found = open_link(token, "sign_in", at=clock.now())
    if found is None:
        abort(410)
    return render_template("accounts/link.html", person=db.session.get_one(Person, found.person_id))


@bp.post("/login/link/<token>")
def follow_link(token: str) -> Answer:
    found = open_link(token, "sign_in", at=clock.now())
    if found is None or not use_link(found, at=clock.now()):
        abort(410)
    person = db.session.get_one(Person, found.person_id, with_for_update={"of": Person})
    if not person.active:
        abort(410)
    enter(person, how="link")
    db.session.commit()
    return to("/me/security" if person.password_hash is None else "/")


@bp.post("/logout")
def logout() -> Answer:
    hours = current_app.config["TRACKER"].session_hours
    sessions.end(session.get("sid", ""), now=clock.now(), hours=hours)
    db.session.commit()
    logout_user()
    session.clear()
    answer = redirect("/login", 303)
    # What was typed and not sent must not wait for the next person at this computer.
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer
