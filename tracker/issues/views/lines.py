"""Rows of long lists, their words looked up once a page instead of once a row."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import Row

from tracker.issues import rules, words
from tracker.systems.words import named
from tracker.web import dates, filters
from tracker.web.filters import DueLook


class Line(NamedTuple):
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
    found, to = [], dates.reader()
    states, levels, alarms, select = _said(to.locale)
    for row in rows:
        due = row.next_due_at if row.next_due_at != rules.NEVER else None
        alarm = next((word for fact, word in alarms.items() if getattr(row, fact)), "")
        found.append(
            Line(
                row.number, row.title, named(row), row.assignee, select.format(row.number), *states[row.state],
                row.severity.lower(), *levels[row.severity], alarm, row.reported_at,
                filters.due_look(due, now=now), filters.iso(due), dates.datetime_words(due, to=to),
            )
        )  # fmt: skip
    return found


@lru_cache(maxsize=8)
def _said(_locale: str) -> tuple[dict[str, tuple[str, str]], dict[str, tuple[str, str]], dict[str, str], str]:
    """States and severities as words and looks, alarms as words, the label of a row, in the language at hand."""
    states = {state: (str(word), words.STATE_TONES[state]) for state, word in words.STATE_WORDS.items()}
    levels = {
        level: (f"{level} {look['word']}", str(look["icon"])) for level, look in filters.SEVERITY_LOOK.items()
    }
    alarms = {"personal_data": _("Personal data"), "restricted": _("Restricted"), "harm": _("Harm")}
    return states, levels, alarms, _("Select %(number)s", number="{}")
