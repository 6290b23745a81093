"""Text to words, and queries to what a text must have.  Pure; both databases index exactly these words."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

WORD_LENGTH = 40
TEXT_LENGTH = 100_000
QUERY_LENGTH = 200
QUERY_PARTS = 8
PREFIX_LENGTH = 3
"""From this length on, a word in a query also finds longer words that begin with it."""

# Scripts written without spaces: Han, kana, bopomofo, Hangul, in their blocks and supplements.
_UNSPACED = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3041-\u30ff\u3105-\u318e\u31a0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN = re.compile(f"[{_UNSPACED}]+|[^\\W_{_UNSPACED}]+")
_UNSPACED_CHARACTER = re.compile(f"[{_UNSPACED}]")
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
# Two ways to write one character, both common in Taiwan.
_VARIANTS = str.maketrans("臺裏着啓羣峯", "台裡著啟群峰")


@dataclass(frozen=True)
class Part:
    """One run of a query: a word, or characters written without spaces."""

    run: str
    unspaced: bool

    @property
    def pairs(self) -> list[str]:
        """What the index is asked for: the pairs of a Chinese run, or the run itself."""
        if self.unspaced and len(self.run) > 1:
            return [self.run[at : at + 2] for at in range(len(self.run) - 1)]
        return [self.run]

    @property
    def prefix(self) -> bool:
        """Whether longer words that begin with it are found too; a lone character begins pairs."""
        return len(self.run) == 1 if self.unspaced else PREFIX_LENGTH <= len(self.run) < WORD_LENGTH

    @property
    def doubtful(self) -> bool:
        """Whether the index may find it where it does not stand: its pairs may come from different places."""
        return self.unspaced and len(self.run) > 2

    @property
    def mark(self) -> str:
        """What stands in the text as `runs` writes it, exactly when the part is found there."""
        if self.unspaced:
            return self.run
        return f" {self.run}" if self.prefix else f" {self.run} "


def runs(text: str) -> str:
    """The searchable text: its runs in order, each between spaces; one width, case and variant of every character."""
    found = (run if unspaced else run[:WORD_LENGTH] for run, unspaced in _runs(text[:TEXT_LENGTH]))
    return f" {' '.join(found)} "


def words(searchable: str) -> set[str]:
    """The words under which a text is found: of a Chinese run its pairs and its last character."""
    found: set[str] = set()
    for run in searchable.split():
        if _UNSPACED_CHARACTER.match(run):
            found.update(run[at : at + 2] for at in range(len(run)))
        else:
            found.add(run)
    return found


def parts(query: str) -> list[Part]:
    """What a text must have to answer the query; empty when nothing in it can be searched for."""
    found = (
        Part(run if unspaced else run[:WORD_LENGTH], unspaced)
        for run, unspaced in _runs(query[:QUERY_LENGTH])
    )
    return list(dict.fromkeys(found))[:QUERY_PARTS]


def contains_all(text: str, query: str) -> bool:
    """Whether the text answers the query, decided without the index: what both databases must agree with."""
    searchable, wanted = runs(text), parts(query)
    return bool(wanted) and all(part.mark in searchable for part in wanted)


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    folded = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold().translate(_VARIANTS)
    for match in _RUN.finditer(folded):
        yield match.group(), bool(_UNSPACED_CHARACTER.match(match.group()))
