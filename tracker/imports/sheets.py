"""A table of last year's records: how its file is read (encoding, sheet, which line has the headings), and its rows."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tracker.imports import xlsx
from tracker.imports.merged import Filler
from tracker.imports.rows import clean
from tracker.imports.unreadable import Unreadable

ROWS_MOST, CELL_MOST = 50_000, 100_000
COLUMNS_MOST = xlsx.COLUMNS_MOST
# In the order they are tried; Big5 as Excel in Taiwan writes it, then with the characters of Hong Kong.
ENCODINGS = ("utf-8-sig", "cp950", "big5hkscs")
DELIMITERS = (",", "\t", ";")
XLSX, CSV = "xlsx", "csv"
PROBED = 20


@dataclass(frozen=True)
class Reading:
    """How a file is to be read.  `head` is the number of the line with the headings, counted from one."""

    kind: str
    encoding: str = ""
    delimiter: str = ","
    sheet: int = 0
    head: int = 1


@dataclass(frozen=True)
class Line:
    """One row below the headings: its number in the file, its cells in the order of the headings."""

    number: int
    cells: tuple[str, ...]


def encoding_of(path: Path, encodings: Sequence[str] = ENCODINGS) -> str:
    """The first of these that the whole file fits; raises Unreadable."""
    for encoding in encodings:
        try:
            with path.open(encoding=encoding) as file:
                while file.read(1 << 20):
                    pass
            return encoding
        except UnicodeDecodeError:
            continue
    raise Unreadable("encoding")


def delimiter_of(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding) as file:
        start = "".join(islice(file, PROBED))[:100_000]
    return max(DELIMITERS, key=start.count)


def first_lines(path: Path, how: Reading, most: int = PROBED) -> list[tuple[int, list[str]]]:
    """The first lines that hold anything, headings and titles among them."""
    return [(number, cells) for number, cells in islice(_lines(path, how), most) if any(cells)]


def headings(path: Path, how: Reading) -> list[str]:
    """What the columns are called; raises Unreadable when the line is not there or empty."""
    for number, cells in _lines(path, how):
        if number == how.head:
            named = [" ".join(cell.split()) for cell in cells]
            while named and not named[-1]:
                named.pop()
            if not named:
                break
            return named
        if number > how.head:
            break
    raise Unreadable("header")


def rows(path: Path, how: Reading) -> Iterator[Line]:
    """The rows below the headings that hold anything; raises Unreadable where the file ends being a table."""
    width = len(headings(path, how))
    spans = xlsx.merged(path, how.sheet) if how.kind == XLSX else ()
    # Headings that reach over two rows are no cells of the first record.
    filler = Filler(one for one in spans if one[1] > how.head)
    count = 0
    for number, cells in _lines(path, how):
        if number <= how.head or not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > ROWS_MOST:
            raise Unreadable("rows")
        yield Line(number, tuple(_fit(filler.fill(number, cells), width)))


def _fit(cells: Sequence[str], width: int) -> list[str]:
    """As many cells as there are headings; what stands beyond them joins the last, so that nothing is lost."""
    if len(cells) <= width:
        return [*cells, *[""] * (width - len(cells))]
    beyond = " ".join(cell for cell in cells[width - 1 :] if cell.strip())
    return [*cells[: width - 1], beyond]


def _lines(path: Path, how: Reading) -> Iterator[tuple[int, list[str]]]:
    if how.kind == XLSX:
        yield from xlsx.rows(path, how.sheet)
        return
    csv.field_size_limit(CELL_MOST)
    try:
        with path.open(encoding=how.encoding, newline="") as file:
            table = csv.reader(file, delimiter=how.delimiter, strict=False)
            while True:
                number = table.line_num + 1
                cells = next(table, None)
                if cells is None:
                    return
                if len(cells) > COLUMNS_MOST and any(cells[COLUMNS_MOST:]):
                    raise Unreadable("columns")
                yield number, [str(clean(cell)) for cell in cells[:COLUMNS_MOST]]
    except UnicodeDecodeError as error:
        raise Unreadable("encoding") from error
    except csv.Error as error:
        raise Unreadable("cell" if "field limit" in str(error) else "csv") from error
