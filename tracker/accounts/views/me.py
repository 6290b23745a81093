"""What people settle for themselves: wishes, absence, password, sessions, tokens, language, colours."""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import clock
from tracker.accounts import actions, directory, passwords, queries, throttle
from tracker.accounts.forms.people import AbsenceForm, PasswordForm, ProfileForm, TokenForm
from tracker.accounts.models import Person, Token
from tracker.accounts.rules import THEMES
from tracker.accounts.views.ground import bp
from tracker.accounts.views.sign_in import enter
from tracker.config import LOCALES
from tracker.db import db, first_or_404, locked_anew
from tracker.errors import DomainError
from tracker.web import current_actor, locale, signed_in
from tracker.web.answers import Answer
from tracker.web.both import Shared
from tracker.web.pages import done, show, to
from tracker.web.paths import safe_path

YEAR_S = 365 * 24 * 3600


def myself() -> Person:
    """The signed-in person; locked where something is about to change."""
    mine = select(Person).where(Person.id == current_actor().person_id)
    return first_or_404(locked_anew(mine) if request.method == "POST" else mine)


@bp.route("/me", methods=["GET", "POST"])
@signed_in()
def me() -> Answer:
    person = myself()
    facts = {
        name: getattr(person, name) for name in ("name", "phone", "theme", "text_size", "era", "keys_on")
    }
    form = ProfileForm(data={**facts, "locale": person.locale or locale.chosen()})
    if done(form, lambda: _save_profile(person, form)):
        return to("/me?saved=1")
    return show("me/profile.html", form, person=person, saved="saved" in request.args)


def _save_profile(person: Person, form: ProfileForm) -> None:
    facts = {"name": form.name.data, "phone": form.phone.data or ""}
    actions.save_person(person, facts, by=current_actor(), at=clock.now())
    wishes = {name: form[name].data for name in ("locale", "theme", "text_size", "era", "keys_on")}
    actions.save_wishes(person, wishes, by=current_actor(), at=clock.now())


@bp.route("/me/absence", methods=["GET", "POST"])
@signed_in()
def absence() -> Answer:
    return absence_page(myself(), "/me/absence")


def absence_page(person: Person, here: str) -> Answer:
    """The absence of this person, their own or entered for them."""
    stood = _days_of(person)
    form = AbsenceForm(data=stood)
    form.deputy_id.offer(queries.deputies(clock.now(), of=person))
    both = Shared(form, stood)
    if both.done(lambda: _be_away(person, form)):
        return to(here)
    now, deputy = clock.now(), person.deputy
    lost = deputy is not None and not queries.may_stand_in(deputy, now)
    away = deputy is not None and deputy.is_away(now)
    return both.show("me/absence.html", person, person=person, here=here, deputy_lost=lost, deputy_away=away)


def _be_away(person: Person, form: AbsenceForm) -> None:
    first, last = form.away_from.data, form.until.data
    start = datetime.combine(first, time(), _zone()) if first else None
    end = datetime.combine(last + timedelta(days=1), time(), _zone()) if last else None
    actions.set_absence(
        person, away_from=start, until=end, deputy_id=form.deputy_id.data, by=current_actor(), at=clock.now()
    )


def _days_of(person: Person) -> dict[str, object]:
    first = person.away_from.astimezone(_zone()).date() if person.away_from else None
    last = person.away_through.astimezone(_zone()).date() if person.away_through else None
    return {"away_from": first, "until": last, "deputy_id": person.deputy_id}


def _zone() -> ZoneInfo:
    zone: ZoneInfo = current_app.config["TRACKER"].zone
    return zone


@bp.post("/me/absence/end")
@signed_in()
def end_absence() -> Answer:
    return be_back(myself(), "/me/absence")


def be_back(person: Person, here: str) -> Answer:
    """End an absence; the deputy stays named for the next one."""
    actions.set_absence(
        person, away_from=None, until=None, deputy_id=person.deputy_id, by=current_actor(), at=clock.now()
    )
    db.session.commit()
    return to(here)


@bp.route("/me/security", methods=["GET", "POST"])
@signed_in()
def security() -> Answer:
    person, form = myself(), PasswordForm()
    if done(form, lambda: _change_password(person, form)):
        return to("/me/security?saved=1")
    return show("me/security.html", form, person=person, saved="saved" in request.args, **_tokens(person))


def _change_password(person: Person, form: PasswordForm) -> None:
    """The present password first, counted like a sign-in; then every other session ends and this one begins anew."""
    key, now = throttle.account_key(f"password:{person.id}"), clock.now()
    throttle.note(key, now=now)
    db.session.commit()
    if throttle.exceeded(key, throttle.ACCOUNT_MOST, now=now):
        raise DomainError(_("Too many tries. Wait 15 minutes."))
    if person.password_hash is not None and not passwords.matches(
        person.password_hash, form.current.data or ""
    ):
        text = _("This is not your present password")
        raise DomainError(text, fields={"current": text})
    actions.set_password(person, form.password.data, by=current_actor(), at=now)
    throttle.forget(key)
    enter(person, how="new password")


def _tokens(person: Person) -> dict[str, object]:
    rows = [token for token, _owner in directory.tokens_of(person.id)]
    return {"tokens": rows, "token_form": TokenForm(prefix="token-", formdata=None), "now": clock.now()}


@bp.post("/me/security/sessions")
@signed_in()
def end_my_sessions() -> Answer:
    person = myself()
    actions.end_sessions(person, by=current_actor(), at=clock.now())
    enter(person, how="renewed")
    db.session.commit()
    return to("/me/security?saved=1")


@bp.post("/me/security/tokens")
@signed_in()
def create_token() -> Answer:
    person, form = myself(), TokenForm(prefix="token-")
    made: list[str] = []
    if done(form, lambda: made.append(_create_token(person, form))):
        return render_template("me/token.html", secret=made[0], name=form.name.data)
    page = {**_tokens(person), "token_form": form}
    return render_template(
        "me/security.html", form=PasswordForm(formdata=None), person=person, saved=False, **page
    ), 422


def _create_token(person: Person, form: TokenForm) -> str:
    last = form.expires_at.data
    end = datetime.combine(last + timedelta(days=1), time(), _zone()) if last else None
    _row, secret = actions.create_token(
        person,
        name=form.name.data,
        scopes=form.scopes.data or (),
        expires_at=end,
        by=current_actor(),
        at=clock.now(),
    )
    return secret


@bp.post("/me/security/tokens/<int:token_id>/revoke")
@signed_in()
def revoke_my_token(token_id: int) -> Answer:
    person = myself()
    token = first_or_404(select(Token).where(Token.id == token_id, Token.person_id == person.id))
    actions.revoke_token(token, by=current_actor(), at=clock.now())
    db.session.commit()
    return to("/me/security")


@bp.post("/me/locale")
def choose_locale() -> Answer:
    return _chosen("locale", LOCALES, cookie=locale.COOKIE)


@bp.post("/me/theme")
def choose_theme() -> Answer:
    return _chosen("theme", THEMES, cookie="theme")


def _chosen(name: str, offered: Collection[str], *, cookie: str) -> Answer:
    """Keep what was chosen, with the account of who is signed in and in this browser, and go back to the page."""
    wish = request.form.get(name, "")
    answer = redirect(safe_path(request.form.get("next")), 303)
    if wish in offered:
        _remember(name, wish)
        answer.set_cookie(
            cookie, wish, max_age=YEAR_S, samesite="Lax", httponly=True, secure=request.is_secure
        )
    return answer


def _remember(name: str, value: str) -> None:
    if current_actor().person_id is not None:
        actions.save_wishes(myself(), {name: value}, by=current_actor(), at=clock.now())
        db.session.commit()
