"""Two versions of a text as pieces that are the same, new or gone, cut where a reader of either script would.  Pure."""

import difflib
import re
from collections.abc import Mapping

SAME, INS, DEL = "same", "ins", "del"
Piece = tuple[str, str]
# Words of Latin letters and numbers stay whole, Han characters stand alone, spaces are pieces of their own.
_CUT = re.compile(r"[A-Za-z0-9_]+(?:[.'’-][A-Za-z0-9_]+)*|\s+|.", re.S)
_MOST = 4_000_000
# So many pairs of equal pieces are looked at in one comparison, a third of a second; a piece that stands all over both
# texts would else be paired anew around each of its places.
_PAIRS_MOST = 3_000_000
# A lone mark or character that stayed between two changes is harder to read than to repeat.
_ISLAND = 1


class _Matcher(difflib.SequenceMatcher[str]):
    """Finds what two texts share until it has looked long enough; what is left by then counts as gone and new."""

    def __init__(self, old: list[str], new: list[str]) -> None:
        super().__init__(str.isspace, old, new, autojunk=False)
        self._old, self._left = old, _PAIRS_MOST

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> difflib.Match:
        places: dict[str, list[int]] = self.b2j  # type: ignore[attr-defined]
        self._left -= sum(len(places.get(piece, ())) for piece in self._old[alo:ahi])
        if self._left < 0:
            return difflib.Match(alo, blo, 0)
        return super().find_longest_match(alo, ahi, blo, bhi)


def pieces(before: str, after: str) -> list[Piece]:
    """The way from one text to the other; a long pair that shares little is shown as gone and new."""
    old, new = _CUT.findall(before), _CUT.findall(after)
    if len(old) * len(new) > _MOST:
        return _plain(before, after)
    found: list[Piece] = []
    for tag, a, b, c, d in _Matcher(old, new).get_opcodes():
        if tag == "equal":
            found.append((SAME, "".join(old[a:b])))
            continue
        found += _plain("".join(old[a:b]), "".join(new[c:d]))
    return _gathered(found)


def texts(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, list[Piece]]:
    """The way from the one to the other, by key, of those texts that are not the same."""
    return {key: pieces(before[key], text) for key, text in after.items() if text != before[key]}


def _plain(before: str, after: str) -> list[Piece]:
    return [piece for piece in ((DEL, before), (INS, after)) if piece[1]]


def _gathered(found: list[Piece]) -> list[Piece]:
    """Neighbouring changes as one, with what little stayed between them."""
    told: list[Piece] = []
    gone = new = ""
    for at, (tag, text) in enumerate(found):
        between = 0 < at < len(found) - 1
        if tag == SAME and not (
            between and (gone or new) and len(text.strip()) <= _ISLAND and "\n" not in text
        ):
            told += [*_plain(gone, new), (SAME, text)]
            gone = new = ""
            continue
        gone += text if tag in (DEL, SAME) else ""
        new += text if tag in (INS, SAME) else ""
    return told + _plain(gone, new)
