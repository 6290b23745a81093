"""稍後: the page that asks until when, each time offered a button with its key."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.db import db
from tracker.errors import DomainError, NotAllowed
from tracker.followups import actions as followups
from tracker.issues import actions, fields, queries, snoozing, when, words
from tracker.issues.models import Issue
from tracker.issues.views import bp, way_back
from tracker.issues.views.loading import back_to, issue_of
from tracker.web import current_actor, dates, signed_in
from tracker.web.answers import Answer
from tracker.web.pages import told
from tracker.workflow import SUPERVISOR


@bp.route("/issues/<number>/snooze", methods=["GET", "POST"])
@signed_in("supervisor")
def snooze(number: str) -> Answer:
    found, actor, at = issue_of(number, current_actor()), current_actor(), clock.now()
    if SUPERVISOR not in queries.relations(actor, found):
        raise NotAllowed(_("Only a supervisor can do this."))
    if request.method == "GET":
        return _page(found)
    issue_id, number = found.id, found.number
    try:
        until = fields.instant(
            request.form.get("until") or request.form.get("custom"), alone=snoozing.MORNING
        )
        actions.snooze(found, until, by=actor, at=at)
    except (DomainError, fields.Unreadable) as error:
        if isinstance(error, DomainError) and error.status != 422:
            raise
        db.session.rollback()
        said = error.fields.get("until", error.text) if isinstance(error, DomainError) else str(error)
        return _page(db.session.get_one(Issue, issue_id), str(said)), 422
    followups.rearm_now("issue", issue_id, at)
    db.session.commit()
    told(_("%(number)s comes back on %(when)s.", number=number, when=dates.datetime_words(until)),
         undo=way_back.path_of(issue_id))  # fmt: skip
    return redirect(back_to(url_for(".issue", number=number)), 303)


@bp.post("/issues/<number>/wake")
@signed_in("supervisor")
def wake(number: str) -> Answer:
    """Back at once."""
    found, actor, at = issue_of(number, current_actor()), current_actor(), clock.now()
    if SUPERVISOR not in queries.relations(actor, found):
        raise NotAllowed(_("Only a supervisor can do this."))
    actions.wake(found, by=actor, at=at)
    db.session.commit()
    return redirect(back_to(url_for(".issue", number=number)), 303)


def _page(issue: Issue, wrong: str = "") -> str:
    return render_template(
        "issues/snooze.html", issue=issue, words=words, wrong=wrong, typed=request.form.get("custom", ""),
        choices=snoozing.choices(clock.now(), when.zone(), issue.next_due_at), here=f"/issues/{issue.number}",
        back=back_to(f"/issues/{issue.number}"), example=when.example(),
    )  # fmt: skip
