"""Shapes of calls about inspections."""

from datetime import date, datetime
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, Field

from tracker.api.shapes import Body, Line, Page, PersonOut, Text
from tracker.inspections.rules import OUTCOMES, ROUND_STATES

RoundState = Literal["open", "done", "missed"]
Outcome = Literal["", "fine", "finding", "not_applicable"]
assert set(ROUND_STATES) == set(get_args(RoundState))
assert {"", *OUTCOMES} == set(get_args(Outcome))


class RoundFilter(Page):
    state: RoundState | Literal[""] = ""
    plan: int | None = None
    system: Line = ""


class ResultOut(BaseModel):
    id: int
    text: str
    text_en: str
    outcome: str
    note: str
    issue: str | None


class RoundLine(BaseModel):
    id: int
    number: str
    plan: int
    name: str
    system: str
    owner: PersonOut
    state: str
    day: date
    due_at: datetime
    done_at: datetime | None
    done_by: str
    reason: str


class RoundOut(RoundLine):
    results: list[ResultOut]
    moves: list[str]


class RoundPage(BaseModel):
    items: list[RoundLine]
    next: str | None


class ResultIn(Body):
    id: int
    outcome: Outcome
    note: Text = ""


class RoundIn(Body):
    results: Annotated[list[ResultIn], Field(max_length=200)] = []
    finish: bool = False


class MissIn(Body):
    reason: Text


class FindingOut(BaseModel):
    number: str
