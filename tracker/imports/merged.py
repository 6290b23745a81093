"""Cells merged over several rows: what stands in the first counts for all of them, as who reads the sheet sees it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import IO

# Column, first row, last row; a row further down than a sheet goes is none.
Span = tuple[str, int, int]
# Cells of a sheet hold no raw `<`, so that nothing that somebody typed looks like this.
MERGED = re.compile(rb'<(?:\w{1,20}:)?mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')
CHUNK, LONGEST, SPANS_MOST = 1 << 20, 80, 50_000


def spans(file: IO[bytes]) -> Iterator[Span]:
    """The merged cells of a sheet that reach over rows; they stand behind all of its rows."""
    rest, count = b"", 0
    while chunk := file.read(CHUNK):
        rest += chunk
        end = 0
        for one in MERGED.finditer(rest):
            end, first, last = one.end(), int(one[2]), int(one[3])
            if first < last and count < SPANS_MOST:
                count += 1
                yield one[1].decode(), first, last
        rest = rest[max(end, len(rest) - LONGEST) :]


class Filler:
    """Fills rows, told one after the other from the top, with what is merged into them."""

    def __init__(self, spans: Iterable[tuple[int, int, int]]) -> None:
        self._begins: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._open: dict[int, tuple[int, str]] = {}
        for column, first, last in spans:
            self._begins[first].append((column, last))

    def fill(self, number: int, cells: list[str]) -> list[str]:
        """The row with each empty cell that belongs to one above as that one."""
        self._open = {column: one for column, one in self._open.items() if number <= one[0]}
        width = max((column + 1 for column in self._open), default=0)
        filled = [*cells, *[""] * (width - len(cells))]
        for column, (_last, text) in self._open.items():
            filled[column] = filled[column] or text
        for column, last in self._begins.get(number, ()):
            if column < len(filled):
                self._open[column] = (last, filled[column])
        return filled
