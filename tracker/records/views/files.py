"""A record as a file: PDF, DOCX, ODT, CSV, JSON; every one that leaves the house is written down."""

from functools import partial
from typing import Any

from flask import Response, request

from tracker import audit, clock
from tracker.accounts.rules import Actor
from tracker.db import db, first_or_404, locked, writing
from tracker.errors import NotFound
from tracker.exports.formats import FORMATS, Wanted
from tracker.exports.saying import Tell
from tracker.records import queries
from tracker.records.masking import is_masked
from tracker.records.models import Record
from tracker.records.views import bp
from tracker.records.views.loading import log_view
from tracker.records.whole import Whole
from tracker.web import current_actor, dates, signed_in
from tracker.web.answers import Answer

ERAS = ("roc", "ce")


@bp.get("/records/<number>/export")
@signed_in()
def export(number: str) -> Answer:
    actor, form = current_actor(), request.args.get("format", "pdf")
    found = first_or_404(queries.by_number(actor, number.upper()))
    evidence = bool(request.args.get("evidence")) and not is_masked(actor, found)
    return file_of(found, actor, form, era=request.args.get("era"), evidence=evidence)


def file_of(
    found: Record, actor: Actor, form: str, *, era: str | None = None, evidence: bool = False
) -> Response:
    """The record as a download in this format, once it is written down who took it; NotFound for no such format."""
    if form not in FORMATS:
        raise NotFound()
    found = taken(log_view(found, actor), actor, form, evidence=evidence)
    wanted = Wanted(Whole(found), actor, telling(era), clock.now(), evidence)
    response = Response(FORMATS[form].make(wanted), mimetype=FORMATS[form].mimetype)
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{found.number}.{FORMATS[form].ending or form}"'
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def files_offered(found: Record, era: str | None = None, *, own: bool) -> dict[str, Any]:
    """What the menu of downloads shows: the formats, the organisation's `own` form among them where it has one, and
    whether sealed texts may be asked for by name."""
    seals = found.primary_issue.personal_data and not is_masked(current_actor(), found)
    return {
        "files": [form for form in FORMATS if form != "own" or own],
        "seals": seals,
        "era": era,
    }


def telling(era: str | None) -> Tell:
    """Times in the reader's language and zone, years as wished ("roc", "ce") or as the reader always has them."""
    wish = era if era in ERAS else None
    return Tell(
        partial(dates.datetime_words, era=wish),
        partial(dates.date_words, era=wish),
        partial(dates.month_words, era=wish),
    )


def taken(found: Record, actor: Actor, form: str, *, evidence: bool) -> Record:
    """Write down that the record left the house as a file."""
    number = found.number
    # A transaction that began by reading cannot always go on to write on SQLite: begin anew.
    db.session.rollback()
    writing.set(True)
    again = db.session.scalars(locked(queries.by_number(actor, number))).one()
    what = {"format": form} | ({"evidence": True} if evidence else {})
    audit.record("record.export", again, by=actor, at=clock.now(), after=what)
    db.session.commit()
    writing.set(False)
    return again
