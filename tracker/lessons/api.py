"""Lessons over the API: read them, and say that one was read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import select

from tracker import clock
from tracker.api.acts import Done, acts
from tracker.api.doors import blueprint
from tracker.api.lists import page_of
from tracker.api.shapes import Line, Page
from tracker.db import db, first_or_404, locked
from tracker.errors import NotFound
from tracker.lessons import actions, queries
from tracker.records.models import Record
from tracker.systems.models import AISystem
from tracker.web import current_actor

bp = blueprint("lessons", "Lessons")
READERS = ("supervisor", "engineer", "manager")


class LessonFilter(Page):
    q: Line = ""
    system: Line = ""
    show: Literal["", "mine"] = ""


class LessonOut(BaseModel):
    record: str
    system: str
    lesson: str
    root_cause: str
    cause_class: str
    read_at: datetime | None


class LessonPage(BaseModel):
    items: list[LessonOut]
    next: str | None


@bp.get("/lessons")
@bp.input(LessonFilter, location="query", arg_name="wanted")
@bp.output(LessonPage)
def list_lessons(wanted: LessonFilter) -> dict[str, Any]:
    """What records taught, newest first; `show=mine` those that concern the token's owner and wait to be read."""
    _reads()
    kept = {"q": wanted.q, "show": wanted.show}
    found = queries.filtered(current_actor(), kept, clock.now())
    if wanted.system:
        found = found.where(Record.system_id.in_(select(AISystem.id).where(AISystem.key == wanted.system)))
    return page_of(found.order_by(None), Record.id, limit=wanted.limit, cursor=wanted.cursor, show=_lines)


@bp.post("/lessons/<number>/read")
@bp.output(LessonOut)
@acts
def read(number: str) -> Done:
    """Say that you have read it."""
    return _noted(number, actions.read)


@bp.post("/lessons/<number>/unread")
@bp.output(LessonOut)
@acts
def unread(number: str) -> Done:
    """Take that back."""
    return _noted(number, actions.take_back)


@bp.post("/lessons/<number>/remind")
@bp.output(LessonOut)
@acts
def remind(number: str) -> Done:
    """Remind those whom it concerns and who have not read it, once a day; for supervisors and managers."""
    return _noted(number, actions.remind)


def _reads() -> None:
    """Lessons are for those who handle cases."""
    if not current_actor().is_(*READERS):
        raise NotFound()


def _noted(number: str, verb: Any) -> Done:
    _reads()
    found = first_or_404(queries.lessons(current_actor()).where(Record.number == number.upper()))
    record = db.session.scalars(locked(select(Record).where(Record.id == found.id))).one()
    verb(record, by=current_actor(), at=clock.now())
    db.session.flush()
    return Done(_lines([record])[0])


def _lines(rows: Sequence[Record]) -> list[dict[str, Any]]:
    reads, mine = queries.reads([one.id for one in rows]), current_actor().person_id
    return [
        {
            "record": one.number, "system": one.system.key, "lesson": one.lessons, "root_cause": one.root_cause,
            "cause_class": one.cause_class, "read_at": reads[one.id].get(mine) if mine is not None else None,
        }
        for one in rows
    ]  # fmt: skip
