"""Which texts speak of the same: those that share words, the rarer the heavier.  No model, no training, no network.

The weight of a word is its inverse document frequency, counted on a sample (`count`); the likeness of two texts is
what their weighted words have in common, from 0 to 1.  Candidates come from the index, the likeness from the texts.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Insert, delete, func, literal, select, text, union_all

from tracker.db import db, dialect, inserting
from tracker.index.models import WORDS, CommonWord, IndexedText
from tracker.index.terms import runs, words

SAMPLE = 20_000
# A word in a smaller part of the texts is rare: it is not listed, and weighs as much as the rarest.
RARE = 0.0005
AT_LEAST = 3
# Words in a larger part of the texts find everything, so that no candidate is looked for by them.
TOO_COMMON = 0.02
TEXT_MOST = 4_000
ASKED_MOST = 120
NEWEST_EACH = 200
CANDIDATES = 60

_PLACES = text(
    "SELECT d.id AS id FROM unnest(CAST(:words AS text[]), CAST(:weights AS float8[])) AS asked (word, weight) "
    "CROSS JOIN LATERAL (SELECT id FROM index_words WHERE words @@ CAST(asked.word AS tsquery) "
    "ORDER BY id DESC LIMIT :newest) AS d GROUP BY d.id ORDER BY sum(asked.weight) DESC, d.id DESC LIMIT :cap"
)


def words_of(text: str) -> frozenset[str]:
    """The words by which a text is compared; a lone Chinese character says too little."""
    return frozenset(word for word in words(runs(text[:TEXT_MOST])) if len(word) > 1 or word.isascii())


def weights(some: Collection[str]) -> dict[str, float]:
    """The weight of each of these words."""
    shares: dict[str, float] = {}
    asked = sorted(some)
    for at in range(0, len(asked), 500):
        listed = select(CommonWord.word, CommonWord.share).where(CommonWord.word.in_(asked[at : at + 500]))
        shares.update({word: share for word, share in db.session.execute(listed)})
    return {word: -math.log(shares.get(word, RARE)) for word in asked}


def likeness(one: Collection[str], other: Collection[str], weigh: Mapping[str, float]) -> float:
    """The weight of what two sets of words share, by the geometric mean of their own (Ochiai's coefficient, weighted).

    Words without a weight in `weigh` weigh as the rarest.
    """
    heaviest = -math.log(RARE)

    def weight(some: Iterable[str]) -> float:
        return sum(weigh.get(word, heaviest) for word in some)

    both = weight(set(one) & set(other))
    return both / math.sqrt(weight(one) * weight(other)) if both else 0.0


def candidates(weigh: Mapping[str, float], *, cap: int = CANDIDATES) -> list[int]:
    """The documents that share most with these words, likeliest first: for each word its newest texts are looked at."""
    telling = {word: weight for word, weight in weigh.items() if weight >= -math.log(TOO_COMMON)}
    chosen = sorted(telling, key=lambda word: (-telling[word], word))[:ASKED_MOST]
    if not chosen:
        return []
    build = _by_fts if dialect() == "sqlite" else _by_tsvector
    return build([(word, telling[word]) for word in chosen], cap)


def _by_fts(asked: list[tuple[str, float]], cap: int) -> list[int]:
    doc_id = WORDS.c.rowid
    arms = []
    for word, weight in asked:
        newest = select(doc_id.label("id"), literal(weight).label("weight"))
        newest = newest.where(WORDS.c.index_words.op("MATCH")(f'"{word}"')).order_by(doc_id.desc())
        arms.append(select(newest.limit(NEWEST_EACH).subquery()))
    found = union_all(*arms).subquery()
    best = select(found.c.id).group_by(found.c.id)
    best = best.order_by(func.sum(found.c.weight).desc(), found.c.id.desc()).limit(cap)
    return list(db.session.scalars(best))


def _by_tsvector(asked: list[tuple[str, float]], cap: int) -> list[int]:
    given = {
        "words": [f"'{word}'" for word, _weight in asked],
        "weights": [weight for _word, weight in asked],
    }
    return list(db.session.scalars(_PLACES, {**given, "newest": NEWEST_EACH, "cap": cap}))


def count() -> dict[str, float]:
    """What part of the newest texts has each word that is not rare."""
    counted: Counter[str] = Counter()
    newest = select(IndexedText.public).order_by(IndexedText.id.desc()).limit(SAMPLE)
    texts = 0
    for public in db.session.scalars(newest.execution_options(yield_per=500)):
        counted.update(words(public))
        texts += 1
    least = max(AT_LEAST, texts * RARE)
    return {word: times / texts for word, times in counted.items() if times >= least}


def keep(shares: Mapping[str, float]) -> None:
    """Put what was counted in the place of what was known; right on several nodes at once."""
    db.session.execute(delete(CommonWord))
    if shares:
        rows = [{"word": word, "share": share} for word, share in sorted(shares.items())]
        db.session.execute(_put(), rows)


def _put() -> Insert:
    first = inserting(CommonWord)
    return first.on_conflict_do_update(index_elements=["word"], set_={"share": first.excluded.share})
