"""Answers as they are read: the list with its search, one answer, what readers say of it."""

from datetime import datetime
from typing import Any

from flask import abort, render_template, request, url_for
from sqlalchemy import func, select

from tracker import clock
from tracker.accounts.rules import Actor
from tracker.db import db, first_or_404, locked
from tracker.guides import articles, asking, finding, queries, saying, words
from tracker.guides.models import Article
from tracker.guides.views import bp
from tracker.guides.views.readers import for_readers, may_count, voter
from tracker.issues import queries as issues
from tracker.issues.views import drafts
from tracker.issues.views.loading import count_guest
from tracker.systems import queries as systems
from tracker.web import current_actor
from tracker.web.answers import Answer
from tracker.web.pages import to

PAGE = 50


@bp.get("/kb")
@for_readers
def kb() -> Answer:
    actor, now, q = current_actor(), clock.now(), request.args.get("q", "").strip()
    offered = systems.known_systems()
    chosen = next((one for one in offered if one.key == request.args.get("system")), None)
    writes, show = actor.is_(*queries.WRITERS), request.args.get("show", "")
    found = queries.articles(actor)
    if writes and show in ("due", "unfinished", "withdrawn"):
        found = found.where(
            {
                "due": queries.due(now),
                "unfinished": queries.unfinished(),
                "withdrawn": Article.withdrawn_at.is_not(None),
            }[show]
        )
    elif not q:
        found, show = found.where(Article.shown_no.is_not(None), Article.withdrawn_at.is_(None)), ""
    if chosen is not None:
        found = found.where((Article.system_id == chosen.id) | Article.system_id.is_(None))
    rows, older = _page(found, q, chosen.id if chosen else None)
    return render_template(
        "guides/kb.html", rows=rows, older=older, q=q, systems=offered, chosen=chosen, words=words, show=show,
        writes=writes, counts=queries.verdicts(Article.kind_name, [one.id for one in rows]) if writes else {},
        waiting=_waiting(actor, now) if writes else {},
    )  # fmt: skip


def _page(found: Any, q: str, system_id: int | None) -> tuple[list[Article], str | None]:
    """The best answers to a search, or a page of all, newest first."""
    if q:
        return queries.in_order(finding.search(q, Article.kind_name, system_id), found, Article), None
    before = request.args.get("before", type=int)
    if before is not None:
        found = found.where(Article.id < before)
    rows = list(db.session.scalars(found.order_by(Article.id.desc()).limit(PAGE + 1)))
    kept: dict[str, Any] = {key: request.args[key] for key in ("system", "show") if request.args.get(key)}
    older = url_for(".kb", before=rows[PAGE - 1].id, **kept) if len(rows) > PAGE else None
    return rows[:PAGE], older


def _waiting(actor: Actor, now: datetime) -> dict[str, int]:
    """How many answers wait for this reader as one who writes them."""
    counts = {"unfinished": queries.unfinished(), "due": queries.due(now)}
    mine = queries.articles(actor).with_only_columns(Article.id)
    return {
        name: db.session.scalar(select(func.count()).select_from(mine.where(of_it).subquery())) or 0
        for name, of_it in counts.items()
    }


def article_of(article_id: int) -> Article:
    """The answer, if this reader may see it; locked when the request will change it or count what is said of it."""
    found = queries.articles(current_actor()).where(Article.id == article_id)
    return first_or_404(locked(found) if request.method == "POST" else found)


@bp.get("/kb/<int:article_id>")
@for_readers
def article(article_id: int) -> Answer:
    found, actor, now = article_of(article_id), current_actor(), clock.now()
    writes = queries.writes(actor, found.system_id)
    draft = writes and (request.args.get("draft") or found.shown is None)
    version = found.newest if draft else found.shown or found.newest
    newest = found.newest
    return render_template(
        "guides/article.html", article=found, version=version, text=words.read(version), words=words, writes=writes,
        newest=newest, mine=queries.verdict_of(found.kind_name, found.id, voter()),
        counts=queries.verdicts(found.kind_name, [found.id])[found.id],
        due=bool(found.shown and not found.withdrawn_at and found.review_on and found.review_on <= now),
        may_review=writes and newest.published_at is None and articles.may_review(found, actor, now),
        reviewers=asking.reviewers(found, now) if writes and newest.stage == "draft" else (),
        asked=asking.asked_at(found) if writes and newest.stage == "draft" else None,
        own=actor.person_id in newest.authors, seen=articles.digest(newest),
        # A restricted case is not named to those who may not know of it.
        source=found.issue if writes and found.issue and issues.may_view(actor, found.issue) else None,
    )  # fmt: skip


@bp.post("/kb/<int:article_id>/helpful")
@for_readers
def helpful(article_id: int) -> Answer:
    found = _heard(article_id)
    value = request.form.get("helpful")
    if value not in ("yes", "no"):
        abort(400)
    counted = _counts(found)
    if counted:
        saying.helped(found, voter(), value == "yes", at=clock.now())
    db.session.commit()
    return to(f"/kb/{article_id}{'' if counted else '?said=network'}#helpful")


@bp.post("/kb/<int:article_id>/solved")
@for_readers
def solved(article_id: int) -> Answer:
    """解決了，不用送出: counted, and what was typed so far is thrown away."""
    found = _heard(article_id)
    if _counts(found):
        saying.solved(found, voter(), at=clock.now())
    drafts.throw_away(current_actor())
    db.session.commit()
    return to(f"/kb/{article_id}?solved=1")


def _heard(article_id: int) -> Article:
    """The answer that a reader says something of; a guest not too often."""
    if current_actor().person_id is None:
        count_guest("guide")
    return article_of(article_id)


def _counts(found: Article) -> bool:
    mine = queries.verdict_of(found.kind_name, found.id, voter(make=True))
    return may_count(f"article {found.id}", before=mine is not None)
