"""Changing what stands in an issue, with a guard against writing over somebody else's words."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import audit, clock
from tracker.db import db
from tracker.errors import DomainError, NotAllowed, Stale
from tracker.followups import actions as followups
from tracker.issues import actions, fields, queries, words
from tracker.issues.models import Issue
from tracker.issues.views import bp
from tracker.issues.views.loading import issue_of
from tracker.systems.models import AISystem
from tracker.systems.words import named
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.filters import SEVERITY_LOOK
from tracker.workflow import SUPERVISOR

# In the order of the page; `long` texts get a box.
EDITABLE = (
    "title",
    "description",
    "issue_kind",
    "severity",
    "ai_system",
    "function",
    "system_version",
    "environment",
    "occurred_at",
    "aware_at",
    "need_statement",
    "proposed_solution",
    "escalation_reason",
    "workaround",
    "input_text",
    "actual_output",
    "expected_output",
    "expected_source",
    "model",
    "model_version",
    "trace_refs",
)
LONG = frozenset(
    {
        "description",
        "need_statement",
        "proposed_solution",
        "escalation_reason",
        "workaround",
        "input_text",
        "actual_output",
        "expected_output",
    }
)


@bp.route("/issues/<number>/edit", methods=["GET", "POST"])
@signed_in()
def edit(number: str) -> Answer:
    found, actor = issue_of(number, current_actor()), current_actor()
    if SUPERVISOR not in queries.relations(actor, found):
        raise NotAllowed(_("Only a supervisor changes what stands in an issue."))
    if request.method == "GET":
        return _page(found, {key: _shown(found, key) for key in EDITABLE}, {})
    issue_id, typed = found.id, {key: request.form[key] for key in EDITABLE if key in request.form}
    mine = _changed(typed)
    try:
        changed = actions.save(found, mine, by=actor, at=clock.now(), seen=_seen())
    except Stale as error:
        db.session.rollback()
        found = _again(issue_id)
        # Boxes that were left alone show what stands there now: with the next save they would else undo it.
        shown = {key: _shown(found, key) for key in EDITABLE} | mine
        return _page(found, shown, {}, conflicts={one.field: one for one in error.conflicts}, status=409)
    except DomainError as error:
        if error.status != 422:
            raise
        db.session.rollback()
        return _page(_again(issue_id), typed, dict(error.fields), status=422)
    followups.rearm_now("issue", issue_id, clock.now())
    db.session.commit()
    flash(_("Saved.") if changed else _("Nothing was changed."), "ok")
    return redirect(url_for(".issue", number=found.number), 303)


def _changed(typed: dict[str, str]) -> dict[str, str]:
    """What differs from what the editor was shown; boxes left alone are nobody's change."""
    shown = {key: request.form.get(f"shown-{key}", "") for key in typed}
    return {key: text for key, text in typed.items() if not fields.same_text(text, shown[key])}


def _seen() -> dict[str, str]:
    return {key: request.form[f"seen-{key}"] for key in EDITABLE if request.form.get(f"seen-{key}")}


def _again(issue_id: int) -> Issue:
    return db.session.get_one(Issue, issue_id)


def _shown(issue: Issue, key: str) -> str:
    """The field as its control shows it: keys for systems, local time for instants."""
    if key == "ai_system":
        return issue.system.key
    if key == "function":
        return str(issue.function_id or "")
    value = fields.value(issue, key)
    return fields.local(value) if key.endswith("_at") else fields.shown(value)


def _options(issue: Issue) -> dict[str, list[tuple[str, Any]]]:
    systems = db.session.scalars(
        select(AISystem).where(AISystem.active, ~AISystem.imported).order_by(AISystem.name)
    ).all()
    return {
        "issue_kind": [("", "–"), *words.KIND_WORDS.items()],
        "severity": [(one, f"{one} {look['word']}") for one, look in SEVERITY_LOOK.items()],
        "ai_system": [(one.key, named(one)) for one in dict.fromkeys([issue.system, *systems])],
        "function": [("", "–"), *((str(one.id), one.name) for one in issue.system.functions)],
    }


def _page(
    issue: Issue, typed: dict[str, str], errors: dict[str, str], *, conflicts: Any = None, status: int = 200
) -> Answer:
    shown = {key: _shown(issue, key) for key in EDITABLE}
    digests = {key: fields.digest(issue, key) for key in EDITABLE}
    if errors:
        # Nobody has read yet what others wrote meanwhile: that is told when the errors are gone.
        shown |= {key: request.form[f"shown-{key}"] for key in EDITABLE if f"shown-{key}" in request.form}
        digests |= _seen()
    body = render_template(
        "issues/edit.html",
        issue=issue,
        typed=typed,
        errors=errors,
        conflicts=conflicts or {},
        writers=audit.last_writers(issue) if conflicts else {},
        keys=EDITABLE,
        long=LONG,
        options=_options(issue),
        words=words,
        shown=shown,
        digests=digests,
    )
    return body, status
