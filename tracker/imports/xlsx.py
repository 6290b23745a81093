"""The rows of an XLSX workbook as text, read as a stream and never run: of a formula only the value last kept counts.

Pure but for the file.  What is too big or no workbook raises `Unreadable`; nothing is ever unpacked to disk.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from lxml import etree

from tracker.imports.merged import spans
from tracker.imports.rows import clean
from tracker.imports.unreadable import Unreadable

COLUMNS_MOST, STRINGS_MOST = 300, 1_000_000
UNPACKED_MOST = 200 * 1024 * 1024
# A format longer than a workbook takes is no format.
FORMAT_MOST, NOWHERE = 255, -1
# Formats of numbers that show a date (ECMA-376 18.8.30, those of East Asia among them).
DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
# “May-24”: what Excel makes of a typed 2024-05.
MONTH_FORMAT = 17
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_PLACE = re.compile(r"([A-Z]{1,3})\d+")


def sheets(path: Path) -> list[str]:
    """The names of its sheets, in order."""
    with _opened(path) as book:
        return [name for name, _part in _parts(book)]


def rows(path: Path, sheet: int) -> Iterator[tuple[int, list[str]]]:
    """Each row of a sheet with its number, its cells as text; dates as 2026-11, 2026-11-22 or 2026-11-22 14:30."""
    with _opened(path) as book:
        parts = _parts(book)
        if not 0 <= sheet < len(parts):
            raise Unreadable("sheet")
        texts, dates, first = _strings(book), _date_styles(book), _first_day(book)
        with _entry(book, parts[sheet][1]) as file:
            for place, row in enumerate(_elements(file, "row"), start=1):
                number = row.get("r", "")
                yield (
                    place if _index(number) == NOWHERE else _index(number),
                    _cells(row, texts, dates, first),
                )


def merged(path: Path, sheet: int) -> list[tuple[int, int, int]]:
    """Of each cell merged over several rows its column, counted from nought, its first row and its last."""
    with _opened(path) as book:
        parts = _parts(book)
        if not 0 <= sheet < len(parts):
            raise Unreadable("sheet")
        with _entry(book, parts[sheet][1]) as file:
            try:
                found = [(_column(letters), first, last) for letters, first, last in spans(file)]
            except (zipfile.BadZipFile, zlib.error, OSError, EOFError) as error:
                raise Unreadable("damaged") from error
    return [one for one in found if one[0] < COLUMNS_MOST]


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        book = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise Unreadable("damaged") from error
    if sum(one.file_size for one in book.infolist()) > UNPACKED_MOST:
        book.close()
        raise Unreadable("bomb")
    return book


def _entry(book: zipfile.ZipFile, name: str) -> IO[bytes]:
    try:
        return book.open(name)
    except (KeyError, RuntimeError, NotImplementedError, zipfile.BadZipFile) as error:
        raise Unreadable("damaged") from error


def _elements(file: IO[bytes], name: str) -> Iterator[Any]:
    """The elements of this name, each forgotten once the next is asked for; a document type is refused."""
    try:
        walk = etree.iterparse(
            file,
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        known = False
        for event, element in walk:
            if not known and element.getroottree().docinfo.doctype:
                raise Unreadable("damaged")
            known = True
            if event == "end" and _local(element) == name:
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except (etree.XMLSyntaxError, zipfile.BadZipFile, OSError, EOFError) as error:
        raise Unreadable("damaged") from error


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _parts(book: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Each sheet's name and where it lies in the archive."""
    with _entry(book, "xl/_rels/workbook.xml.rels") as file:
        targets = {one.get("Id"): str(one.get("Target", "")) for one in _elements(file, "Relationship")}
    found = []
    with _entry(book, "xl/workbook.xml") as file:
        for one in _elements(file, "sheet"):
            relation = next((value for key, value in one.attrib.items() if str(key).endswith("}id")), "")
            target = targets.get(relation, "")
            found.append(
                (clean(one.get("name", "")), target.lstrip("/") if target[:1] == "/" else f"xl/{target}")
            )
    return found


def _strings(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    found: list[str] = []
    with _entry(book, "xl/sharedStrings.xml") as file:
        for one in _elements(file, "si"):
            found.append(_text(one))
            if len(found) > STRINGS_MOST:
                raise Unreadable("bomb")
    return found


def _text(element: Any) -> str:
    """The text of a string; how Chinese characters are read aloud (`rPh`) is none of it."""
    runs = [[one] if _local(one) == "t" else one for one in element if _local(one) in ("t", "r")]
    return str(clean("".join(one.text or "" for run in runs for one in run if _local(one) == "t")))


def _date_styles(book: zipfile.ZipFile) -> dict[int, bool]:
    """The styles of cells whose numbers show a date, and whether they show no day of it."""
    if "xl/styles.xml" not in book.namelist():
        return {}
    own = dict.fromkeys(DATE_FORMATS, False) | {MONTH_FORMAT: True}
    found: dict[int, bool] = {}
    with _entry(book, "xl/styles.xml") as file:
        for one in _elements(file, "numFmt"):
            shape = _QUOTED.sub("", one.get("formatCode", "")[:FORMAT_MOST].lower())
            if re.search("[ymdhse]", shape):
                own[_index(one.get("numFmtId", "0"))] = not re.search("[dhs]", shape)
    with _entry(book, "xl/styles.xml") as file:
        for group in _elements(file, "cellXfs"):
            for place, one in enumerate(group):
                shown = _index(one.get("numFmtId", "0"))
                if shown in own and shown != NOWHERE:
                    found[place] = own[shown]
    return found


def _first_day(book: zipfile.ZipFile) -> datetime:
    """The day that numbers of dates count from: as on a PC, or as on an old Macintosh."""
    with _entry(book, "xl/workbook.xml") as file:
        old = any(one.get("date1904") in ("1", "true") for one in _elements(file, "workbookPr"))
    return datetime(1904, 1, 1, tzinfo=UTC) if old else datetime(1899, 12, 30, tzinfo=UTC)


def _cells(row: Any, texts: list[str], dates: Mapping[int, bool], first: datetime) -> list[str]:
    found: list[str] = []
    for one in row:
        if _local(one) != "c":
            continue
        place = _PLACE.fullmatch(one.get("r", ""))
        column = _column(place[1]) if place else len(found)
        if column >= COLUMNS_MOST:
            value = _value(one, texts, dates, first)
            if value:
                raise Unreadable("columns")
            continue
        found += [""] * (column + 1 - len(found))
        found[column] = _value(one, texts, dates, first)
    return found


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _value(cell: Any, texts: list[str], dates: Mapping[int, bool], first: datetime) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return "".join(_text(one) for one in cell if _local(one) == "is")
    given = next((one.text or "" for one in cell if _local(one) == "v"), "")
    if kind == "s":
        return texts[_index(given)] if NOWHERE < _index(given) < len(texts) else ""
    if kind == "b":
        return "TRUE" if given == "1" else "FALSE"
    if kind != "n" or not given:
        return "" if kind == "e" else str(clean(given))
    style = _index(cell.get("s", "0"))
    return _number(given, first, month=dates[style]) if style in dates else _number(given, None)


def _index(given: str) -> int:
    """A number that something is found by; NOWHERE for what no program writes."""
    return int(given) if given.isdecimal() and len(given) < 10 else NOWHERE


def _number(given: str, first: datetime | None, *, month: bool = False) -> str:
    """A number as text; a date where there is a `first` day to count from, a `month` where it shows no day."""
    try:
        number = float(given)
        if first is not None:
            moment = first + timedelta(seconds=round(number * 86_400))
            if month and moment.day == 1:
                return f"{moment:%Y-%m}"
            return f"{moment:%Y-%m-%d}" if number == int(number) else f"{moment:%Y-%m-%d %H:%M}"
        return str(int(number)) if number == int(number) and abs(number) < 1e15 else given
    except (ValueError, OverflowError):
        return str(clean(given))
