"""The text index of guides: which of them speak of what somebody is typing, and which answer a search.

Few texts, read by everybody, and asked at every pause of typing: so they have an index of their own beside that of
issues, in plain rows that both databases read alike.  The time it takes follows from the number of guides, never from
the number of issues.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, delete, func, insert, or_, select

from tracker.db import db
from tracker.guides import rules
from tracker.guides.models import Article, ArticleVersion, GuideWord, KnownIssue
from tracker.index import likeness

SUGGESTED = 3
# How much of a title, or of what was typed, has to be found before a guide is worth somebody's look.
ENOUGH_OF_TITLE, ENOUGH_OF_TEXT = 0.34, 0.3
# People say what it is about at the beginning, and at the end where they are typing.
HEAD, TAIL = 200, 120
# A text is weighed by its most telling words; of those that guides have, so many are looked up, in so many rows.
TELLING_MOST, ASKED_MOST, ROWS_MOST = 48, 24, 800
# Of so many guides the titles are compared too.
CANDIDATES = 30
FOUND_MOST = 50
PREFIX_LENGTH = 3

Key = tuple[str, int]


@dataclass(frozen=True)
class Hit:
    """A guide, and how much of its title and of the question is found in it, each from 0 to 1."""

    kind: str
    guide_id: int
    of_title: float
    of_text: float

    @property
    def score(self) -> float:
        return self.of_title + self.of_text


def renew(guide: Article | KnownIssue) -> None:
    """Index a guide anew, in the caller's transaction; nobody finds one that nobody reads."""
    db.session.execute(
        delete(GuideWord).where(GuideWord.kind == guide.kind_name, GuideWord.guide_id == guide.id)
    )
    text = guide.found_by
    if text is None:
        return
    in_title = likeness.words_of(f"{text.title_zh}\n{text.title_en}")
    every = in_title | likeness.words_of(f"{text.body_zh}\n{text.body_en}")
    rows = [
        {"kind": guide.kind_name, "guide_id": guide.id, "word": word, "in_title": word in in_title}
        for word in sorted(every)
    ]
    if rows:
        db.session.execute(insert(GuideWord), rows)


def suggest(text: str, system_id: int | None = None) -> list[Hit]:
    """The guides that may help whoever typed this, likeliest first; given a system, none of another one."""
    typed = text if len(text) <= HEAD + TAIL else f"{text[:HEAD]}\n{text[-TAIL:]}"
    hits = _ranked(likeness.words_of(typed), system_id)
    near = [one for one in hits if one.of_title >= ENOUGH_OF_TITLE or one.of_text >= ENOUGH_OF_TEXT]
    return near[:SUGGESTED]


def search(query: str, kind: str, system_id: int | None = None) -> list[Hit]:
    """The guides of a kind that hold some words of a search, the best first; the beginning of a word finds it too."""
    asked = likeness.words_of(query)
    hits = _ranked(asked | _longer(asked), system_id)
    return [one for one in hits if one.kind == kind][:FOUND_MOST]


def _longer(asked: Iterable[str]) -> set[str]:
    begun = [GuideWord.word.startswith(word, autoescape=True) for word in asked
             if word.isascii() and len(word) >= PREFIX_LENGTH]  # fmt: skip
    found = select(GuideWord.word).where(or_(*begun)).distinct().limit(ASKED_MOST) if begun else None
    return set(db.session.scalars(found)) if found is not None else set()


def _ranked(asked: frozenset[str] | set[str], system_id: int | None) -> list[Hit]:
    weigh, whole = _weights(asked)
    shared: dict[Key, dict[str, bool]] = defaultdict(dict)
    for kind, guide_id, word, in_title in _rows(weigh, system_id):
        shared[kind, guide_id][word] = in_title
    found = {key: sum(weigh[word] for word in words) for key, words in shared.items()}
    titled = {key: sum(words.values()) for key, words in shared.items()}
    best = sorted(found, key=lambda key: (-found[key], -titled[key], key))[:CANDIDATES]
    best += sorted(set(titled) - set(best), key=lambda key: (-titled[key], -found[key], key))[:CANDIDATES]
    titles = _titles(key for key in best if titled[key])
    hits = [
        Hit(
            *key,
            of_title=share_of_title(shared[key].keys(), titles.get(key, ())),
            of_text=min(found[key] / whole, 1.0),
        )
        for key in best
    ]
    return sorted(hits, key=lambda one: (-one.score, one.kind != KnownIssue.kind_name, -one.guide_id))


def _weights(asked: Iterable[str]) -> tuple[dict[str, float], float]:
    """The words to look up with their weights, rare among issues and among guides, and what the whole text weighs."""
    words = sorted(asked)
    counted = select(GuideWord.word, func.count()).where(GuideWord.word.in_(words)).group_by(GuideWord.word)
    often = {word: count for word, count in db.session.execute(counted)} if words else {}
    if not often:
        return {}, 1.0
    guides = max(_count_guides(), 1)
    common = likeness.weights(words)
    # A word of nearly every issue weighs next to nothing, but what it weighs must not divide by nothing.
    weigh = {word: max(common[word], 0.01) * math.log(1 + guides / often.get(word, 1)) for word in words}
    telling = sorted(words, key=lambda word: (-weigh[word], word))
    chosen: dict[str, float] = {}
    rows = 0
    for word in [word for word in telling if word in often][:ASKED_MOST]:
        rows += often[word]
        if rows > ROWS_MOST and chosen:
            break
        chosen[word] = weigh[word]
    return chosen, sum(weigh[word] for word in telling[:TELLING_MOST])


def _count_guides() -> int:
    """How many guides there are to read, or a few more: it weighs words, no more."""
    shown = select(func.count()).select_from(Article).where(Article.shown_no.is_not(None)).scalar_subquery()
    known = select(func.count()).select_from(KnownIssue).scalar_subquery()
    return db.session.scalar(select(shown + known)) or 0


def _rows(weigh: Mapping[str, float], system_id: int | None) -> Sequence[tuple[str, int, str, bool]]:
    """Which guides hold which of the words."""
    if not weigh:
        return []
    found = select(GuideWord.kind, GuideWord.guide_id, GuideWord.word, GuideWord.in_title).where(
        GuideWord.word.in_(list(weigh))
    )
    if system_id is not None:
        articles = select(Article.id).where(or_(Article.system_id.is_(None), Article.system_id == system_id))
        known = select(KnownIssue.id).where(KnownIssue.system_id == system_id)
        found = found.where(
            or_(
                and_(GuideWord.kind == Article.kind_name, GuideWord.guide_id.in_(articles)),
                and_(GuideWord.kind == KnownIssue.kind_name, GuideWord.guide_id.in_(known)),
            )
        )
    return [(row.kind, row.guide_id, row.word, row.in_title) for row in db.session.execute(found)]


def share_of_title(said: Collection[str], titles: Iterable[str]) -> float:
    """How much of a title was said, from 0 to 1: of the one in the language in which more was.

    People write in one language: the other title of a guide must not halve what is found in theirs.  Words that
    every question has say nothing of what it is about.
    """
    words = [likeness.words_of(title) - rules.FILLERS for title in titles]
    return max((len(one.intersection(said)) / len(one) for one in words if one), default=0.0)


def _titles(keys: Iterable[Key]) -> dict[Key, tuple[str, str]]:
    """The titles of these guides as they are read, in both languages."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, guide_id in keys:
        by_kind[kind].append(guide_id)
    titles: dict[Key, tuple[str, str]] = {}
    if ids := by_kind.pop(Article.kind_name, []):
        shown = select(Article.id, ArticleVersion.title_zh, ArticleVersion.title_en).join(
            ArticleVersion,
            and_(ArticleVersion.article_id == Article.id, ArticleVersion.no == Article.shown_no),
        )
        for guide_id, zh, en in db.session.execute(shown.where(Article.id.in_(ids))):
            titles[Article.kind_name, guide_id] = zh, en
    if ids := by_kind.pop(KnownIssue.kind_name, []):
        known = select(KnownIssue.id, KnownIssue.title_zh, KnownIssue.title_en)
        for guide_id, zh, en in db.session.execute(known.where(KnownIssue.id.in_(ids))):
            titles[KnownIssue.kind_name, guide_id] = zh, en
    return titles
