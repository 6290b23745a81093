"""Shapes of calls about decisions, tickets in other tools and unannounced model changes."""

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


class ReferenceIn(Body):
    name: Line
    number: Line = ""
    url: Text = ""
    status: Line = ""


class ReferenceStatus(Body):
    status: Line
    number: Line | None = None
    url: Text | None = None


class ReferenceMeaning(Body):
    meaning: Line


class ReferenceOut(BaseModel):
    id: int
    record: str
    name: str
    number: str
    url: str
    status: str
    checked_at: datetime
    meaning: str
    done_at: datetime | None
    seen_at: datetime | None


class ReferencePage(BaseModel):
    items: list[ReferenceOut]
    next: str | None


class ModelChangeIn(Body):
    since: Instant
    known: Text
    evidence: Text = ""


class ModelChangeOut(BaseModel):
    id: int
    system: str
    since: datetime
    known: str
    evidence: str
    by: str
    at: datetime
    rechecks: list[int]


class RecheckIn(Body):
    note: Text


class RecheckOut(BaseModel):
    id: int
    subject: str
    cleared_at: datetime | None
    cleared_by: str
    note: str
