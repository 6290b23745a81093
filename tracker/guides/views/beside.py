"""Beside an issue, for those who answer it: the guides that were made from it, and those that may fit it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tracker.db import db
from tracker.guides import finding, queries, words
from tracker.guides.models import Article, KnownIssue
from tracker.guides.views import bp
from tracker.issues.models import Issue


@dataclass(frozen=True)
class Near:
    """One guide as a line; `known_id` where the issue can be said to be about it."""

    href: str
    text: words.Read
    stage: str
    linked: bool = False
    known_id: int | None = None


@bp.app_context_processor
def guides_beside() -> dict[str, Any]:
    """Let the page of similar issues show the guides, by `guides/_of_issue.html`; the reporter's, known issues."""
    return {"issue_guides": issue_guides, "known_about": queries.told_of, "guide_words": words}


def issue_guides(issue: Issue) -> list[Near]:
    """Those made from it or that it is about, then those that speak of the same."""
    made, about = queries.guides_of(issue)
    own = {(Article.kind_name, one.id) for one in made} | {(KnownIssue.kind_name, one.id) for one in about}
    hits = finding.suggest(f"{issue.title}\n{issue.description}", issue.system_id)
    near = [(one.kind, one.guide_id) for one in hits if (one.kind, one.guide_id) not in own]
    return [
        *(_article(one) for one in made),
        *(_known(one, linked=True) for one in about),
        *(_article(one) for one in _articles(_ids(Article.kind_name, near))),
        *(_known(one, linked=False) for one in _known_issues(_ids(KnownIssue.kind_name, near))),
    ]


def _ids(kind: str, near: list[tuple[str, int]]) -> list[int]:
    return [guide_id for one, guide_id in near if one == kind]


def _articles(ids: list[int]) -> Sequence[Article]:
    some = select(Article).options(selectinload(Article.versions)).where(Article.id.in_(ids))
    return db.session.scalars(some.order_by(Article.id)).all() if ids else []


def _known_issues(ids: list[int]) -> Sequence[KnownIssue]:
    some = select(KnownIssue).where(KnownIssue.id.in_(ids)).order_by(KnownIssue.id)
    return db.session.scalars(some).all() if ids else []


def _article(one: Article) -> Near:
    version = one.shown or one.newest
    return Near(f"/kb/{one.id}", words.read(version), "withdrawn" if one.withdrawn_at else version.stage)


def _known(one: KnownIssue, *, linked: bool) -> Near:
    return Near(f"/known/{one.id}", words.read(one), one.stage, linked, one.id)
