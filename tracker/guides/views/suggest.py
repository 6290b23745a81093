"""What may help whoever types a report: answers and known issues, never another person's text."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tracker import clock
from tracker.db import db
from tracker.guides import finding, queries, rules, words
from tracker.guides.models import Article, KnownIssue
from tracker.guides.views import bp
from tracker.guides.views.readers import for_readers, voter
from tracker.issues import fields
from tracker.issues.views import report
from tracker.issues.views.loading import count_guest
from tracker.systems.models import AISystem
from tracker.systems.rules import UNKNOWN
from tracker.web import current_actor
from tracker.web.answers import Answer


@dataclass(frozen=True)
class Suggestion:
    """One guide, as it stands below the box that somebody types in."""

    kind: str
    id: int
    text: words.Read
    affected: int = 0
    counted: bool = False


@bp.post("/report/suggest")
@for_readers
def suggest() -> Answer:
    """The fragment that is fetched while people type; it reads and writes nothing down."""
    return render_template("guides/_suggestions.html", suggestions=suggestions())


@bp.post("/report/look")
@for_readers
def look() -> Answer:
    """The same by a button: the report page again with all that was typed, and what may help."""
    if current_actor().person_id is None:
        count_guest("guide")
    form = report.filled_form({})
    report.keep_files(form)
    return report.page(form, suggestions=suggestions(), looked=True)


def suggestions() -> list[Suggestion]:
    """At most three for what stands in the form, likeliest first."""
    # No report is longer; what a stranger sends beyond that is not looked through.
    text = request.form.get("description", "")[: fields.LONG]
    if not rules.says_enough(text):
        return []
    hits = finding.suggest(text, _system_id(request.form.get("system", "")))
    found = {**_articles(hits), **_known(hits)}
    return [found[key] for one in hits if (key := (one.kind, one.guide_id)) in found]


def _system_id(key: str) -> int | None:
    wanted = select(AISystem.id).where(AISystem.key == key[:200], AISystem.key != UNKNOWN)
    return db.session.scalar(wanted) if key else None


def _articles(hits: list[finding.Hit]) -> dict[tuple[str, int], Suggestion]:
    ids = [one.guide_id for one in hits if one.kind == Article.kind_name]
    if not ids:
        return {}
    readable = select(Article).where(Article.id.in_(ids), Article.withdrawn_at.is_(None))
    rows = db.session.scalars(readable.options(selectinload(Article.versions)))
    return {
        (one.kind_name, one.id): Suggestion(one.kind_name, one.id, words.read(one.shown))
        for one in rows
        if one.shown
    }


def _known(hits: list[finding.Hit]) -> dict[tuple[str, int], Suggestion]:
    ids = [one.guide_id for one in hits if one.kind == KnownIssue.kind_name]
    if not ids:
        return {}
    mine, counts = voter(), queries.affected(ids)
    open_ones = select(KnownIssue).where(KnownIssue.id.in_(ids), queries.listed(clock.now()))
    rows: Any = db.session.scalars(open_ones.where(KnownIssue.solved_at.is_(None)))
    return {
        (one.kind_name, one.id): Suggestion(
            one.kind_name,
            one.id,
            words.read(one),
            affected=counts[one.id],
            counted=queries.is_affected(one.id, mine),
        )
        for one in rows
    }
