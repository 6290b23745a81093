"""復原: the page that says what would be taken back, and the button that does it."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import clock
from tracker.audit.models import Entry
from tracker.db import db
from tracker.errors import NotAllowed, WrongState
from tracker.followups import actions as followups
from tracker.issues import queries, undoing, words
from tracker.issues.models import Issue
from tracker.issues.views import bp
from tracker.issues.views.loading import back_to, issue_of
from tracker.records import actions as records
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
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
    try:
        records.undo_issue(found, seq, by=current_actor(), at=at)
    except WrongState as error:
        db.session.rollback()
        again = db.session.get_one(Issue, issue_id)
        return _page(again, undoing.entry_of(again, seq), error.text), 409
    followups.rearm_now("issue", issue_id, at)
    db.session.commit()
    flash(_("%(number)s: undone.", number=number), "ok")
    return redirect(back_to(url_for(".issue", number=number)), 303)


def _page(issue: Issue, entry: Entry, why: str) -> str:
    return render_template("issues/undo.html", issue=issue, entry=entry, why=why, words=words,
                           here=f"/issues/{issue.number}", back=back_to(f"/issues/{issue.number}"))  # fmt: skip


def path_of(issue_id: int) -> str:
    """The address that takes back the last act on this issue; empty when it cannot be taken back."""
    mine = (Entry.subject_kind == Issue.kind_name, Entry.subject_id == issue_id)
    acts = select(Entry).where(*mine, Entry.action.in_(undoing.UNDOABLE))
    last, issue = (
        db.session.scalars(acts.order_by(Entry.seq.desc()).limit(1)).first(),
        db.session.get_one(Issue, issue_id),
    )
    if last is None or undoing.hindrance(issue, last, clock.now()):
        return ""
    return f"/issues/{issue.number}/undo/{last.seq}"
