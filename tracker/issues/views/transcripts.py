"""Writing down what is said in a recording of an issue, by who works on it."""

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField

from tracker import clock
from tracker.accounts.rules import ENGINEER, MANAGER, SUPERVISOR
from tracker.attachments import transcripts
from tracker.attachments.models import Attachment
from tracker.errors import NotFound
from tracker.issues import queries
from tracker.issues.views import bp, files
from tracker.issues.views.loading import issue_of, log_view
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.both import Shared
from tracker.web.pages import told


class TranscriptForm(FlaskForm):
    """What is said, word for word or in short."""

    transcript = TextAreaField(
        _l("What is said"), render_kw={"rows": 12},
        description=_l("Word for word, or in short; say who speaks. Read by who cannot hear it."),
    )  # fmt: skip


def page(
    recording: Attachment, subject: transcripts.Subject, form: TranscriptForm, number: str, back: str
) -> Answer:
    """The form of one recording; what was there before stays in the trail."""
    both = Shared(form, {"transcript": recording.transcript})
    if both.done(lambda: transcripts.write(
        recording, form.transcript.data or "", subject, by=current_actor(), at=clock.now())
    ):  # fmt: skip
        told(_("Saved."))
        return redirect(back, 303)
    return both.show("issues/form.html", recording, title=_("Transcript of %(name)s", name=recording.filename),
                button=_("Save"), back=back, number=number, shown="")  # fmt: skip


@bp.route("/issues/<number>/files/<int:file_id>/transcript", methods=["GET", "POST"])
@signed_in(SUPERVISOR, ENGINEER, MANAGER)
def transcript(number: str, file_id: int) -> Answer:
    actor = current_actor()
    found = issue_of(number, actor)
    if not queries.works_on(actor, found):
        raise NotFound()
    one = files.shown_file(found, file_id, actor)
    if not one.is_sound:
        raise NotFound()
    if one.sealed or found.personal_data:
        log_view(found, actor, file=one.id)
        found = issue_of(number, actor)
        one = files.shown_file(found, file_id, actor)
    form = TranscriptForm(data={"transcript": one.transcript})
    return page(one, found, form, number, url_for(".issue", number=number))
