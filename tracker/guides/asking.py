"""Somebody is asked by a note on their bell to read an answer: whether a draft is right, or whether it still is."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import audit, outbox
from tracker.accounts import queries as people
from tracker.accounts import rules as roles
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.audit.models import Entry
from tracker.db import db
from tracker.errors import NotAllowed, WrongState
from tracker.guides import articles, queries, rules, words
from tracker.guides.models import Article, ArticleVersion
from tracker.issues import letters
from tracker.outbox import rules as post_rules


def reviewers(article: Article, at: datetime) -> list[Person]:
    """Who may say that the newest version is right: supervisors of the system who did not write in it."""
    able = people.people_with(roles.SUPERVISOR, at=at, system_id=article.system_id)
    return [one for one in able if one.id not in article.newest.authors]


def asked(article: Article, by: Actor, at: datetime) -> list[Person]:
    """Whom this actor can ask to review the draft; nobody where there is none."""
    if article.newest.stage != rules.DRAFT or article.withdrawn_at is not None:
        return []
    return [one for one in reviewers(article, at) if one.id != by.person_id]


def ask(article: Article, *, by: Actor, at: datetime) -> Sequence[Person]:
    """Ask those who may to review the draft, once for the words that stand there; answers whom.

    Raises NotAllowed, WrongState.
    """
    if not queries.writes(by, article.system_id):
        raise NotAllowed(act="ask_review")
    newest, told = article.newest, asked(article, by, at)
    if newest.stage != rules.DRAFT or article.withdrawn_at is not None:
        raise WrongState(act="ask_review")
    if not told:
        raise WrongState(_("Nobody else can review it now."), act="ask_review")
    cause = (article.kind_name, article.id, "ask", newest.no, articles.digest(newest)[:16])
    said = lambda title: _("%(name)s asks you to review an answer: %(title)s", name=by.name, title=title)  # noqa: E731
    outbox.post_all([note(article, newest, one, cause, at, said) for one in told])
    audit.record("article.ask_review", article, by=by, at=at, after={"version": newest.no})
    return told


def asked_at(article: Article) -> datetime | None:
    """When somebody was last asked to review the newest version."""
    mine = (Entry.subject_kind == article.kind_name, Entry.subject_id == article.id)
    asked = select(Entry).where(*mine, Entry.action == "article.ask_review")
    last = db.session.scalars(asked.order_by(Entry.seq.desc()).limit(1)).first()
    return last.at if last is not None and last.after.get("version") == article.newest.no else None


def note(
    article: Article, version: ArticleVersion, person: Person, cause: tuple[object, ...], at: datetime,
    said: Callable[[str], str],
) -> dict[str, Any]:  # fmt: skip
    """A note on one bell, in the person's language; `said` makes its line of the title in that language."""
    locale = letters.locale_of(person)
    with force_locale(locale):
        line = said(words.read(version).title)
    draft = "" if version.no == article.shown_no else "?draft=1"
    return outbox.row(
        channel=post_rules.BELL, kind="guide.review", key=cause, subject=(article.kind_name, article.id), at=at,
        subject_line=line, body_text="", person_id=person.id, locale=locale, link=f"/kb/{article.id}{draft}",
    )  # fmt: skip
