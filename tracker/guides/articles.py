"""The verbs of answers: write, review, publish, look again.  Nothing here commits."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from flask_babel import gettext as _

from tracker import audit, edits, personal
from tracker.accounts import queries as people
from tracker.accounts import rules as roles
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import Conflict, DomainError, NotAllowed, Stale, WrongState
from tracker.guides import editing, finding, queries, rules, versions
from tracker.guides.editing import TEXTS
from tracker.guides.models import Article, ArticleVersion, KnownIssue
from tracker.guides.withdrawing import need_writer
from tracker.issues import fields

# What no answer needs; a phone or an address of a help desk may well stand in one.
NEVER = frozenset({personal.NATIONAL_ID, personal.RESIDENT_ID, personal.CARD})
_need_writer = partial(need_writer, Article.kind_name)


def create(given: Mapping[str, Any], *, issue_id: int | None = None, by: Actor, at: datetime) -> Article:
    """A new answer, as a draft.  Raises DomainError naming the fields, NotAllowed."""
    _need_writer(by, given.get("system_id"))
    texts = cleaned(given)
    made = Article(
        system_id=given.get("system_id"),
        function_id=given.get("function_id"),
        issue_id=issue_id,
        created_at=at,
    )
    made.versions = [_version(1, texts, by=by, at=at)]
    db.session.add(made)
    db.session.flush()
    editing.write_down(
        "article.create", made, {key: text for key, text in texts.items() if text}, by=by, at=at
    )
    return made


def save(
    article: Article,
    given: Mapping[str, Any],
    *,
    seen: Mapping[str, str] | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Change the draft, or begin a new version beside the one that people read; a review that was done is void.

    `seen` says by `edits.seen` what stood there when the writer began.  Raises Stale, DomainError, NotAllowed.
    """
    newest = article.newest
    texts, changed, before = edited(article, given, seen or {}, by=by)
    if changed and newest.published_at is not None:
        article.versions.insert(0, _version(newest.no + 1, texts, by=by, at=at))
    elif changed:
        for key, text in changed.items():
            setattr(newest, key, text)
        newest.authors = sorted({*newest.authors, *_ids(by)})
        newest.by_name, newest.at = by.name, at
        newest.reviewed_at, newest.reviewed_by_name, newest.same_person_reason = None, "", ""
    if changed or before:
        db.session.flush()
        editing.write_down("article.save", article, changed, by=by, at=at, before=before)


def edited(
    guide: Article | KnownIssue, given: Mapping[str, Any], seen: Mapping[str, str], *, by: Actor
) -> tuple[dict[str, str], dict[str, str], dict[str, Any]]:
    """What a save makes of a guide: its texts, those that change, and what it was about before, if it moves.

    Raises as `save` does.
    """
    need_writer(guide.kind_name, by, guide.system_id)
    need_writer(guide.kind_name, by, given.get("system_id"))
    now = editing.present(guide)
    kept = edits.settled(now, read(given) | {editing.ABOUT: editing.about(given)}, seen)
    texts = whole({key: kept[key] for key in TEXTS})
    before = editing.move(guide, given, kept)
    return texts, {key: text for key, text in texts.items() if text != now[key]}, before


def _version(no: int, texts: Mapping[str, str], *, by: Actor, at: datetime) -> ArticleVersion:
    return ArticleVersion(no=no, authors=_ids(by), by_name=by.name, at=at, **texts)


def _ids(by: Actor) -> list[int]:
    return [by.person_id] if by.person_id is not None else []


def cleaned(given: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a new guide as they are kept.  Raises DomainError as `read` and `whole` do."""
    return whole(read(given))


def read(given: Mapping[str, Any]) -> dict[str, str]:
    """Each text as it is kept.  Raises DomainError: too long, or no text at all."""
    readers = {key: fields.line if key.startswith("title") else fields.clean for key in TEXTS}
    texts = fields.read({key: given.get(key) or "" for key in TEXTS}, readers)
    return {key: str(text) for key, text in texts.items()}


def whole(texts: Mapping[str, str]) -> dict[str, str]:
    """The same texts.  Raises DomainError: no language is whole, or the number of a person stands in one."""
    wrong = {
        key: _("An identity or card number stands here. Please take it out.")
        for key, text in texts.items() if NEVER & set(personal.kinds(text))
    }  # fmt: skip
    for language in rules.LANGUAGES:
        title, body = f"title_{language}", f"body_{language}"
        if bool(texts[title]) != bool(texts[body]):
            wrong.setdefault(body if texts[title] else title, _("A title and a text belong together."))
    if not any(texts.values()):
        wrong["title_zh"] = _("Write a title and a text, in Chinese or in English.")
    if wrong:
        raise DomainError(fields=wrong)
    return dict(texts)


def waits_for(article: Article, by: Actor, at: datetime) -> bool:
    """Whether the newest version is a draft that this actor may say is right."""
    return article.newest.stage == rules.DRAFT and may_review(article, by, at)


def is_ready(article: Article) -> bool:
    """Whether the newest version was reviewed and is not what people read already."""
    newest = article.newest
    unread = article.shown_no != newest.no or article.withdrawn_at is not None
    return newest.reviewed_at is not None and unread


def may_review(article: Article, by: Actor, at: datetime) -> bool:
    """Whether this actor may say that the newest version is right: not who wrote in it, unless nobody else could."""
    if not queries.writes(by, article.system_id):
        return False
    return by.person_id not in article.newest.authors or nobody_else(article, at)


def nobody_else(article: Article, at: datetime) -> bool:
    """Small office: the setting allows it, and every supervisor of the system wrote in the version."""
    if not people.organisation().same_person_may_sign:
        return False
    holders = people.people_with(roles.SUPERVISOR, at=at, system_id=article.system_id)
    return all(one.id in article.newest.authors for one in holders)


def digest(version: ArticleVersion) -> str:
    """What a reviewer sends back to say which words they read."""
    return _digest(editing.texts(version))


def _digest(texts: Mapping[str, str]) -> str:
    return audit.digest("\0".join(texts[key] for key in TEXTS))


def review(article: Article, *, seen: str = "", reason: str = "", by: Actor, at: datetime) -> None:
    """Say that the newest version is right; who wrote in it gives a reason why nobody else did.

    `seen` is the digest of what was read: words that were changed since are not reviewed by this.  Raises Stale with
    both texts, WrongState, NotAllowed, DomainError.
    """
    newest = article.newest
    if newest.published_at is not None:
        raise WrongState(act="review")
    if not may_review(article, by, at):
        raise NotAllowed(_("Somebody who did not write it reviews it."), act="review")
    if seen and seen != digest(newest):
        raise Stale(_since(article, seen), _("Somebody changed it meanwhile. Please read it once more."))
    if newest.reviewed_at is not None:
        # Somebody else was faster, or pressed twice.
        return
    own = by.person_id in newest.authors
    given = fields.read({"reason": reason}, {"reason": fields.line})["reason"] if own else ""
    if own and not given:
        raise DomainError(fields={"reason": _("Give a reason why nobody else can review it.")})
    newest.reviewed_at, newest.reviewed_by_name = at, by.name
    newest.same_person_reason = str(given)
    audit.record("article.review", article, by=by, at=at, after={"version": newest.no, "same_person": own})


def _since(article: Article, seen: str) -> list[Conflict]:
    """What the reader of `seen` had before them and what stands there now, text by text."""
    now = editing.texts(article.newest)
    read = next((one.texts for one in versions.trail(article, TEXTS) if _digest(one.texts) == seen), None)
    if read is None:
        return [Conflict("seen", seen, _digest(now))]
    return [Conflict(key, read[key], now[key]) for key in TEXTS if read[key] != now[key]]


def publish(article: Article, *, by: Actor, at: datetime) -> None:
    """Everybody reads the newest version from now on."""
    _need_writer(by, article.system_id)
    newest = article.newest
    if newest.reviewed_at is None:
        raise WrongState(_("It has to be reviewed first."), act="publish")
    if not is_ready(article):
        raise WrongState(act="publish")
    newest.published_at = newest.published_at or at
    article.shown_no, article.withdrawn_at, article.review_on = newest.no, None, at + rules.REVIEW_EVERY
    finding.renew(article)
    audit.record("article.publish", article, by=by, at=at, after={"version": newest.no})


def still_right(article: Article, *, by: Actor, at: datetime) -> None:
    """Somebody looked: what people read is right, look again after half a year.  Raises NotAllowed, WrongState."""
    _need_writer(by, article.system_id)
    if article.found_by is None:
        raise WrongState(act="check")
    before, article.review_on = article.review_on, at + rules.REVIEW_EVERY
    audit.record(
        "article.check",
        article,
        by=by,
        at=at,
        before={"review_on": before},
        after={"review_on": article.review_on},
    )
