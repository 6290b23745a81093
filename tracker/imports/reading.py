"""Reading a file piece by piece: JSON lines, a JSON array, or a table; every piece with the line it stands on."""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from tracker.imports import sheets
from tracker.imports.rows import BadRow, clean
from tracker.imports.unreadable import Unreadable

LINE_MIB = 16
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Piece:
    """One raw row and its line, or what is wrong there."""

    line: int
    raw: dict[str, Any] | None
    wrong: str = ""


def json_pieces(path: Path, progress: Progress) -> Iterator[Piece]:
    """The objects of a file of JSON lines, or of one JSON array."""
    with path.open("rb") as file:
        start = file.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return _array(path, progress) if start == b"[" else _lines(path, progress)


def _lines(path: Path, progress: Progress) -> Iterator[Piece]:
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(LINE_MIB << 20), b""), start=1):
            progress(len(line))
            if line.strip(b"\xef\xbb\xbf \t\r\n"):
                yield _object(number, line)


def _object(number: int, line: bytes) -> Piece:
    try:
        found = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Piece(number, None, "not UTF-8")
    except (ValueError, RecursionError):
        return Piece(number, None, "not JSON")
    return _piece(number, found)


def _piece(number: int, found: Any) -> Piece:
    if not isinstance(found, dict):
        return Piece(number, None, "not a JSON object")
    return Piece(number, clean(found))


def _array(path: Path, progress: Progress) -> Iterator[Piece]:
    """The elements of an array; where one is broken the rest cannot be told apart, so reading ends there."""
    try:
        whole = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        yield Piece(1, None, "not UTF-8")
        return
    decoder, at, line = json.JSONDecoder(), whole.index("[") + 1, 1
    counted = 0
    while True:
        while at < len(whole) and whole[at] in " \t\r\n,":
            at += 1
        line, counted = line + whole.count("\n", counted, at), at
        if whole[at : at + 1] == "]":
            return
        try:
            found, end = decoder.raw_decode(whole, at)
        except (ValueError, RecursionError):
            yield Piece(line, None, "not JSON; the rest of the file was not read")
            return
        progress(len(whole[at:end].encode("utf-8", "surrogatepass")))
        yield _piece(line, found)
        at = end


def table_pieces(path: Path, progress: Progress) -> Iterator[Piece]:
    """The rows of a CSV file with a header; UTF-8, or Big5 as Excel in Taiwan still writes it."""
    csv.field_size_limit(LINE_MIB << 20)
    with path.open(encoding=_encoding(path), newline="") as file:
        counted = _Counted(file, progress)
        reader = csv.reader(iter(counted), strict=True)
        header: list[str] | None = None
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield Piece(line, None, str(error))
                continue
            if cells is None:
                return
            if header is None:
                header = [cell.strip() for cell in cells]
            elif cells:
                yield _cells(line, header, cells)


def _cells(line: int, header: list[str], cells: list[str]) -> Piece:
    if len(cells) != len(header):
        return Piece(line, None, f"{len(cells)} cells where the header has {len(header)}")
    return Piece(line, clean(dict(zip(header, cells, strict=True))))


def _encoding(path: Path) -> str:
    try:
        return sheets.encoding_of(path, ("utf-8-sig", "cp950"))
    except Unreadable:
        raise BadRow("the file is neither UTF-8 nor Big5") from None


class _Counted:
    """The lines of a text file, each told to `progress` by its length in bytes."""

    def __init__(self, file: TextIO, progress: Progress) -> None:
        self.file, self.progress = file, progress

    def __iter__(self) -> Iterator[str]:
        for line in self.file:
            self.progress(len(line.encode("utf-8", "surrogatepass")))
            yield line
