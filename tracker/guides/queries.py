"""Named selects of the guides: what readers find, what those who write see, how many are affected."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts import rules as roles
from tracker.accounts.rules import Actor, Limit
from tracker.db import db
from tracker.guides import rules
from tracker.guides.finding import Hit
from tracker.guides.models import Affected, Article, ArticleVersion, KnownIssue, KnownReport, Verdict
from tracker.issues.models import Issue

WRITERS = (roles.SUPERVISOR,)


def writes(actor: Actor, system_id: int | None) -> bool:
    """Whether the actor writes guides of this system; those of all systems are written by every supervisor."""
    if system_id is None:
        return actor.is_(*WRITERS)
    return any(actor.is_for(role, unit_id=None, system_id=system_id) for role in WRITERS)


def articles(actor: Actor) -> Select[Article]:
    """The answers this actor may read: what is published, and all there is of the systems they write of."""
    found = select(Article).options(
        joinedload(Article.system), joinedload(Article.function), selectinload(Article.versions)
    )
    public = and_(Article.shown_no.is_not(None), Article.withdrawn_at.is_(None))
    if not actor.is_(*WRITERS):
        return found.where(public)
    of_all = Article.system_id.is_(None)
    return found.where(or_(public, of_all, _written_by(actor, Article.system_id)))


def known_issues(actor: Actor) -> Select[KnownIssue]:
    """The known issues this actor may read; drafts and withdrawn ones are for those who write them."""
    found = select(KnownIssue).options(joinedload(KnownIssue.system), joinedload(KnownIssue.function))
    public = and_(KnownIssue.published_at.is_not(None), KnownIssue.withdrawn_at.is_(None))
    if not actor.is_(*WRITERS):
        return found.where(public)
    return found.where(or_(public, _written_by(actor, KnownIssue.system_id)))


def _written_by(actor: Actor, system_id: Any) -> ColumnElement[bool]:
    """Whether the guide is of a system that this actor writes of: the rule of `writes`, as a condition.

    The draft of another system may tell of cases that this actor does not see.
    """
    limits = [actor.limits.get(role, Limit()) for role in WRITERS if actor.is_(role)]
    if any(limit.everywhere for limit in limits):
        return true()
    return or_(false(), *(system_id.in_(limit.systems) for limit in limits))


def listed(now: datetime) -> ColumnElement[bool]:
    """Known issues of the list: open, or solved not long ago."""
    lately = or_(KnownIssue.solved_at.is_(None), KnownIssue.solved_at > now - rules.SOLVED_LISTED)
    return and_(KnownIssue.published_at.is_not(None), KnownIssue.withdrawn_at.is_(None), lately)


def due(now: datetime) -> ColumnElement[bool]:
    """Published answers that somebody has to look at again."""
    return and_(Article.shown_no.is_not(None), Article.withdrawn_at.is_(None), Article.review_on <= now)


def unfinished() -> ColumnElement[bool]:
    """Answers with a version that nobody reads yet."""
    newest = (
        select(func.max(ArticleVersion.no)).where(ArticleVersion.article_id == Article.id).scalar_subquery()
    )
    return and_(Article.withdrawn_at.is_(None), func.coalesce(Article.shown_no, 0) < newest)


def in_order(hits: Sequence[Hit], found: Select[Any], table: Any) -> list[Any]:
    """The guides of these hits that the select lets the reader see, the best first."""
    ids = [one.guide_id for one in hits if one.kind == table.kind_name]
    rows = {one.id: one for one in db.session.scalars(found.where(table.id.in_(ids)))} if ids else {}
    return [rows[guide_id] for guide_id in ids if guide_id in rows]


def affected(ids: Sequence[int]) -> dict[int, int]:
    """By known issue, how many people it has met: each counts once, by 我也遇到 or by a report of their own."""
    if not ids:
        return {}
    about = reports_about(ids)
    said = select(Affected.known_id.label("known_id"), Affected.voter.label("voter")).where(
        Affected.known_id.in_(ids)
    )
    who = func.coalesce(
        literal("person ") + cast(Issue.reporter_id, String), literal("issue ") + cast(Issue.id, String)
    )
    told = select(about.c.known_id, who).join(Issue, Issue.id == about.c.issue_id)
    both = union_all(said, told).subquery()
    counted = select(both.c.known_id, func.count(both.c.voter.distinct())).group_by(both.c.known_id)
    found = {known_id: count for known_id, count in db.session.execute(counted)}
    return {one: found.get(one, 0) for one in ids}


def reports_about(ids: Sequence[int]) -> CTE:
    """Of these known issues: the issues that are about one, and those that were joined with such an issue."""
    linked = select(KnownReport.known_id, KnownReport.issue_id).where(KnownReport.known_id.in_(ids))
    about = linked.cte("about", recursive=True)
    joined = select(about.c.known_id, Issue.id).join(about, Issue.merged_into_id == about.c.issue_id)
    return about.union(joined)


def is_affected(known_id: int, voter: str) -> bool:
    """Whether this reader has said so already."""
    mine = select(Affected.id).where(Affected.known_id == known_id, Affected.voter == voter)
    return bool(voter) and db.session.scalar(mine) is not None


def reports(known: KnownIssue) -> Sequence[Issue]:
    """The issues that are about it, newest first."""
    found = select(Issue).join(KnownReport, KnownReport.issue_id == Issue.id)
    return db.session.scalars(found.where(KnownReport.known_id == known.id).order_by(Issue.id.desc())).all()


class Counts(NamedTuple):
    """What readers said of a guide."""

    helpful: int = 0
    unhelpful: int = 0
    solved: int = 0


def verdicts(kind: str, ids: Sequence[int]) -> Mapping[int, Counts]:
    """What readers said of each of these guides."""
    counted = (
        select(
            Verdict.guide_id,
            func.count().filter(Verdict.helpful.is_(True)), func.count().filter(Verdict.helpful.is_(False)),
            func.count().filter(Verdict.solved.is_(True)),
        )
        .where(Verdict.kind == kind, Verdict.guide_id.in_(ids))
        .group_by(Verdict.guide_id)
    )  # fmt: skip
    found = {guide_id: Counts(*rest) for guide_id, *rest in db.session.execute(counted)} if ids else {}
    return {one: found.get(one, Counts()) for one in ids}


def verdict_of(kind: str, guide_id: int, voter: str) -> Verdict | None:
    """What this reader said of it."""
    mine = select(Verdict).where(Verdict.kind == kind, Verdict.guide_id == guide_id, Verdict.voter == voter)
    return db.session.scalars(mine).first() if voter else None


def told_of(issue: Issue) -> Sequence[KnownIssue]:
    """The known issues that a report, or the one it was joined with, is about, and that everybody may read."""
    about = select(KnownReport.known_id).where(KnownReport.issue_id.in_((issue.id, issue.merged_into_id)))
    public = (KnownIssue.published_at.is_not(None), KnownIssue.withdrawn_at.is_(None))
    found = select(KnownIssue).where(KnownIssue.id.in_(about), *public)
    return db.session.scalars(found.order_by(KnownIssue.id)).all()


def guides_of(issue: Issue) -> tuple[Sequence[Article], Sequence[KnownIssue]]:
    """The answers made from this issue, and the known issues that it is about."""
    made = select(Article).options(selectinload(Article.versions)).where(Article.issue_id == issue.id)
    about = select(KnownReport.known_id).where(KnownReport.issue_id == issue.id)
    known = select(KnownIssue).where(or_(KnownIssue.id.in_(about), KnownIssue.issue_id == issue.id))
    return db.session.scalars(made.order_by(Article.id)).all(), db.session.scalars(
        known.order_by(KnownIssue.id)
    ).all()
