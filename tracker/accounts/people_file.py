"""A CSV file of people: how it is decoded, what its columns may be called, what is wrong with a row.  Pure."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO

from tracker.accounts import names
from tracker.accounts.rules import ADMIN, AUDITOR, ENGINEER, MANAGER, REPORTER, ROLES, SUPERVISOR

ROWS_MOST = 20_000
CELL_MOST = 2_000
# A cell that goes on for longer began with a quotation mark that nobody closed.
UNCLOSED_MOST = 131_072
COLUMNS = {
    "name": ("name", "full name", "姓名", "名字"),
    "email": ("email", "e-mail", "mail", "電子郵件", "信箱", "電子信箱"),
    "unit": ("unit", "department", "單位", "部門"),
    "roles": ("roles", "role", "角色"),
    "deputy": ("deputy", "代理人", "職務代理人"),
    "phone": ("phone", "telephone", "extension", "電話", "分機"),
}
ROLE_NAMES = {
    **{role: role for role in ROLES},
    "回報者": REPORTER, "使用者": REPORTER, "訓練主管": SUPERVISOR, "人工智慧訓練主管": SUPERVISOR,
    "工程人員": ENGINEER, "工程師": ENGINEER, "管理者": MANAGER, "系統管理員": ADMIN, "管理員": ADMIN,
    "administrator": ADMIN, "ai training supervisor": SUPERVISOR, "稽核": AUDITOR, "稽核人員": AUDITOR,
}  # fmt: skip


class Unreadable(ValueError):
    """The file is no table of people; `why` is `encoding`, `empty`, `header`, `long` or `csv`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Row:
    """One row, as it would be stored; `problems` are codes with what they speak of."""

    line: int
    name: str = ""
    email: str = ""
    unit: str = ""
    roles: tuple[str, ...] = ()
    deputy: str = ""
    phone: str = ""
    problems: tuple[tuple[str, str], ...] = field(default=())


def decoded(content: bytes) -> str:
    """The text of a file as spreadsheets write it: UTF-8, UTF-16 with its mark, or Big5 of a Taiwanese Excel."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp950"]
    for encoding in encodings:
        try:
            return content.decode(encoding).replace("\x00", "\ufffd")
        except UnicodeDecodeError:
            continue
    raise Unreadable("encoding")


def rows(text: str) -> Iterator[Row]:
    """Each row that holds anything, in order; raises Unreadable when the first line does not name the columns."""
    if not text.strip():
        raise Unreadable("empty")
    # One number for the whole program, which an import before may have raised.
    csv.field_size_limit(UNCLOSED_MOST)
    table = csv.reader(
        StringIO(text, newline=""), delimiter=_delimiter(text.partition("\n")[0]), strict=False
    )
    columns = _columns(_next(table) or [])
    seen: dict[str, int] = {}
    count = 0
    while True:
        line = table.line_num + 1
        cells = _next(table)
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            count += 1
            if count > ROWS_MOST:
                raise Unreadable("long")
            yield _row(line, cells, columns, seen)


def _next(table: "Iterator[list[str]]") -> list[str] | None:
    try:
        return next(table, None)
    except csv.Error as error:
        raise Unreadable("csv") from error


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _columns(header: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, title in enumerate(header):
        low = names.one_line(title).casefold()
        for column, words in COLUMNS.items():
            if low in words:
                found.setdefault(column, place)
    if "name" not in found:
        raise Unreadable("header")
    return found


def _row(line: int, cells: list[str], columns: Mapping[str, int], seen: dict[str, int]) -> Row:
    given = {key: cells[place] if place < len(cells) else "" for key, place in columns.items()}
    text = {key: names.one_line(cell[:CELL_MOST]) for key, cell in given.items()}
    roles, unknown = _roles(text.get("roles", ""))
    email = names.address(text.get("email", ""))
    problems = [("roles", word) for word in unknown]
    if not names.is_name(text["name"]):
        problems.append(("name", text["name"][:40]))
    if email and not names.is_address(email):
        problems.append(("email", email[:60]))
    elif email and email in seen:
        problems.append(("twice", str(seen[email])))
    for key, most in (("unit", names.NAME_MOST), ("phone", names.PHONE_MOST), ("deputy", names.ADDRESS_MOST)):
        if len(text.get(key, "")) > most or not names.is_printable(text.get(key, "")):
            problems.append((key, text[key][:40]))
    if email:
        seen.setdefault(email, line)
    return Row(
        line, text["name"], email, text.get("unit", ""), roles, text.get("deputy", ""), text.get("phone", ""),
        tuple(problems),
    )  # fmt: skip


def _roles(cell: str) -> tuple[tuple[str, ...], list[str]]:
    for mark in "；;、，,/|":
        cell = cell.replace(mark, "\n")
    words = [word.strip() for word in cell.split("\n") if word.strip()]
    known = [ROLE_NAMES[word.casefold()] for word in words if word.casefold() in ROLE_NAMES]
    unknown = [word[:40] for word in words if word.casefold() not in ROLE_NAMES]
    return tuple(dict.fromkeys(known)) or (REPORTER,), unknown
