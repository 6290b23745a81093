"""Look-alikes of one issue that still wait: ticked together, done by one act."""

from collections.abc import Sequence

from flask import render_template
from sqlalchemy import select
from sqlalchemy.orm import lazyload

from tracker.accounts.models import Person
from tracker.accounts.rules import SUPERVISOR
from tracker.db import db
from tracker.issues import rules, similar, words
from tracker.issues.models import Issue
from tracker.issues.views.loading import back_to, issue_of
from tracker.triage.views import bp
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer

MOST = 200
TICKED = 0.5
"""From which likeness on one is ticked from the start: more than half of what weighs is said in both."""


@bp.get("/inbox/alike/<number>")
@signed_in(SUPERVISOR)
def alike(number: str) -> Answer:
    """The open issues of the same system in similar words, with whose they are, and what can be done with all."""
    actor = current_actor()
    found = issue_of(number, actor)
    near = similar.alike(found, actor, most=MOST) if not found.personal_data else []
    waiting = [one for one in near if one.same_system and one.issue.state in rules.BEFORE_ANSWER]
    # Fetched together, and held until the page is drawn.
    people = _reporters([found, *(one.issue for one in waiting)])
    return render_template(
        "triage/alike.html",
        issue=found,
        near=waiting,
        people=people,
        ticked=TICKED,
        words=words,
        back=back_to("/inbox"),
    )


def _reporters(issues: Sequence[Issue]) -> Sequence[Person]:
    ids = {one.reporter_id for one in issues if one.reporter_id is not None}
    return db.session.scalars(select(Person).options(lazyload(Person.roles)).where(Person.id.in_(ids))).all()
