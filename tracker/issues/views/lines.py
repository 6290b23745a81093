"""Rows of long lists, their words looked up once a page instead of once a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Row

from tracker.issues import rules, words
from tracker.web import dates, filters
from tracker.web.filters import DueLook


@dataclass(frozen=True)
class Line:
    """One issue as a list shows it."""

    number: str
    title: str
    system: str
    assignee: str | None
    select: str
    state: str
    tone: str
    level: str
    severity: str
    severity_icon: str
    alarm: str
    reported_at: datetime
    due: DueLook | None
    due_iso: str
    due_words: str


def lines(rows: Sequence[Row[Any]], now: datetime) -> list[Line]:
    """The rows in the reader's words."""
    states = {state: (str(word), words.STATE_TONES[state]) for state, word in words.STATE_WORDS.items()}
    levels = {
        level: (f"{level} {look['word']}", look["icon"]) for level, look in filters.SEVERITY_LOOK.items()
    }
    alarms = {"personal_data": _("Personal data"), "restricted": _("Restricted"), "harm": _("Harm")}
    select = _("Select %(number)s", number="{}")
    found, to = [], dates.reader()
    for row in rows:
        due = row.next_due_at if row.next_due_at != rules.NEVER else None
        alarm = next((word for fact, word in alarms.items() if getattr(row, fact)), "")
        found.append(
            Line(
                row.number, row.title, row.system, row.assignee, select.format(row.number), *states[row.state],
                row.severity.lower(), *levels[row.severity], alarm, row.reported_at,
                filters.due_look(due, now=now), filters.iso(due), dates.datetime_words(due, to=to),
            )
        )  # fmt: skip
    return found
