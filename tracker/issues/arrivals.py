"""A new report rings for those who may take it in: an office without mail hears of it without looking at a list.

The bell alone, since mail follows the chase policy; nothing for what alarms, which rings for more people at once.
"""

from datetime import datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, func, select

from tracker import outbox
from tracker.accounts import queries as people
from tracker.accounts import rules as roles
from tracker.accounts import wishes
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.db import kept
from tracker.issues import letters
from tracker.issues.models import Issue
from tracker.outbox import rules as post_rules
from tracker.outbox.models import UNSEEN, Letter

ONE, MANY = "issue.new", "issue.new_many"
EACH = 5
"""So many unread notes name their report; one more says that others came, until they are read."""


def ring(issue: Issue, *, by: Actor, at: datetime) -> None:
    """One note for each supervisor of the system and unit who did not report it and wants to hear of new reports."""
    if issue.alarming:
        return
    able = people.told_of(
        roles.SUPERVISOR, at=at, unit_id=issue.unit_id, system_id=issue.system_id, which=_told_no_more(),
        beside=_unread(),
    )  # fmt: skip
    hearing = [
        one
        for one in able
        if one.id not in (issue.reporter_id, by.person_id)
        and post_rules.BELL in wishes.channels(one, wishes.event_of(ONE))
    ]
    wanted = ((one, ONE if one.unread < EACH else MANY) for one in hearing)
    said: dict[tuple[str, str], str] = {}
    outbox.post_all([_note(issue, one, kind, at, said) for one, kind in wanted])


def over(issue: Issue, *, at: datetime) -> None:
    """Somebody has taken it: nobody else need look."""
    outbox.mark_over(cause=_cause(issue, ONE), at=at)


def again(issue: Issue, *, at: datetime) -> None:
    """What ended the note at that instant was taken back: it waits to be read as before."""
    outbox.ring_again(cause=_cause(issue, ONE), seen_at=at)


@kept
def _told_no_more() -> ColumnElement[bool]:
    """Who has read that more came hears of the next one again."""
    return ~_notes(Letter.id, MANY).exists()


@kept
def _unread() -> ColumnElement[int]:
    """How many notes about one report the person has not read."""
    return _notes(func.count(), ONE).scalar_subquery().label("unread")


def _notes(what: Any, kind: str) -> Select[Any]:
    return select(what).where(UNSEEN, Letter.person_id == Person.id, Letter.kind == kind).correlate(Person)


def _note(issue: Issue, to: Any, kind: str, at: datetime, said: dict[tuple[str, str], str]) -> dict[str, Any]:
    """The note; `said` keeps its words by language, since twenty people are told the same."""
    locale = letters.locale_of(to)
    if (locale, kind) not in said:
        with force_locale(locale):
            said[locale, kind] = _line(issue, kind)
    return outbox.row(
        channel=post_rules.BELL, kind=kind, key=_cause(issue, kind), subject=(issue.kind_name, issue.id), at=at,
        subject_line=said[locale, kind], body_text="", person_id=to.id, locale=locale,
        link=f"/issues/{issue.number}" if kind == ONE else "/inbox/triage", event=wishes.event_of(kind),
    )  # fmt: skip


def _line(issue: Issue, kind: str) -> str:
    if kind != ONE:
        return _("More new reports wait to be taken in")
    line = _("[%(number)s] A new report waits to be taken in", number=issue.number)
    return line + post_rules.TITLE_MARK + issue.title


def _cause(issue: Issue, kind: str) -> tuple[object, ...]:
    return (issue.kind_name, issue.id, kind)
