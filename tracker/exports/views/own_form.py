"""The organisation's own form: adding a version, seeing what was found in it, a preview, taking it into use."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import attachments, clock
from tracker.accounts.rules import ADMIN
from tracker.db import db, first_or_404, locked
from tracker.errors import DomainError
from tracker.exports import own_form
from tracker.exports.formats import FORMATS, Wanted
from tracker.exports.models import FormVersion
from tracker.exports.saying import Tell
from tracker.exports.views import bp
from tracker.records import queries as records
from tracker.records import words
from tracker.records.views.files import taken
from tracker.records.views.loading import log_view
from tracker.records.whole import Whole
from tracker.web import current_actor, dates, signed_in
from tracker.web.answers import Answer

DOCX = FORMATS["docx"].mimetype


@bp.get("/admin/form")
@signed_in(ADMIN)
def form_versions() -> Answer:
    return _page()


@bp.post("/admin/form")
@signed_in(ADMIN)
def add_form() -> Answer:
    upload = request.files.get("form")
    try:
        if upload is None or not upload.filename:
            raise DomainError(_("Choose a form in DOCX."))
        made = own_form.add(upload, request.form.get("note", ""), by=current_actor(), at=clock.now())
    except DomainError as error:
        db.session.rollback()
        return _page(error=error.text), 422
    db.session.commit()
    flash(_("The form was added. Look at what was found in it, then take it into use."), "ok")
    return redirect(url_for(".form_version", version_id=made.id), 303)


def _page(error: str = "") -> str:
    body: str = render_template(
        "exports/forms.html", rows=own_form.versions(), error=error, words=words.FIELD_WORDS, codes=words.FIELD_CODES,
        extra=own_form.EXTRA, example=_example(),
    )  # fmt: skip
    return body


def _example() -> str:
    """A placeholder in the reader's language."""
    return f"{{{{{words.FIELD_WORDS['root_cause']}}}}}"


@bp.get("/admin/form/<int:version_id>")
@signed_in(ADMIN)
def form_version(version_id: int) -> Answer:
    one = _one(version_id)
    right, wrong = own_form.look(one)
    return render_template(
        "exports/form.html",
        one=one,
        file=own_form.file_of(one),
        right=right,
        wrong=wrong,
        example=_example(),
        words=words.FIELD_WORDS,
    )


@bp.get("/admin/form/<int:version_id>/preview")
@signed_in(ADMIN)
def preview_form(version_id: int) -> Answer:
    """The form with a record that the reader may see, masked and sealed as in any file, or with names of fields."""
    one, number = _one(version_id), request.args.get("number", "").strip().upper()
    if not number:
        return _download(own_form.sample(one), f"form-{one.id}.docx")
    actor = current_actor()
    found = db.session.scalars(records.by_number(actor, number)).one_or_none()
    if found is None:
        flash(_("There is no record %(number)s that you may see.", number=number[:40]), "error")
        return redirect(url_for(".form_version", version_id=version_id), 303)
    found = taken(log_view(found, actor), actor, "own", evidence=False)
    tell = Tell(dates.datetime_words, dates.date_words, dates.month_words)
    wanted = Wanted(Whole(found), actor, tell, clock.now())
    return _download(own_form.written(one, wanted.values(), wanted.sheet(), tell), f"{found.number}.docx")


@bp.get("/admin/form/<int:version_id>/file")
@signed_in(ADMIN)
def form_file(version_id: int) -> Answer:
    return attachments.respond(own_form.file_of(_one(version_id)))


@bp.post("/admin/form/<int:version_id>/use")
@signed_in(ADMIN)
def use_form(version_id: int) -> Answer:
    one = first_or_404(locked(select(FormVersion).where(FormVersion.id == version_id)))
    own_form.use(one, by=current_actor(), at=clock.now())
    db.session.commit()
    flash(_("Records can now be taken out on this form."), "ok")
    return redirect(url_for(".form_versions"), 303)


@bp.post("/admin/form/shipped")
@signed_in(ADMIN)
def use_shipped_form() -> Answer:
    own_form.use(None, by=current_actor(), at=clock.now())
    db.session.commit()
    flash(_("The shipped form is in use again; the versions are kept."), "ok")
    return redirect(url_for(".form_versions"), 303)


def _one(version_id: int) -> FormVersion:
    found: FormVersion = first_or_404(select(FormVersion).where(FormVersion.id == version_id))
    return found


def _download(content: bytes, name: str) -> Response:
    answer = Response(content, mimetype=DOCX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
