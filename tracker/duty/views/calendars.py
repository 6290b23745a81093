"""Calendar files, and the secret address that opens them."""

from flask import Response, current_app, flash, render_template
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from tracker import clock
from tracker.accounts.models import Person
from tracker.db import db
from tracker.duty import feeds, ical, queries
from tracker.duty.views.ground import READERS, bp, rota_of
from tracker.errors import NotFound
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.pages import to
from tracker.web.paths import base_url


@bp.post("/duty/feed")
@signed_in(*READERS)
def new_feed() -> Answer:
    """The secret address is shown once."""
    person = db.session.get_one(Person, current_actor().person_id, with_for_update={"of": Person})
    secret = feeds.new_feed(person, by=current_actor(), at=clock.now())
    db.session.commit()
    mine = db.session.scalars(queries.rotas()).all()
    return render_template("duty/feed.html", base=f"{base_url()}/duty/feed/{secret}", rotas=mine)


@bp.post("/duty/feed/revoke")
@signed_in(*READERS)
def revoke_feed() -> Answer:
    person = db.session.get_one(Person, current_actor().person_id, with_for_update={"of": Person})
    feeds.revoke_feed(person, by=current_actor(), at=clock.now())
    db.session.commit()
    flash(_("The address opens nothing any more."), "ok")
    return to("/duty#calendar")


@bp.get("/duty/<int:rota_id>/calendar.ics")
@signed_in(*READERS)
def calendar(rota_id: int) -> Answer:
    found = rota_of(rota_id)
    return _file(found.name, ical.events(found, clock.now(), base_url()), f"rota-{found.id}")


@bp.get("/duty/feed/<secret>.ics")
def personal_feed(secret: str) -> Answer:
    """One person's shifts on all rotas, for a calendar program that cannot sign in."""
    person, now = _of_feed(secret), clock.now()
    with force_locale(person.locale or current_app.config["TRACKER"].locale):
        found = [
            event
            for rota in db.session.scalars(queries.rotas_of(person.id))
            for event in ical.events(rota, now, base_url(), person.id)
        ]
        return _file(_("Duty of %(name)s", name=person.name), found, "duty")


@bp.get("/duty/feed/<secret>/<int:rota_id>.ics")
def rota_feed(secret: str, rota_id: int) -> Answer:
    """One rota whole, by the same secret."""
    person, found = _of_feed(secret), rota_of(rota_id)
    with force_locale(person.locale or current_app.config["TRACKER"].locale):
        return _file(found.name, ical.events(found, clock.now(), base_url()), f"rota-{found.id}")


def _of_feed(secret: str) -> Person:
    row = feeds.feed(secret, clock.now())
    if row is None:
        raise NotFound()
    return row.person


def _file(name: str, events: list[ical.Event], file: str) -> Response:
    language = "zh-Hant-TW" if str(get_locale()).startswith("zh") else "en"
    response = Response(ical.calendar(name, events, language=language), mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'inline; filename="{file}.ics"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
