"""B9: the pictures and files that show how it reproduces; they belong to the record itself."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from tracker import attachments, clock
from tracker.attachments import queries as attached
from tracker.attachments.models import Attachment
from tracker.db import db, first_or_404
from tracker.errors import DomainError, NotFound
from tracker.issues import holds
from tracker.issues.views.transcripts import TranscriptForm
from tracker.issues.views.transcripts import page as transcribed
from tracker.records import actions, queries
from tracker.records.masking import is_masked
from tracker.records.models import Record
from tracker.records.views import bp
from tracker.records.views.loading import record_of
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer


def _to(found: Record) -> Answer:
    return redirect(url_for(".show", number=found.number, open="B", _anchor="f-reproduction_files"), 303)


def _may_add(found: Record) -> None:
    escalation = queries.last_escalation(found)
    actions.may_save(found, {"reproduction_steps": ()}, escalation, by=current_actor(), at=clock.now())


@bp.post("/records/<number>/files")
@signed_in()
def add_files(number: str) -> Answer:
    found = record_of(number)
    _may_add(found)
    uploads = [one for one in request.files.getlist("files") if one.filename]
    number, by, at = found.number, current_actor(), clock.now()
    try:
        kept = attachments.store(
            uploads,
            subject=(found.kind_name, found.id),
            by=by,
            at=at,
            sealed=found.primary_issue.personal_data,
        )
    except DomainError as error:
        if error.status != 422:
            raise
        db.session.rollback()
        flash(str(error.text), "error")
        return redirect(url_for(".show", number=number, open="B", _anchor="f-reproduction_files"), 303)
    if kept:
        actions.note_files(found, [one.sha256 for one in kept], by=by, at=at)
    db.session.commit()
    return _to(found)


@bp.post("/records/<number>/files/<int:file_id>/remove")
@signed_in()
def remove_file(number: str, file_id: int) -> Answer:
    found, at = record_of(number), clock.now()
    _may_add(found)
    gone = _file(found, file_id)
    holds.must_be_free([one.id for one in queries.issues_of(found)])
    attachments.discard(gone, at=at)
    actions.note_files(found, [gone.sha256], by=current_actor(), at=at, removed=True)
    db.session.commit()
    flash(_("Taken out: %(name)s", name=gone.filename), "ok")
    return _to(found)


@bp.get("/records/<number>/files/<int:file_id>")
@signed_in()
def file(number: str, file_id: int) -> Answer:
    found = record_of(number)
    if is_masked(current_actor(), found):
        raise NotFound()
    one = _file(found, file_id)
    return attachments.thumbnail(one) if "small" in request.args else attachments.respond(one)


@bp.route("/records/<number>/files/<int:file_id>/transcript", methods=["GET", "POST"])
@signed_in()
def transcript(number: str, file_id: int) -> Answer:
    """What is said in a recording of the tries, by who may add to them."""
    found = record_of(number)
    _may_add(found)
    one = _file(found, file_id)
    if not one.is_sound:
        raise NotFound()
    form = TranscriptForm(data={"transcript": one.transcript})
    back = url_for(".show", number=found.number, open="B", _anchor="f-reproduction_files")
    return transcribed(one, found, form, found.number, back)


def _file(found: Record, file_id: int) -> Attachment:
    return first_or_404(attached.of(found.kind_name, found.id).where(Attachment.id == file_id))
