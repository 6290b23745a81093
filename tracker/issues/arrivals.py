"""A new report rings for those who may take it in: an office without mail hears of it without looking at a list.

The bell alone, since mail follows the chase policy; nothing for what alarms, which rings for more people at once.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, func, select

from tracker import outbox
from tracker.accounts import queries as people
from tracker.accounts import rules as roles
from tracker.accounts import wishes
from tracker.accounts.rules import Actor
from tracker.db import db, kept
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
    able = people.told_of(roles.SUPERVISOR, at=at, unit_id=issue.unit_id, system_id=issue.system_id)
    hearing = [
        one
        for one in able
        if one.id not in (issue.reporter_id, by.person_id)
        and post_rules.BELL in wishes.channels(one, wishes.event_of(ONE))
    ]
    unread = _unread(hearing)
    wanted = ((one, _kind(*unread.get(one.id, (0, 0)))) for one in hearing)
    said: dict[tuple[str, str], str] = {}
    outbox.post_all([_note(issue, one, kind, at, said) for one, kind in wanted if kind])


def over(issue: Issue, *, at: datetime) -> None:
    """Somebody has taken it: nobody else need look."""
    outbox.mark_over(cause=_cause(issue, ONE), at=at)


def again(issue: Issue, *, at: datetime) -> None:
    """What ended the note at that instant was taken back: it waits to be read as before."""
    outbox.ring_again(cause=_cause(issue, ONE), seen_at=at)


def _unread(hearing: Iterable[Any]) -> dict[int, tuple[int, int]]:
    """How many notes about one report, and about several, each of these people has not read."""
    found: dict[int, dict[str, int]] = {}
    for person_id, kind, count in db.session.execute(
        _count_unread(), {"people": [one.id for one in hearing]}
    ):
        found.setdefault(person_id or 0, {})[kind] = count
    return {person_id: (of.get(ONE, 0), of.get(MANY, 0)) for person_id, of in found.items()}


@kept
def _count_unread() -> Select[int | None, str, int]:
    mine = Letter.person_id.in_(bindparam("people", expanding=True))
    counted = select(Letter.person_id, Letter.kind, func.count()).where(
        UNSEEN, mine, Letter.kind.in_((ONE, MANY))
    )
    return counted.group_by(Letter.person_id, Letter.kind)


def _kind(single: int, several: int) -> str:
    """What the next report writes to somebody with so many unread notes; nothing once it was said that more came."""
    if several:
        return ""
    return ONE if single < EACH else MANY


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
