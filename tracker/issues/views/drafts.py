"""Drafts of a report: the button, the quiet save while typing, taking one up again."""

from collections.abc import Sequence

from flask import jsonify, redirect, request, session, url_for

from tracker import attachments, clock
from tracker.accounts import tokens
from tracker.accounts.forms.fields import wrong
from tracker.accounts.rules import Actor
from tracker.attachments.models import Attachment
from tracker.db import db
from tracker.errors import DomainError, NotFound
from tracker.issues import drafts, fields
from tracker.issues.forms import ReportForm
from tracker.issues.models import Issue, ReportDraft
from tracker.issues.views import bp, report
from tracker.issues.views.loading import count_guest
from tracker.web import current_actor
from tracker.web.answers import Answer

SESSION_KEY = "report_draft"
LEFT_OUT = frozenset({"csrf_token", "files", "keep", "once", "privacy_seen"})
QUIET_SAVES = 200


def key_of(actor: Actor, *, make: bool = False) -> str:
    """Under which key this reader's draft stands; a guest's is in their session cookie."""
    if actor.person_id is not None:
        return f"person {actor.person_id}"
    if make and SESSION_KEY not in session:
        session[SESSION_KEY] = tokens.new_secret()
    return str(session.get(SESSION_KEY, ""))


def mine(actor: Actor) -> ReportDraft | None:
    """This reader's draft; a page that a guest opens long after it was written is another guest's."""
    found = drafts.of(key_of(actor))
    if found is None or actor.person_id is not None or request.method != "GET":
        return found
    if clock.now() - found.saved_at <= drafts.GUESTS_OFFERED:
        return found
    session.pop(SESSION_KEY)
    return None


def keep() -> ReportDraft:
    """Keep what was typed, cut to what a report may hold, and with it the files that came along.

    DomainError names files that are not taken; all else is kept then too, for the caller to commit.
    """
    actor, at = current_actor(), clock.now()
    typed = {
        name: text.replace("\x00", "")[: fields.LONG]
        for name, text in request.form.items()
        if name in ReportForm.__dict__ and name not in LEFT_OUT
    }
    kept = drafts.keep(typed, key_of(actor, make=True), person_id=actor.person_id, at=at)
    drafts.drop_files(kept.id, request.form.getlist("drop", type=int), at=at)
    uploads = [one for one in request.files.getlist("files") if one.filename]
    if uploads:
        attachments.store(uploads, subject=(drafts.FILES, kept.id), by=actor, at=at, some=True)
    return kept


def waiting_files(actor: Actor) -> Sequence[Attachment]:
    """The files of an earlier try to send."""
    draft = mine(actor)
    return drafts.files_of(draft.id) if draft is not None else []


def hand_over(actor: Actor, issue: Issue) -> None:
    """The report was sent: its waiting files go with it, the draft goes away."""
    draft_id = drafts.forget(key_of(actor))
    if draft_id is not None:
        drafts.drop_files(draft_id, request.form.getlist("drop", type=int), at=clock.now())
        drafts.hand_over_files(draft_id, issue)


@bp.post("/report/draft")
def save_draft() -> Answer:
    """Keep it; by `?file=` one file is kept with it, and its number answered, or why it is not taken.

    `smaller` in that answer says that it would be taken with fewer pixels.
    """
    if current_actor().person_id is None:
        count_guest("draft", QUIET_SAVES)
    try:
        kept = keep()
    except DomainError as error:
        db.session.commit()
        if not request.args.get("file"):
            form = report.filled_form({})
            wrong(form, error.fields, error.text)
            return report.page(form)
        text = " ".join(error.fields.values()) or error.text
        return jsonify(problem=text, smaller=getattr(error, "smaller", False)), 422
    db.session.commit()
    if request.args.get("file"):
        return jsonify(id=max((one.id for one in drafts.files_of(kept.id)), default=None))
    if request.args.get("quiet"):
        return "", 204
    return redirect(url_for(".draft", draft_id=kept.id, saved=1), 303)


@bp.get("/report/draft/<int:draft_id>")
def draft(draft_id: int) -> Answer:
    found = mine(current_actor())
    if found is None or found.id != draft_id:
        raise NotFound()
    return report.page(report.filled_form(found.fields))


def throw_away(actor: Actor) -> None:
    """Nothing is reported after all: the draft goes, its files with it."""
    draft_id = drafts.forget(key_of(actor))
    if draft_id is not None:
        drafts.drop_files(draft_id, [one.id for one in drafts.files_of(draft_id)], at=clock.now())


@bp.post("/report/draft/<int:draft_id>/forget")
def forget_draft(draft_id: int) -> Answer:
    found = mine(current_actor())
    if found is not None and found.id == draft_id:
        throw_away(current_actor())
        db.session.commit()
    return redirect(url_for(".report"), 303)
