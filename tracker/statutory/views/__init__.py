"""The pages of statutory deadlines: those of a case, and the rules under /admin."""

from typing import Any

from flask import Blueprint

from tracker import clock
from tracker.issues.models import Issue
from tracker.records.models import Record
from tracker.statutory import actions, holding, queries, words
from tracker.unchanged import unchanged
from tracker.web import current_actor, last_change

bp = Blueprint("statutory", __name__)


@bp.app_context_processor
def what_the_law_asks() -> dict[str, Any]:
    """Let the pages of issues, records and lists show statutory clocks, apart from all others."""
    return {"statutory_of": queries.of_case, "statutory_title": words.title, "statutory_words": words,
            "may_lead_law": actions.may_stop, "may_override": _may_override, "statutory_soon": _soon}  # fmt: skip


def _may_override(issue: Issue, record: Record | None) -> bool:
    return holding.may_override(issue, record, current_actor(), clock.now())


def _soon() -> int:
    actor, now = current_actor(), clock.now()
    return unchanged(("by law", actor), last_change(), now, lambda: queries.count_soon(actor, now))


from tracker.statutory.views import case, facts, holds, notices, report, rulebook  # noqa: E402,F401  (they hang on bp)
