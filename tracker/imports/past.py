"""One row of a table of last year's records, read into the fields of the form.

A row that tells neither what happened nor when is no record; a cell that cannot be read leaves its field empty and is
named, and the row as it came stays with the issue, so that nothing is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from tracker import written
from tracker.imports import labels
from tracker.imports.rows import TITLE_LENGTH, text
from tracker.imports.sheets import Line
from tracker.records import fields

SEPARATORS = "、,，;；/|"
DATES = frozenset(one.key for one in fields.FIELDS if one.kind == fields.INSTANT) | {
    "reported_at", "escalated_at", "need_confirmed_at", "user_reply_sent_at", "verified_at", "closed_at",
}  # fmt: skip
# Which date tells when, where the others are missing.
WHEN = ("reported_at", "occurred_at", "aware_at", "closed_at")
LINES = frozenset({"record_no", "ai_system", "reporter", "reporter_unit", "assigned_to", "need_confirmed_by"})
YEARS = range(1900, 2201)
# The only date of a form that may lie ahead, and what is surely another year.
AHEAD, LATER = frozenset({"retain_override"}), timedelta(days=800)


@dataclass(frozen=True)
class Cell:
    """A cell that cannot be read: its row, the heading of its column, what stands there, and why in one word
    (`choice`, `number`, `date`, `month`, `year`, `future`, `long`), or `story` and `when` for a row that is no record.
    """

    row: int
    column: str
    value: str
    why: str


@dataclass
class Past:
    """One record of the past: values by field key, what could not be read, the row as it came."""

    row: int
    raw: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    left_out: list[Cell] = field(default_factory=list)
    wrong: list[Cell] = field(default_factory=list)


@dataclass(frozen=True)
class Reader:
    """Reads rows under one mapping of columns (place to field key)."""

    headings: tuple[str, ...]
    mapping: Mapping[int, str]
    zone: ZoneInfo
    today: date

    @cached_property
    def _choices(self) -> dict[str, dict[str, object]]:
        return {key: labels.choices(key) for key in set(self.mapping.values())}

    def read(self, line: Line) -> Past:
        """The record that a row tells of."""
        found = Past(line.number, self._raw(line))
        for place, key in sorted(self.mapping.items()):
            given = text(line.cells[place]) if place < len(line.cells) else ""
            if not given:
                continue
            try:
                found.values[key] = self._value(key, given)
                if key == "occurred_at":
                    found.values["occurred_precision"] = self._precision(given, found.values[key])
            except fields.Unreadable as error:
                found.left_out.append(Cell(line.number, self.headings[place], given[:80], error.reason))
        self._complete(found)
        return found

    def _raw(self, line: Line) -> dict[str, str]:
        """The row as it came, under its headings; a heading that comes twice gets its place."""
        raw: dict[str, str] = {}
        for place, (heading, cell) in enumerate(zip(self.headings, line.cells, strict=False), start=1):
            raw[heading if heading and heading not in raw else f"{heading}#{place}"] = cell
        return raw

    def _value(self, key: str, given: str) -> Any:
        if key in DATES:
            return self._instant(key, given)
        if key in (labels.TITLE, *LINES):
            return " ".join(given.split())[:TITLE_LENGTH]
        kind = fields.BY_KEY[key].kind
        if kind == fields.ITEMS:
            return [line.strip()[: fields.TEXT_MOST] for line in given.splitlines() if line.strip()]
        if kind == fields.CODES:
            return [self._choice(key, one) for one in _split(given)]
        if self._choices.get(key):
            return self._choice(key, given)
        if kind == fields.INT or key == "satisfaction":
            return _whole(given)
        return fields.read(fields.BY_KEY[key], given) if kind in (fields.LINE, fields.TEXT) else given

    def _choice(self, key: str, given: str) -> Any:
        known = self._choices[key]
        wanted = labels.plain(given)
        if wanted in known:
            return known[wanted]
        # "AN01 輸出錯誤" and "2 業務受阻": the code before its words.
        first = labels.plain(given.split()[0]) if given.split() else ""
        if first in known:
            return known[first]
        raise fields.Unreadable("choice")

    def _instant(self, key: str, given: str) -> datetime:
        found, month = written.read(given, self.today), written.month(given)
        if month is not None:
            # No other date of the form has a place that says that its day is unknown.
            if key != "occurred_at":
                raise fields.Unreadable("month")
            moment = datetime.combine(month, time())
        elif found is None:
            try:
                moment = datetime.fromisoformat(given)
            except ValueError:
                raise fields.Unreadable("date") from None
        else:
            # What another day of reading would make another day of names no year: which one it was, nobody can say.
            if written.read(given, self.today - LATER) != found:
                raise fields.Unreadable("year")
            moment = datetime.combine(found.day, found.clock or time())
        if moment.year not in YEARS:
            raise fields.Unreadable("date")
        if key not in AHEAD and moment.date() > self.today + timedelta(days=1):
            raise fields.Unreadable("future")
        return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)

    def _precision(self, given: str, moment: datetime) -> str:
        """How exactly a cell says when it happened: a table gives a day alone the time 00:00."""
        if written.month(given) is not None:
            return "month"
        return "day" if moment.astimezone(self.zone).time() == time() else "exact"

    def _complete(self, found: Past) -> None:
        """A title and a day for every record, or the reason why it is none."""
        values = found.values
        story = values.get("description") or values.get(labels.TITLE) or ""
        if not story:
            found.wrong.append(Cell(found.row, "", "", "story"))
        when = next((values[key] for key in WHEN if values.get(key)), None)
        if when is None:
            found.wrong.append(Cell(found.row, "", "", "when"))
            return
        values.setdefault("reported_at", when)
        values["description"] = values.get("description") or story
        line = " ".join(str(values.get(labels.TITLE) or story).split())
        values[labels.TITLE] = line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1] + "…"
        # Closed before it was reported is a slip of one of the two; the later day ends it.
        values["closed_at"] = max(values.get("closed_at") or when, values["reported_at"])


def _split(given: str) -> list[str]:
    for sign in SEPARATORS:
        given = given.replace(sign, "\n")
    return [one.strip() for one in given.split("\n") if one.strip()]


def _whole(given: str) -> int:
    try:
        number = int(float(given.replace(",", "")))
    except (ValueError, OverflowError):
        raise fields.Unreadable("number") from None
    if not 0 <= number <= 2_000_000_000:
        raise fields.Unreadable("number")
    return number
