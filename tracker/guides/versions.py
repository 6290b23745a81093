"""What was written of a guide, version by version: of an answer from its versions, of a known issue from the trail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tracker import audit
from tracker.audit.models import Entry
from tracker.db import db
from tracker.guides import editing
from tracker.guides.models import Article, ArticleVersion, KnownIssue

SOLUTION = ("solution_zh", "solution_en")


@dataclass(frozen=True)
class Version:
    """The texts as they stood after one change; `changed` names those that differ from the version before.

    `row` is the version of an answer, with its review.
    """

    no: int
    at: datetime
    by_name: str
    texts: Mapping[str, str]
    changed: Sequence[str]
    row: ArticleVersion | None = None


def of(guide: Article | KnownIssue) -> list[Version]:
    """All versions, newest first."""
    told = _of_article(guide) if isinstance(guide, Article) else _of_known(guide)
    return told[::-1]


def _of_article(article: Article) -> list[Version]:
    found: list[Version] = []
    for row in reversed(article.versions):
        texts = editing.texts(row)
        before = found[-1].texts if found else {}
        changed = [key for key, text in texts.items() if text != before.get(key, "")]
        found.append(Version(row.no, row.at, row.by_name, texts, changed, row))
    return found


def _of_known(known: KnownIssue) -> list[Version]:
    return trail(known, (*editing.TEXTS, *SOLUTION))


def trail(guide: Article | KnownIssue, keys: Sequence[str]) -> list[Version]:
    """Each entry of the audit trail that brought other words in these texts, whatever it did beside; oldest first."""
    mine = (Entry.subject_kind == guide.kind_name, Entry.subject_id == guide.id)
    entries = db.session.execute(
        select(Entry.at, Entry.by_name, Entry.after).where(*mine).order_by(Entry.seq)
    )
    name = (guide.kind_name, guide.id)
    bodies = {(key, row.digest): row.body for key in keys for row in audit.text_versions(*name, key)}
    texts, found = dict.fromkeys(keys, ""), list[Version]()
    for at, by_name, after in entries:
        said = {key: bodies.get((key, after[key]["digest"]), "") for key in keys if key in after}
        changed = [key for key, text in said.items() if text != texts[key]]
        if changed:
            texts = texts | said
            found.append(Version(len(found) + 1, at, by_name, texts, changed))
    return found
