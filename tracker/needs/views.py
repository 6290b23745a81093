"""需求: the list by theme for those who plan, its table, and deciding one."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.accounts import queries as people
from tracker.db import db
from tracker.errors import NotAllowed
from tracker.exports.cells import csv_file
from tracker.followups import actions as followups
from tracker.issues import mentioning
from tracker.issues import queries as issues
from tracker.issues import words as issue_words
from tracker.issues.models import Issue
from tracker.issues.views import way_back
from tracker.issues.views.loading import back_to, issue_of
from tracker.needs import actions, queries, rules, words
from tracker.needs.forms import DecideForm, present
from tracker.needs.models import NeedDecision
from tracker.systems import queries as systems
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.both import Shared
from tracker.web.pages import told

bp = Blueprint("needs", __name__)
KEPT = ("theme", "kind", "decision", "system", "mine", "again")
COLUMNS = (
    "number", "title", "kind", "system", "reported_at", "state", "decision", "theme", "task", "owner", "again_at",
    "reason", "decided_by", "decided_at",
)  # fmt: skip


@bp.get("/needs")
@signed_in("supervisor", "manager", "engineer")
def needs() -> Answer:
    """All that users ask for beside anomalies, filtered as the address says."""
    actor, now, kept = current_actor(), clock.now(), _kept()
    found, before = queries.filtered(actor, kept, now), request.args.get("before", "")
    if before.isdecimal() and len(before) < 18:
        found = found.where(Issue.id < int(before))
    rows = queries.shown(found, queries.PAGE + 1)
    older = rows[queries.PAGE - 1][0].id if len(rows) > queries.PAGE else None
    return render_template(
        "needs/list.html", rows=rows[: queries.PAGE], kept=kept, counts=queries.counts(actor, now), words=words,
        rules=rules, issue_words=issue_words, systems=db.session.scalars(systems.offered()).all(), here=_here,
        older=_here(kept, before=str(older)) if older else None, csv=_here(kept, ".table"),
        alone=people.is_alone(now),
    )  # fmt: skip


@bp.get("/needs.csv")
@signed_in("supervisor", "manager", "engineer")
def table() -> Answer:
    """The same list as a file, for those who plan elsewhere."""
    rows = queries.shown(queries.filtered(current_actor(), _kept(), clock.now()), queries.MOST)
    return csv_file("needs.csv", COLUMNS, (row_of(issue, need) for issue, need in rows))


def row_of(issue: Issue, need: NeedDecision | None) -> tuple[Any, ...]:
    """One line of the table; what was written about a sealed case stays with the case."""
    facts = (issue.number, issue.title, issue.kind, issue.system.name, issue.reported_at, issue.state)
    if need is None:
        return (*facts, rules.UNDECIDED, *[""] * 7)
    return (
        *facts, need.decision, need.theme, rules.THEMES[need.theme], need.owner.name if need.owner else "",
        need.again_at, "" if issue.personal_data or issue.restricted else need.reason, need.by_name, need.at,
    )  # fmt: skip


def _kept() -> dict[str, str]:
    return {key: request.args[key] for key in KEPT if request.args.get(key)}


def _here(kept: dict[str, str], endpoint: str = ".needs", **more: Any) -> str:
    wanted: dict[str, Any] = {**kept, **more}
    return url_for(endpoint, **{key: value for key, value in wanted.items() if value})


@bp.route("/issues/<number>/need", methods=["GET", "POST"])
@signed_in("supervisor")
def decide(number: str) -> Answer:
    """What becomes of a need: the form, what was decided before, and the act itself."""
    found, actor, at = issue_of(number, current_actor()), current_actor(), clock.now()
    if not rules.may_decide(issues.relations(actor, found)):
        raise NotAllowed(_("Only a supervisor can do this."))
    number, issue_id = found.number, found.id
    back = back_to(url_for("issues.issue", number=number))
    stood = present(found, queries.current(found))
    form = DecideForm(data=stood)
    form.offer(mentioning.colleagues(found, at))

    def act() -> None:
        actions.decide(found, {key: str(value or "") for key, value in form.data.items()}, by=actor, at=at)
        followups.rearm_now("issue", issue_id, at)

    both = Shared(form, stood)
    if both.done(act):
        told(
            _("%(number)s: decided, and the reporter is told in half a minute.", number=number),
            undo=way_back.path_of(issue_id),
            label=_("Undo"),
        )
        return redirect(back, 303)
    again = db.session.get_one(Issue, issue_id)
    return both.show("needs/decide.html", again, issue=again, back=back, history=queries.history(again), words=words,
                here=f"/issues/{number}", rules=rules)  # fmt: skip
