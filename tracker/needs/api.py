"""Needs over the API: the list for those who plan, and deciding one."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker import clock
from tracker.accounts import queries as people
from tracker.api import needed
from tracker.api.acts import Done, acts
from tracker.api.doors import blueprint
from tracker.api.lists import page_of
from tracker.db import db, first_or_404, locked
from tracker.errors import DomainError
from tracker.followups import actions as followups
from tracker.issues import queries as issues
from tracker.issues.api import url_of
from tracker.issues.models import Issue
from tracker.needs import actions, queries, rules
from tracker.needs.models import NeedDecision
from tracker.systems.models import AISystem
from tracker.web import current_actor

bp = blueprint("needs", "Needs")


@bp.get("/needs")
@bp.input(needed.NeedFilter, location="query", arg_name="wanted")
@bp.output(needed.NeedPage)
def list_needs(wanted: needed.NeedFilter) -> dict[str, Any]:
    """Feature requests, data corrections and complaints, newest first, each with what was decided of it."""
    filters = {key: value for key in ("kind", "decision", "theme") if (value := getattr(wanted, key))}
    found = queries.filtered(current_actor(), filters, clock.now()).with_only_columns(Issue).order_by(None)
    if wanted.system:
        found = found.where(Issue.system_id.in_(select(AISystem.id).where(AISystem.key == wanted.system)))
    found = found.options(joinedload(Issue.system))
    return page_of(found, Issue.id, limit=wanted.limit, cursor=wanted.cursor, show=_lines)


@bp.post("/issues/<number>/need")
@bp.input(needed.NeedIn, arg_name="body")
@bp.output(needed.NeedOut)
@acts
def decide(number: str, body: needed.NeedIn) -> Done:
    """Decide what becomes of a need; the reporter is told with the reason.  `owner` is an e-mail address."""
    actor, at = current_actor(), clock.now()
    issue = first_or_404(locked(issues.by_number(actor, number)))
    wanted = {
        "issue_kind": body.kind, "decision": body.decision, "theme": body.theme, "reason": body.reason,
        "owner": _id_of(body.owner), "again_at": body.again_at,
    }  # fmt: skip
    made = actions.decide(issue, wanted, by=actor, at=at)
    followups.rearm_now("issue", issue.id, at)
    return Done(_line(issue, made))


def _id_of(email: str) -> str:
    if not email:
        return ""
    person = people.by_email(email)
    if person is None:
        text = _("Choose somebody of the list.")
        raise DomainError(text, fields={"owner": text})
    return str(person.id)


def _lines(issues_found: Sequence[Issue]) -> list[dict[str, Any]]:
    held = select(NeedDecision).options(joinedload(NeedDecision.owner))
    held = held.where(NeedDecision.current, NeedDecision.issue_id.in_([one.id for one in issues_found]))
    by_issue = {one.issue_id: one for one in db.session.scalars(held)}
    return [_line(one, by_issue.get(one.id)) for one in issues_found]


def _line(issue: Issue, need: NeedDecision | None) -> dict[str, Any]:
    """One need; what was written about a sealed case stays with the case."""
    sealed = issue.personal_data or issue.restricted
    owner = need.owner if need is not None else None
    return {
        "number": issue.number, "title": issue.title, "kind": issue.kind, "state": issue.state or "",
        "system": issue.system.key, "created_at": issue.reported_at,
        "decision": need.decision if need else rules.UNDECIDED, "theme": need.theme if need else None,
        "task": (rules.THEMES[need.theme] or None) if need else None,
        "reason": need.reason if need and not sealed else "",
        "owner": {"name": owner.name, "email": owner.email} if owner else None,
        "again_at": need.again_at if need else None, "decided_by": need.by_name if need else None,
        "decided_at": need.at if need else None, "url": url_of(issue.number),
    }  # fmt: skip
