"""Answers grow old: who writes them is reminded to look whether they are still right."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tracker import outbox
from tracker.accounts import queries as people
from tracker.accounts import rules as roles
from tracker.db import db
from tracker.guides import asking, queries, rules
from tracker.guides.models import Article


def remind_reviewers(now: datetime) -> int:
    """Ring for the supervisors of each answer whose day has come, and again every month until somebody looked.

    Safe to run twice: the day and the month name the note.  Answers how many answers wait.
    """
    waiting = db.session.scalars(
        select(Article).options(selectinload(Article.versions)).where(queries.due(now)).order_by(Article.id)
    ).all()
    outbox.post_all([row for article in waiting for row in _notes(article, now)])
    db.session.commit()
    return len(waiting)


def _notes(article: Article, now: datetime) -> list[dict[str, Any]]:
    assert article.review_on is not None
    month = (now - article.review_on) // rules.REMIND_EVERY
    cause = (article.kind_name, article.id, "review", article.review_on.date(), month)
    able = people.people_with(roles.SUPERVISOR, at=now, system_id=article.system_id)
    said = lambda title: _("Is this answer still right? %(title)s", title=title)  # noqa: E731
    return [asking.note(article, article.shown or article.newest, one, cause, now, said) for one in able]
