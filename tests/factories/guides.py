"""Answers and known issues at any stage, made by the verbs themselves."""

from typing import Any

from tests.clock import MONDAY
from tests.factories.people import actor_of, make_person, make_system
from tracker.accounts.models import Person
from tracker.db import db
from tracker.guides import articles, known
from tracker.guides.models import Article, KnownIssue
from tracker.issues.models import Issue

ANSWER = {"title_zh": "退貨天數怎麼查", "body_zh": "請看門市手冊第四章，公告的天數是七天。"}
KNOWN = {"title_zh": "退貨天數答錯", "body_zh": "請先以公告的七天為準。"}


def make_article(
    *, published: bool = True, author: Person | None = None, at: Any = MONDAY, **given: Any
) -> Article:
    """One answer: published, reviewed by another supervisor than its author, or a draft."""
    writer = author or make_person("supervisor")
    texts = given if any(key.startswith("title") for key in given) else {**ANSWER, **given}
    made = articles.create(texts, by=actor_of(writer, at), at=at)
    if published:
        reviewer = actor_of(make_person("supervisor"), at)
        articles.review(made, by=reviewer, at=at)
        articles.publish(made, by=reviewer, at=at)
    db.session.commit()
    return made


def make_known(
    *,
    published: bool = True,
    author: Person | None = None,
    issue: Issue | None = None,
    at: Any = MONDAY,
    **given: Any,
) -> KnownIssue:
    """One known issue, for everybody to read unless it is not `published`."""
    writer = actor_of(author or make_person("supervisor"), at)
    system_id = given.pop("system_id", None) or (issue.system_id if issue else make_system().id)
    texts = given if any(key.startswith("title") for key in given) else {**KNOWN, **given}
    made = known.create({**texts, "system_id": system_id}, issue=issue, by=writer, at=at)
    if published:
        known.publish(made, by=writer, at=at)
    db.session.commit()
    return made
