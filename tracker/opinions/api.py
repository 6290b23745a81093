"""Opinions over the API: read, ask, answer, move the date, take back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select

from tracker import clock
from tracker.api.acts import Done, acts
from tracker.api.doors import blueprint, plain_id
from tracker.api.lists import page_of
from tracker.api.shapes import Body, Instant, Line, Page, Text
from tracker.db import db, first_or_404, locked
from tracker.followups import actions as followups
from tracker.opinions import actions, queries
from tracker.records import queries as records
from tracker.records.models import Record
from tracker.records.parts import Opinion
from tracker.web import current_actor

bp = blueprint("opinions", "Opinions")


class OpinionFilter(Page):
    record: Line = ""


class OpinionIn(Body):
    topic: Line
    question: Text
    due_at: Instant
    to_person_id: int | None = None
    to_name: Line = ""
    to_email: Line = ""


class AnswerIn(Body):
    answer: Text


class DateIn(Body):
    due_at: Instant
    because: Text


class ReasonIn(Body):
    because: Text


class OpinionOut(BaseModel):
    id: int
    record: str
    state: str
    topic: str
    question: str
    to: str
    by: str
    asked_at: datetime
    due_at: datetime
    answer: str
    answered_by: str
    answered_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_because: str


class OpinionPage(BaseModel):
    items: list[OpinionOut]
    next: str | None


@bp.get("/opinions")
@bp.input(OpinionFilter, location="query", arg_name="wanted")
@bp.output(OpinionPage)
def list_opinions(wanted: OpinionFilter) -> dict[str, Any]:
    """What the token's owner was asked, and what was asked about the records that they may see, newest first."""
    found = queries.visible(current_actor(), clock.now())
    if wanted.record:
        found = found.where(Record.number == wanted.record.strip().upper())
    return page_of(found, Opinion.id, limit=wanted.limit, cursor=wanted.cursor, show=_lines)


@bp.post("/records/<number>/opinions")
@bp.input(OpinionIn, arg_name="body")
@bp.output(OpinionOut, status_code=201)
@acts
def ask(number: str, body: OpinionIn) -> Done:
    """Ask a person, or an outside contact by e-mail, one question about the record."""
    record = first_or_404(locked(records.visible(current_actor()).where(Record.number == number)))
    return _changed(actions.ask(record, body.model_dump(), by=current_actor(), at=clock.now()), 201)


@bp.post("/opinions/<int:opinion_id>/answer")
@bp.input(AnswerIn, arg_name="body")
@bp.output(OpinionOut)
@acts
def answer(opinion_id: int, body: AnswerIn) -> Done:
    """Answer what you were asked."""
    found = _opinion(opinion_id)
    actions.answer(found, body.answer, by=current_actor(), at=clock.now())
    return _changed(found)


@bp.post("/opinions/<int:opinion_id>/due")
@bp.input(DateIn, arg_name="body")
@bp.output(OpinionOut)
@acts
def move(opinion_id: int, body: DateIn) -> Done:
    """Move the date, with a reason."""
    found = _opinion(opinion_id)
    actions.move_date(found, body.due_at, body.because, by=current_actor(), at=clock.now())
    return _changed(found)


@bp.post("/opinions/<int:opinion_id>/withdraw")
@bp.input(ReasonIn, arg_name="body")
@bp.output(OpinionOut)
@acts
def withdraw(opinion_id: int, body: ReasonIn) -> Done:
    """Take the question back, with a reason."""
    found = _opinion(opinion_id)
    actions.withdraw(found, body.because, by=current_actor(), at=clock.now())
    return _changed(found)


def _opinion(opinion_id: int) -> Opinion:
    """The opinion, locked with its record."""
    found = first_or_404(
        queries.visible(current_actor(), clock.now()).where(Opinion.id == plain_id(opinion_id))
    )
    db.session.scalars(locked(select(Record).where(Record.id == found.record_id))).one()
    db.session.refresh(found)
    return found


def _changed(one: Opinion, status: int = 200) -> Done:
    followups.rearm_now("record", one.record_id, clock.now())
    return Done(facts(one), status)


def _lines(rows: Sequence[Opinion]) -> list[dict[str, Any]]:
    return [facts(one) for one in rows]


def facts(one: Opinion) -> dict[str, Any]:
    """One opinion by the keys of the API."""
    return {
        "id": one.id, "record": one.record.number, "state": one.state, "topic": one.topic, "question": one.question,
        "to": one.addressee, "by": one.by_name, "asked_at": one.at, "due_at": one.due_at, "answer": one.answer,
        "answered_by": one.answered_by, "answered_at": one.answered_at, "withdrawn_at": one.withdrawn_at,
        "withdrawn_because": one.withdrawn_because,
    }  # fmt: skip
