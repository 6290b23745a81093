"""The calls about answers."""

from collections.abc import Sequence
from typing import Any

from flask import Response
from sqlalchemy import Select, or_, select

from tracker import clock
from tracker.api import guided
from tracker.api.acts import Done, acts
from tracker.api.doors import PREFIX, plain_id
from tracker.api.lists import item
from tracker.db import first_or_404, locked
from tracker.guides import articles, copying, editing, queries, saying
from tracker.guides.api import bp, ground
from tracker.guides.models import Article, ArticleVersion
from tracker.guides.views.readers import voter
from tracker.systems.models import AISystem
from tracker.web import current_actor
from tracker.web.paths import base_url


@bp.get("/answers")
@bp.input(guided.AnswerFilter, location="query", arg_name="wanted")
@bp.output(guided.AnswerPage)
def list_answers(wanted: guided.AnswerFilter) -> dict[str, Any]:
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
    return ground.page(found, Article, wanted, _answers)


@bp.get("/answers/<int:answer_id>")
@bp.output(guided.AnswerOut)
def read_answer(answer_id: int) -> Response:
    """One answer as it is read; to those who write it also the version that nobody reads yet, and the open moves."""
    found = first_or_404(_answer(answer_id))
    return item(_shown(found), ground.boxes(found))


@bp.post("/answers")
@bp.input(guided.NewGuide, arg_name="body")
@bp.output(guided.AnswerOut, status_code=201)
@acts
def create_answer(body: guided.NewGuide) -> Done:
    """A new answer, as a draft; without `system` it is about all of them."""
    source = ground.source(body)
    given = ground.wanted(body, copying.article_of(source) if source else {})
    made = articles.create(given, issue_id=source.id if source else None, by=current_actor(), at=clock.now())
    return ground.done(made, _shown, 201, f"{PREFIX}/answers/{made.id}")


@bp.patch("/answers/<int:answer_id>")
@bp.input(guided.GuideIn, arg_name="body")
@bp.output(guided.AnswerOut)
@acts
def save_answer(answer_id: int, body: guided.GuideIn) -> Done:
    """Change the draft, or begin the next version; with If-Match, nobody else's words are written over (412)."""
    return ground.saved(first_or_404(locked(_answer(answer_id))), body, articles.save, _shown)


@bp.post("/answers/<int:answer_id>/transitions")
@bp.input(guided.GuideMove, arg_name="body")
@bp.output(guided.AnswerOut)
@acts
def move_answer(answer_id: int, body: guided.GuideMove) -> Done:
    """`ask` for a review, `review`, `publish`, `check` (still right), `withdraw`, `restore`.

    `review` takes `seen`, as the draft has it, and `reason` where who wrote it reviews it in a small office; 412 with
    both texts where somebody changed it since.
    """
    return ground.moved(first_or_404(locked(_answer(answer_id))), body, _shown)


@bp.post("/answers/<int:answer_id>/helped")
@bp.input(guided.Helped, arg_name="body")
@bp.output(guided.AnswerOut)
@acts
def answer_helped(answer_id: int, body: guided.Helped) -> Done:
    """Whether it helped the token's owner; counted once, the last word counts."""
    found = first_or_404(locked(_answer(answer_id)))
    saying.helped(found, voter(), body.helpful, at=clock.now())
    return ground.done(found, _shown)


@bp.get("/answers/<int:answer_id>/versions")
@bp.output(guided.GuideVersions)
def answer_versions(answer_id: int) -> dict[str, Any]:
    """What was written when and by whom, newest first, with the names of the texts that changed; for its writers."""
    return ground.versions_of(first_or_404(_answer(answer_id)))


def _answer(answer_id: int) -> Select[Article]:
    return queries.articles(current_actor()).where(Article.id == plain_id(answer_id))


def _shown(found: Article) -> dict[str, Any]:
    return _answers([found])[0]


def _answers(rows: Sequence[Article]) -> list[dict[str, Any]]:
    actor = current_actor()
    said = queries.verdicts(Article.kind_name, [one.id for one in rows])
    found = []
    for one in rows:
        shown, newest, counts = one.shown, one.newest, said[one.id]
        unread = newest if newest.no != one.shown_no and queries.writes(actor, one.system_id) else None
        found.append(ground.place(one) | {
            "version": shown.no if shown else None, "texts": editing.texts(shown) if shown else None,
            "published_at": shown.published_at if shown else None, "withdrawn_at": one.withdrawn_at,
            "review_on": one.review_on, "helpful": counts.helpful, "unhelpful": counts.unhelpful,
            "reports_spared": counts.solved, "draft": _draft(unread) if unread else None,
            "moves": ground.open_moves(one), "url": f"{base_url()}/kb/{one.id}",
        })  # fmt: skip
    return found


def _draft(version: ArticleVersion) -> dict[str, Any]:
    return editing.texts(version) | {
        "version": version.no, "stage": version.stage, "seen": articles.digest(version),
        "written_by": version.by_name, "written_at": version.at,
    }  # fmt: skip
