"""The pages of files that are made while people go on working: asking for one, how far it is, taking it."""

from flask import (
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import Select, select

from tracker import clock
from tracker.accounts.rules import AUDITOR, MANAGER, SUPERVISOR
from tracker.db import db, first_or_404, locked
from tracker.errors import DomainError, NotFound
from tracker.exports import bundles
from tracker.exports.models import DONE, Bundle
from tracker.exports.views import bp
from tracker.records import queries as records
from tracker.records.models import Record
from tracker.records.views.register import filtered
from tracker.web import current_actor, locale, signed_in
from tracker.web.answers import Answer

SHOWN = 20


@bp.post("/jobs")
@signed_in(SUPERVISOR, MANAGER, AUDITOR)
def ask() -> Answer:
    """Ask for a ZIP of the records that the filter of the register leaves."""
    actor = current_actor()
    found = filtered(records.visible(actor), request.form).with_only_columns(Record.number)
    numbers = db.session.scalars(found.order_by(Record.id).limit(bundles.MOST + 1)).all()
    try:
        made = bundles.ask(numbers, by=actor, at=clock.now(), locale=str(get_locale()), years=locale.era())
    except DomainError as error:
        if error.status != 422:
            raise
        db.session.rollback()
        flash(error.text, "error")
        kept = {key: value for key, value in request.form.items() if value and key != "csrf_token"}
        return redirect(url_for("records.register", **kept), 303)  # type: ignore[arg-type]
    db.session.commit()
    return redirect(url_for(".show", bundle_id=made.id), 303)


@bp.get("/jobs")
@signed_in(SUPERVISOR, MANAGER, AUDITOR)
def mine() -> Answer:
    found = _own().order_by(Bundle.id.desc()).limit(SHOWN)
    return render_template("exports/jobs.html", rows=db.session.scalars(found).all())


@bp.get("/jobs/<int:bundle_id>")
@signed_in(SUPERVISOR, MANAGER, AUDITOR)
def show(bundle_id: int) -> Answer:
    one = _one(bundle_id)
    answer = make_response(render_template("exports/job.html", one=one, until=bundles.KEPT))
    if one.is_under_way:
        # The page is asked again without any script.
        answer.headers["Refresh"] = "3"
    return answer


@bp.get("/jobs/<int:bundle_id>/file")
@signed_in(SUPERVISOR, MANAGER, AUDITOR)
def file(bundle_id: int) -> Answer:
    one = _one(bundle_id)
    path = bundles.path_of(one)
    if one.stage != DONE or not path.exists() or not _still_seen(one):
        raise NotFound(_("This ZIP is not there any more. Make it again."))
    day = one.asked_at.astimezone(current_app.config["TRACKER"].zone)
    answer = send_file(path, "application/zip", as_attachment=True, download_name=f"records-{day:%Y%m%d}.zip")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/jobs/<int:bundle_id>/cancel")
@signed_in(SUPERVISOR, MANAGER, AUDITOR)
def cancel(bundle_id: int) -> Answer:
    one = first_or_404(locked(_own().where(Bundle.id == bundle_id)))
    bundles.cancel(one, clock.now())
    db.session.commit()
    return redirect(url_for(".show", bundle_id=bundle_id), 303)


def _still_seen(one: Bundle) -> bool:
    """Whether who asked may still see all that is in it: a record may have been restricted since."""
    inside = set(one.numbers) - set(one.left_out)
    found = records.visible(current_actor()).where(Record.number.in_(inside)).with_only_columns(Record.number)
    return set(db.session.scalars(found)) == inside


def _own() -> Select[Bundle]:
    return select(Bundle).where(Bundle.person_id == current_actor().person_id)


def _one(bundle_id: int) -> Bundle:
    found: Bundle = first_or_404(_own().where(Bundle.id == bundle_id))
    return found
