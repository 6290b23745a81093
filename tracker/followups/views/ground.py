"""What the pages of chasing share: the blueprint, and what every page shows of it."""

from typing import Any

from flask import Blueprint, g, render_template
from markupsafe import Markup

from tracker import clock
from tracker.accounts import rules as roles
from tracker.followups import (
    queries,
    turns,
    words,
)
from tracker.outbox import queries as letters
from tracker.web import current_actor, dates, last_change
from tracker.web.drawing import drawn_once
from tracker.web.filters import due_look

bp = Blueprint("followups", __name__)
STAFF = (roles.SUPERVISOR, roles.ENGINEER, roles.MANAGER)


@bp.app_context_processor
def what_happens_next() -> dict[str, Any]:
    """Let every page show the bell's count and, by `followups/_next.html`, what happens next on a case."""
    return {"unread": _unread(), "next_steps": queries.next_steps, "chasing": words, "my_turn": _my_turn}  # fmt: skip


def _my_turn(*listed: str, brief: bool = False) -> Markup:
    """What waits for the reader beside what their start page lists; drawn once while its deadlines look the same.

    `brief`: one line that unfolds, above a list that the reader came for.
    """
    now, to = clock.now(), dates.reader()
    turn = turns.turn(current_actor(), last_change(), now, listed=listed, locale=to.locale)
    looks = tuple(due_look(row.due_at, since=row.since, now=now, locale=to.locale) for row in turn.rows)
    return drawn_once(
        "turn", brief, turn, looks, to, to.local(now).date(),
        caller=lambda: Markup(render_template("followups/_turn.html", turn=turn, brief=brief)),
    )  # fmt: skip


def _unread() -> int:
    actor = current_actor()
    if g.get("bare", False) or actor.person_id is None:
        return 0
    with_session: int | None = g.get("unseen")
    return letters.unseen(actor.person_id, clock.now()) if with_session is None else with_session
