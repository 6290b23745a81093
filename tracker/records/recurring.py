"""Recurring problems: records of the same system that look like this one, and what they have in common.

Likeness is the share of words in common (rare words count more), and whether anomaly type and cause class agree; no
model, so that everybody can follow it.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.index import terms
from tracker.index.likeness import likeness
from tracker.issues.models import Issue
from tracker.records import queries, rules
from tracker.records.codes import UNDECIDED
from tracker.records.models import Record

LOOKED_AT, SHOWN, WORDS_SHOWN = 300, 10, 6
TEXT, TYPE, CAUSE = 0.6, 0.2, 0.2
LEAST = 0.25


@dataclass(frozen=True)
class Like:
    """One record that looks alike: how much, by what, and the words both have."""

    record: Record
    score: float
    same_type: bool
    same_cause: bool
    words: tuple[str, ...] = ()


def weigh(texts: Sequence[Set[str]]) -> dict[str, float]:
    """How much each word tells: the rarer among these texts, the more; squared, so that `likeness` is the cosine."""
    seen = Counter(word for text in texts for word in text)
    return {word: math.log(1 + len(texts) / count) ** 2 for word, count in seen.items()}


def like(record: Record, actor: Actor) -> list[Like]:
    """At most ten records of the same system that this actor may see, the likest first."""
    others = db.session.scalars(
        queries.visible(actor)
        .where(Record.system_id == record.system_id, Record.id != record.id)
        .where(Record.state.not_in((rules.DRAFT, rules.CANCELLED)))
        .options(joinedload(Record.primary_issue), joinedload(Record.owner).lazyload(Person.roles))
        .order_by(Record.id.desc())
        .limit(LOOKED_AT)
    ).all()
    read = {one.id: terms.runs(_signature(one)) for one in (record, *others)}
    texts = {key: terms.words(text) for key, text in read.items()}
    weights = weigh(list(texts.values()))
    found = [_compared(record, one, texts, weights) for one in others]
    near = [one for one in found if one.score >= LEAST]
    shown = sorted(near, key=lambda one: (-one.score, -one.record.id))[:SHOWN]
    return [replace(one, words=_told(record, one.record, read, weights)) for one in shown]


def in_both(mine: str, theirs: str) -> list[str]:
    """What both texts say, as `terms.runs` writes them: whole words, and of Chinese the longest pieces."""
    found: dict[str, None] = {}
    for run in mine.split():
        if f" {run} " in theirs and len(run) > 1:
            found[run] = None
        elif len(terms.words(run)) > 1:
            found |= dict.fromkeys(_pieces(run, theirs))
    return [one for one in found if not any(one != other and one in other for other in found)]


def _pieces(run: str, theirs: str) -> list[str]:
    found, at = [], 0
    while at < len(run) - 1:
        end = at
        while end < len(run) and run[at : end + 1] in theirs:
            end += 1
        if end - at > 1:
            found.append(run[at:end])
        at = max(end, at + 1)
    return found


def _told(
    record: Record, other: Record, read: Mapping[int, str], weights: Mapping[str, float]
) -> tuple[str, ...]:
    """The pieces that tell most; nothing of a case with personal data."""
    if other.primary_issue.personal_data or record.primary_issue.personal_data:
        return ()

    def weight(piece: str) -> float:
        return sum(weights.get(word, 0) for word in terms.words(piece) if len(word) > 1)

    return tuple(
        sorted(in_both(read[record.id], read[other.id]), key=lambda one: (-weight(one), one))[:WORDS_SHOWN]
    )


def _signature(record: Record) -> str:
    issue = record.primary_issue
    return "\n".join((issue.title, issue.need_statement, issue.description, record.root_cause))


def _compared(
    record: Record, other: Record, texts: Mapping[int, Set[str]], weights: Mapping[str, float]
) -> Like:
    mine, theirs = texts[record.id], texts[other.id]
    same_type = record.anomaly_type not in ("", UNDECIDED) and record.anomaly_type == other.anomaly_type
    same_cause = bool(record.cause_class) and record.cause_class == other.cause_class
    score = TEXT * likeness(mine, theirs, weights) + TYPE * same_type + CAUSE * same_cause
    return Like(other, score, same_type, same_cause)


def same_kind(record: Record, actor: Actor) -> int:
    """How many other records of the system have the same anomaly type: worth a look for what they have in common."""
    if record.anomaly_type in ("", UNDECIDED):
        return 0
    same = queries.visible(actor).where(
        Record.system_id == record.system_id, Record.id != record.id, Record.anomaly_type == record.anomaly_type,
        Record.state.not_in((rules.DRAFT, rules.CANCELLED)), ~Issue.imported,
    )  # fmt: skip
    some = same.with_only_columns(Record.id).limit(100).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0
