"""What the pages of calendars share: the blueprint, loading a row, showing first what a change would do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, request
from sqlalchemy import select

from tracker import clock
from tracker.accounts import directory
from tracker.db import db, first_or_404, locked
from tracker.followups import moving
from tracker.followups.words import CLOCK_WORDS
from tracker.hours import words
from tracker.hours.book import Book, book
from tracker.hours.models import NamedCalendar
from tracker.hours.rules import Plan, short_digest
from tracker.web.both import Shared
from tracker.web.pages import carried_out

bp = Blueprint("hours", __name__)
LIST = "/admin/calendar"


@bp.app_context_processor
def named() -> dict[str, Any]:
    """The words of calendars and of clocks, for their pages."""
    return {"hours_words": words, "clock_words": CLOCK_WORDS}


def calendar_row(calendar_id: int) -> NamedCalendar:
    """The calendar of that id; locked where something is about to change."""
    one = select(NamedCalendar).where(NamedCalendar.id == calendar_id)
    return first_or_404(locked(one) if request.method == "POST" else one)


def offered_calendars() -> list[tuple[int, str]]:
    """Every calendar by its id, the default one first."""
    rows = db.session.scalars(
        select(NamedCalendar).order_by(NamedCalendar.is_default.desc(), NamedCalendar.name)
    )
    return [(row.id, words.calendar_name(row.name)) for row in rows]


def offered_units() -> list[tuple[int, str]]:
    """The tree of units, each below its own."""
    return [(node.unit.id, "\u3000" * node.depth + node.unit.name) for node in directory.unit_tree()]


def zone_name() -> str:
    """The zone of this installation, for calendars that name none."""
    return str(current_app.config["TRACKER"].timezone)


def today() -> date:
    """The date where the default calendar counts."""
    now = clock.now()
    return now.astimezone(ZoneInfo(book(now).default.zone)).date()


@dataclass(frozen=True)
class Change:
    """What would be saved: calendars as they would be, and which unit would keep which, or which is the default."""

    plans: Iterable[Plan] = ()
    kept: Callable[[Book], Book] = lambda book: book


class Ahead:
    """A change that is shown before it is made: what moves, and the mark that says it was seen.

    A form that was posted with the mark of just this change is carried out; any other is shown with what it would do.
    Nothing that moves no deadline needs to be shown.
    """

    def __init__(self, change: "Change") -> None:
        now, changed = clock.now(), list(change.plans)
        after = change.kept(book(now).with_plans(changed, now.year))
        self.moves = moving.would_move(after, now)
        whither = [one.after.isoformat() for one in self.moves.examples]
        plans = [[plan.id, plan.digest] for plan in changed]
        kept = [after.default_id, sorted(after.units.items())]
        self.mark = short_digest([self.moves.count, whither, plans, kept])

    @property
    def seen(self) -> bool:
        """Whether the person has been shown just this."""
        return not self.moves.count or request.form.get("seen") == self.mark


def ahead_or_done(both: Shared, change: Callable[[], Change], act: Callable[[], object]) -> Ahead | bool:
    """True when the change was made; what it would do, where that has to be seen first; False for a form in error."""
    if not both.settled():
        return False
    ahead = Ahead(change())
    if not ahead.seen:
        return ahead
    return carried_out(both.form, act)
