"""Answers and known issues over the API, for what shows them elsewhere: a chat, a portal, a help page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from flask import Response
from pydantic import BaseModel
from sqlalchemy import or_, select

from tracker import clock
from tracker.api.doors import blueprint, plain_id
from tracker.api.lists import item, page_of
from tracker.api.shapes import Line, Page
from tracker.db import first_or_404
from tracker.guides import editing, finding, queries
from tracker.guides.models import Article, ArticleVersion, KnownIssue
from tracker.issues import queries as issues
from tracker.systems.models import AISystem
from tracker.web import current_actor
from tracker.web.paths import base_url

bp = blueprint("guides", "Answers")


class AnswerFilter(Page):
    q: Line = ""
    system: Line = ""
    show: Literal["", "unfinished", "due", "withdrawn"] = ""


class KnownFilter(Page):
    q: Line = ""
    system: Line = ""
    show: Literal["", "all"] = ""


class Texts(BaseModel):
    """A text in two languages; the one that is not written yet is empty."""

    title_zh: str
    body_zh: str
    title_en: str
    body_en: str


class DraftOut(Texts):
    version: int
    stage: str
    written_by: str
    written_at: datetime


class AnswerOut(BaseModel):
    id: int
    system: str | None
    function: str | None
    version: int | None
    texts: Texts | None
    published_at: datetime | None
    withdrawn_at: datetime | None
    review_on: datetime | None
    helpful: int
    unhelpful: int
    reports_spared: int
    draft: DraftOut | None
    url: str


class AnswerPage(BaseModel):
    items: list[AnswerOut]
    next: str | None


class KnownOut(BaseModel):
    id: int
    system: str
    function: str | None
    state: str
    texts: Texts
    solution_zh: str
    solution_en: str
    affected: int
    updated_at: datetime
    published_at: datetime | None
    solved_at: datetime | None
    issues: list[str] | None
    url: str


class KnownPage(BaseModel):
    items: list[KnownOut]
    next: str | None


@bp.get("/answers")
@bp.input(AnswerFilter, location="query", arg_name="wanted")
@bp.output(AnswerPage)
def list_answers(wanted: AnswerFilter) -> dict[str, Any]:
    """The answers that people read, newest first; `show` is for those who write them: what waits for them."""
    actor, now = current_actor(), clock.now()
    public = Article.shown_no.is_not(None) & Article.withdrawn_at.is_(None)
    conditions = {
        "": public, "unfinished": queries.unfinished(), "due": queries.due(now),
        "withdrawn": Article.withdrawn_at.is_not(None),
    }  # fmt: skip
    found = queries.articles(actor).where(conditions[wanted.show if actor.is_(*queries.WRITERS) else ""])
    if wanted.system:
        of_it = select(AISystem.id).where(AISystem.key == wanted.system)
        found = found.where(or_(Article.system_id.is_(None), Article.system_id.in_(of_it)))
    if wanted.q:
        found = found.where(Article.id.in_(_hits(wanted.q, Article.kind_name)))
    return page_of(found, Article.id, limit=wanted.limit, cursor=wanted.cursor, show=_answers)


@bp.get("/answers/<int:answer_id>")
@bp.output(AnswerOut)
def read_answer(answer_id: int) -> Response:
    """One answer as it is read, and to those who write it the version that nobody reads yet."""
    wanted = queries.articles(current_actor()).where(Article.id == plain_id(answer_id))
    return item(_answers([first_or_404(wanted)])[0])


@bp.get("/known-issues")
@bp.input(KnownFilter, location="query", arg_name="wanted")
@bp.output(KnownPage)
def list_known(wanted: KnownFilter) -> dict[str, Any]:
    """What is known and worked on, or was solved lately; `show=all` adds drafts and what is over."""
    found = queries.known_issues(current_actor())
    if wanted.show != "all":
        found = found.where(queries.listed(clock.now()))
    if wanted.system:
        found = found.where(KnownIssue.system.has(AISystem.key == wanted.system))
    if wanted.q:
        found = found.where(KnownIssue.id.in_(_hits(wanted.q, KnownIssue.kind_name)))
    return page_of(found, KnownIssue.id, limit=wanted.limit, cursor=wanted.cursor, show=_known)


@bp.get("/known-issues/<int:known_id>")
@bp.output(KnownOut)
def read_known(known_id: int) -> Response:
    """One known issue: what to do for now, whom it met, and what was done once it is solved."""
    wanted = queries.known_issues(current_actor()).where(KnownIssue.id == plain_id(known_id))
    return item(_known([first_or_404(wanted)])[0])


def _hits(q: str, kind: str) -> list[int]:
    return [one.guide_id for one in finding.search(q, kind, None)]


def _answers(rows: Sequence[Article]) -> list[dict[str, Any]]:
    actor = current_actor()
    said = queries.verdicts(Article.kind_name, [one.id for one in rows])
    found = []
    for one in rows:
        shown, newest, counts = one.shown, one.newest, said[one.id]
        unread = newest if newest.no != one.shown_no and queries.writes(actor, one.system_id) else None
        found.append(_place(one) | {
            "version": shown.no if shown else None, "texts": editing.texts(shown) if shown else None,
            "published_at": shown.published_at if shown else None, "withdrawn_at": one.withdrawn_at,
            "review_on": one.review_on, "helpful": counts.helpful, "unhelpful": counts.unhelpful,
            "reports_spared": counts.solved, "draft": _draft(unread) if unread else None,
            "url": f"{base_url()}/kb/{one.id}",
        })  # fmt: skip
    return found


def _draft(version: ArticleVersion) -> dict[str, Any]:
    return editing.texts(version) | {
        "version": version.no, "stage": version.stage, "written_by": version.by_name, "written_at": version.at,
    }  # fmt: skip


def _known(rows: Sequence[KnownIssue]) -> list[dict[str, Any]]:
    counts = queries.affected([one.id for one in rows])
    return [
        _place(one) | {
            "state": one.stage, "texts": editing.texts(one), "solution_zh": one.solution_zh,
            "solution_en": one.solution_en, "affected": counts[one.id], "updated_at": one.updated_at,
            "published_at": one.published_at, "solved_at": one.solved_at, "issues": _issues(one),
            "url": f"{base_url()}/known/{one.id}",
        }
        for one in rows
    ]  # fmt: skip


def _issues(known: KnownIssue) -> list[str] | None:
    """The numbers of the issues about it that this caller may see; none of others' business."""
    actor = current_actor()
    if not queries.writes(actor, known.system_id):
        return None
    return [one.number for one in queries.reports(known) if issues.may_view(actor, one)]


def _place(guide: Article | KnownIssue) -> dict[str, Any]:
    return {
        "id": guide.id, "system": guide.system.key if guide.system else None,
        "function": guide.function.name if guide.function else None,
    }  # fmt: skip
