"""復原: the page that says what would be taken back, and the button that does it."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.audit.models import Entry
from tracker.db import db
from tracker.errors import NotAllowed, WrongState
from tracker.followups import actions as followups
from tracker.issues import fields, moves, queries, undoing, words
from tracker.issues.forms import NoteForm, move_form
from tracker.issues.models import Issue, Message
from tracker.issues.views import bp, filling
from tracker.issues.views.loading import back_to, issue_of
from tracker.issues.views.moves import KEYS, move_page, present_text
from tracker.needs import queries as needs
from tracker.records import actions as records
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.pages import show
from tracker.workflow import SUPERVISOR


@bp.route("/issues/<number>/undo/<int:seq>", methods=["GET"])
@signed_in("supervisor")
def undo_page(number: str, seq: int) -> Answer:
    found, actor = issue_of(number, current_actor()), current_actor()
    if SUPERVISOR not in queries.relations(actor, found):
        raise NotAllowed(_("Only a supervisor can do this."))
    entry = undoing.entry_of(found, seq)
    return _page(found, entry, undoing.hindrance(found, entry, clock.now()))


@bp.post("/issues/<number>/undo/<int:seq>")
@signed_in("supervisor")
def undo_act(number: str, seq: int) -> Answer:
    found, at = issue_of(number, current_actor()), clock.now()
    number, issue_id = found.number, found.id
    entry = undoing.entry_of(found, seq)
    written = _written(found, entry)
    try:
        records.undo_issue(found, seq, by=current_actor(), at=at)
    except WrongState as error:
        db.session.rollback()
        again = db.session.get_one(Issue, issue_id)
        return _page(again, undoing.entry_of(again, seq), error.text), 409
    followups.rearm_now("issue", issue_id, at)
    db.session.commit()
    back = back_to(url_for(".issue", number=number))
    if written:
        flash(_("%(number)s: nothing was sent. Your words are back in the form.", number=number), "ok")
        return _form_again(db.session.get_one(Issue, issue_id), entry.action, written, back)
    flash(_("%(number)s: undone.", number=number), "ok")
    return redirect(back, 303)


def _written(issue: Issue, entry: Entry) -> dict[str, str]:
    """What somebody wrote who now cancels its sending, by the fields of its form; empty for every other act."""
    # The words of a decision on a need were written in a form of its own.
    if entry.action not in undoing.SPEAKS or needs.told_by(issue, entry.seq):
        return {}
    verb, message = entry.action.removeprefix("issue."), db.session.get(Message, entry.after.get("message"))
    found = {key: present_text(issue, key) for key in KEYS.get(verb, ()) if key in fields.FIELDS}
    if message is not None and verb != "answer":
        # The need that a question quotes has a field of its own.
        found["body"] = message.body.removesuffix(moves.quoted_need(issue, issue.need_statement)).strip()
    return found


def _form_again(issue: Issue, action: str, written: dict[str, str], back: str) -> Answer:
    """The form as it was sent, to be put right and sent anew."""
    here, verb = f"/issues/{issue.number}", action.removeprefix("issue.")
    if action == undoing.SAY:
        form = NoteForm(formdata=None, body=written["body"], visibility="public")
        return show("issues/note.html", form, issue=issue, back=back, here=here, outside=False, to="public",
                    filled=None, verb="note", words=words, after="", macros=filling.offered(issue, "note"),
                    question=None)  # fmt: skip
    return move_page(issue, verb, move_form(KEYS[verb], present=written, sent=False), back, here)


def _page(issue: Issue, entry: Entry, why: str) -> str:
    return render_template("issues/undo.html", issue=issue, entry=entry, why=why, words=words,
                           here=f"/issues/{issue.number}", back=back_to(f"/issues/{issue.number}"))  # fmt: skip
