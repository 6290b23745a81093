"""Shapes of calls about decisions."""

from datetime import datetime

from pydantic import BaseModel

from tracker.api.shapes import Body, Instant, Line, Page, Text


class DecisionIn(Body):
    subject: Line
    question: Text = ""
    answer: Line = ""
    reason: Text = ""
    until: Instant | None = None
    to: Line = ""
    notice: Text = ""
    clock: Line = ""
    tell: bool = True


class DecisionEnd(Body):
    reason: Text


class DecisionFilter(Page):
    subject: Line = ""


class DecisionOut(BaseModel):
    id: int
    subject: str
    question: str
    asked_at: datetime | None
    answer: str
    reason: str
    until: datetime | None
    to: str
    clock: str
    by: str
    at: datetime | None
    ended_at: datetime | None
    ended_because: str


class DecisionPage(BaseModel):
    items: list[DecisionOut]
    next: str | None
