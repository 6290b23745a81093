"""Taking texts and files out of sight after they were sent; the originals are for the named contacts alone."""

from io import BytesIO

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from wtforms import FileField
from wtforms.validators import Optional

from tracker import attachments, audit, clock
from tracker.attachments.models import Attachment
from tracker.db import db, first_or_404
from tracker.errors import NotAllowed, NotFound
from tracker.issues import actions, holds, parties, queries
from tracker.issues.forms import ReasonForm
from tracker.issues.models import Issue, Message
from tracker.issues.views import bp, files
from tracker.issues.views.loading import issue_of, log_view
from tracker.records import taking_out
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.pages import done, show
from tracker.workflow import SUPERVISOR


class MaskFileForm(ReasonForm):
    """Why, and a copy in which the personal data is covered; without one the file is only hidden."""

    covered = FileField(_l("A copy with the personal data covered"), [Optional()])


@bp.route("/issues/<number>/messages/<int:message_id>/mask", methods=["GET", "POST"])
@signed_in()
def mask(number: str, message_id: int) -> Answer:
    found, actor = _may_mask(number), current_actor()
    message = first_or_404(select(Message).where(Message.id == message_id, Message.issue_id == found.id))
    form = ReasonForm()

    def act() -> None:
        taking_out.take_out(found, message.body)
        actions.mask(message, found, by=actor, at=clock.now(), reason=form.note.data)

    return _page(number, form, act, _("Mask this message"), shown=message.body)


@bp.route("/issues/<number>/files/<int:file_id>/mask", methods=["GET", "POST"])
@signed_in()
def mask_file(number: str, file_id: int) -> Answer:
    found, actor = _may_mask(number), current_actor()
    one = files.shown_file(found, file_id, actor)
    form = MaskFileForm()

    def act() -> None:
        at = clock.now()
        holds.must_be_free([found.id])
        given = form.covered.data
        stand_in = given if given and given.filename else _empty_copy(one)
        copy = attachments.store_masked(one, stand_in, by=actor, at=at, field="covered")
        copy.sealed = found.personal_data
        parties.entrust(found, at=at)
        texts = {"note": form.note.data}
        audit.record(
            "issue.mask", found, by=actor, at=at, after={"file": one.id, "copy": copy.id}, texts=texts
        )

    return _page(number, form, act, _("Mask this file"), shown=one.filename, uploads=True)


@bp.get("/issues/<number>/messages/<int:message_id>/original")
@signed_in()
def original(number: str, message_id: int) -> Answer:
    """What stood in a masked message, for the named contacts; each look is written down."""
    actor = current_actor()
    if not queries.is_contact(actor):
        raise NotFound()
    found = issue_of(number, actor)
    kept = audit.text_versions(found.kind_name, found.id, f"message:{message_id}")
    if not kept:
        raise NotFound()
    body = kept[-1].body
    log_view(found, actor, message=message_id)
    return render_template("issues/original.html", number=number, body=body)


def _empty_copy(one: Attachment) -> FileStorage:
    """What stands in the place of a file that has no covered copy."""
    words = _("This file was taken out of sight.")
    return FileStorage(BytesIO(words.encode()), filename=f"{one.filename}.txt")


def _may_mask(number: str) -> Issue:
    actor = current_actor()
    found = issue_of(number, actor)
    if SUPERVISOR not in queries.relations(actor, found) and not queries.is_contact(actor):
        raise NotAllowed(_("Only a supervisor masks messages."))
    return found


def _page(
    number: str, form: FlaskForm, act: object, title: str, *, shown: str, uploads: bool = False
) -> Answer:
    back = url_for(".issue", number=number)
    if done(form, act):  # type: ignore[arg-type]
        db.session.expire_all()
        flash(_("Done."), "ok")
        return redirect(back, 303)
    return show(
        "issues/form.html",
        form,
        title=title,
        button=_("Mask"),
        back=back,
        number=number,
        shown=shown,
        uploads=uploads,
    )
