"""Rows of long lists, each drawn once for all readers of one language as long as it shows the same."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from sqlalchemy import Row

from tracker.issues import rules, words
from tracker.systems.words import named
from tracker.web import dates, filters, timed
from tracker.web.filters import DueLook

DRAWN, MOST = "tracker.issues.lines", 4_000


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
    law: DueLook | None
    first: bool
    snoozed: str
    present: str
    alike: str


class Looks(NamedTuple):
    """What a row shows beside its columns: how its deadlines look by now, who has it open, how many like it wait."""

    due: DueLook | None
    law: DueLook | None
    present: str
    alike: int


def drawn(
    look: str,
    rows: Sequence[Row[Any]],
    now: datetime,
    by_law: Mapping[int, datetime] | None = None,
    *,
    present: Mapping[int, str] | None = None,
    alike: Mapping[int, int] | None = None,
    whole: dict[Hashable, Markup] | None = None,
) -> Markup:
    """The rows of `inbox.shown`, drawn by the macro `look` of `issues/_lines.html`.

    `by_law` is the nearest statutory deadline of those that have one, by id; `present` says who has one open, `alike`
    how many others like one wait.  All that a row shows is in the key by which it is kept: the reader's language and
    zone, all its columns, how its deadlines look by now.  `whole` keeps lists of these very rows, where the caller has
    them for longer.
    """
    to, law, there, others = dates.reader(), by_law or {}, present or {}, alike or {}
    reader = (look, to.locale, str(to.zone), to.roc)
    looks = tuple(
        Looks(*_dues(row, law.get(row.id), now, to.locale), there.get(row.id, ""), others.get(row.id, 0))
        for row in rows
    )
    if whole is None:
        return _drawn_each(look, rows, looks, to, reader)
    if (reader, looks) not in whole:
        whole[reader, looks] = _drawn_each(look, rows, looks, to, reader)
    return whole[reader, looks]


def _dues(
    row: Row[Any], law: datetime | None, now: datetime, locale: str
) -> tuple[DueLook | None, DueLook | None]:
    due = filters.due_look(_due(row), now=now, locale=locale)
    return due, filters.due_look(law, now=now, locale=locale) if law is not None else None


def _drawn_each(
    look: str, rows: Sequence[Row[Any]], looks: Sequence[Looks], to: dates.Reader, reader: Hashable
) -> Markup:
    known: dict[Hashable, Markup] = current_app.extensions.setdefault(DRAWN, {})
    found = []
    for place, (row, seen) in enumerate(zip(rows, looks, strict=True)):
        key = (reader, seen, place == 0, tuple(row))
        if key not in known:
            if len(known) >= MOST:
                known.clear()
            known[key] = _draw(look, _line(row, seen, place == 0, to))
        found.append(known[key])
    # Each is safe as it was drawn.
    return Markup("".join(found))


def _draw(look: str, line: Line) -> Markup:
    macros = current_app.jinja_env.get_template("issues/_lines.html").module
    drawn_row: Markup = getattr(macros, look)(line)
    return drawn_row


def _due(row: Row[Any]) -> datetime | None:
    return row.next_due_at if row.next_due_at != rules.NEVER else None


def _line(row: Row[Any], seen: Looks, first: bool, to: dates.Reader) -> Line:
    """The row in the reader's words."""
    states, levels, alarms, select = _said(to.locale)
    alarm = next((word for fact, word in alarms.items() if getattr(row, fact)), "")
    return Line(
        row.number, row.title, named(row), row.assignee, select.format(row.number), *states[row.state],
        row.severity.lower(), *levels[row.severity], alarm, row.reported_at,
        seen.due, timed.iso(_due(row)), dates.datetime_words(_due(row), to=to), seen.law, first,
        dates.datetime_words(row.snoozed_until, to=to) if row.snoozed_until else "",
        seen.present, _others(seen.alike),
    )  # fmt: skip


def _others(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(num)s other like it waits", "%(num)s others like it wait", count)


@lru_cache(maxsize=8)
def _said(_locale: str) -> tuple[dict[str, tuple[str, str]], dict[str, tuple[str, str]], dict[str, str], str]:
    """States and severities as words and looks, alarms as words, the label of a row, in the language at hand."""
    states = {state: (str(word), words.STATE_TONES[state]) for state, word in words.STATE_WORDS.items()}
    levels = {
        level: (f"{level} {look['word']}", str(look["icon"])) for level, look in filters.SEVERITY_LOOK.items()
    }
    alarms = {"personal_data": _("Personal data"), "restricted": _("Restricted"), "harm": _("Harm")}
    return states, levels, alarms, _("Select %(number)s", number="{}")
