"""Issues that speak of the same as another one, for those who work on them: the same system first, the score shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.index import likeness
from tracker.issues import queries, rules
from tracker.issues.models import Issue

# From which likeness on an issue is shown: of the same system, and of another.
NEAR, NEAR_ELSEWHERE = 0.07, 0.2
MOST = 5


@dataclass(frozen=True)
class Alike:
    """An issue and how much it is like the one at hand, from 0 to 1."""

    issue: Issue
    score: float
    same_system: bool


def alike(issue: Issue, actor: Actor, *, most: int = MOST, earlier: bool = False) -> list[Alike]:
    """The likest issues that this actor works with; `earlier` asks only for those that were there before it."""
    asked = likeness.words_of(_text(issue))
    weigh = likeness.weights(asked)
    near = likeness.candidates(weigh, cap=max(likeness.CANDIDATES, most))
    ids = [one for one in near if (one < issue.id if earlier else one != issue.id)]
    theirs = {one: likeness.words_of(_text(one)) for one in _rows(ids, actor)}
    weigh |= likeness.weights(frozenset().union(*theirs.values()) - asked)
    found = [
        Alike(other, likeness.likeness(asked, words, weigh), other.system_id == issue.system_id)
        for other, words in theirs.items()
    ]
    shown = [one for one in found if one.score >= (NEAR if one.same_system else NEAR_ELSEWHERE)]
    return sorted(shown, key=lambda one: (not one.same_system, -one.score, -one.issue.id))[:most]


def _text(issue: Issue) -> str:
    return f"{issue.title}\n{issue.description}"


def _rows(ids: Sequence[int], actor: Actor) -> Sequence[Issue]:
    """Those of the candidates whose text the actor may read.  What is sealed is compared with nothing."""
    ended = (rules.MERGED, rules.WITHDRAWN)
    some = select(Issue).options(joinedload(Issue.system))
    some = some.where(
        Issue.id.in_(ids), ~Issue.personal_data, Issue.state.not_in(ended), queries.may_read(actor)
    )
    return db.session.scalars(some).all()
