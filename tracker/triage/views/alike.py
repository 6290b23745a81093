"""Look-alikes of one issue that still wait: ticked together, done by one act."""

from collections.abc import Sequence

from flask import render_template
from sqlalchemy import select
from sqlalchemy.orm import lazyload

from tracker.accounts.models import Person
from tracker.accounts.rules import SUPERVISOR, Actor
from tracker.db import db
from tracker.issues import grouping, queries, rules, similar, words
from tracker.issues.models import Issue
from tracker.issues.similar import Alike
from tracker.issues.views.loading import back_to, readable
from tracker.triage.views import bp
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer

MOST = 200


@bp.get("/inbox/alike/<number>")
@signed_in(SUPERVISOR)
def alike(number: str) -> Answer:
    """The open issues of the same system in similar words, with whose they are, and what can be done with all."""
    actor = current_actor()
    found = readable(number, actor)
    near = similar.alike(found, actor, most=MOST) if not found.personal_data else []
    together = set(grouping.members(found)) if not found.personal_data else set()
    near += _unnamed(together - {one.issue.id for one in near}, actor)
    waiting = [one for one in near if one.same_system and one.issue.state in rules.BEFORE_ANSWER]
    # Fetched together, and held until the page is drawn.
    people = _reporters([found, *(one.issue for one in waiting)])
    return render_template(
        "triage/alike.html",
        issue=found,
        near=waiting,
        people=people,
        ticked={one.issue.id for one in waiting if one.score >= grouping.TOGETHER} | together,
        words=words,
        back=back_to("/inbox"),
    )


def _unnamed(ids: set[int], actor: Actor) -> list[Alike]:
    """What belongs to the group although the search did not bring it up."""
    found = select(Issue).where(queries.may_read(actor), Issue.id.in_(ids), ~Issue.personal_data)
    found = found.order_by(Issue.id.desc())
    return [Alike(one, grouping.TOGETHER, True) for one in db.session.scalars(found)] if ids else []


def _reporters(issues: Sequence[Issue]) -> Sequence[Person]:
    ids = {one.reporter_id for one in issues if one.reporter_id is not None}
    return db.session.scalars(select(Person).options(lazyload(Person.roles)).where(Person.id.in_(ids))).all()
