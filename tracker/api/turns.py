"""Shapes of calls about duty rotas."""

from datetime import datetime

from pydantic import BaseModel

from tracker.api.shapes import Body, Instant, Line, Page, PersonOut


class RotaOut(BaseModel):
    id: int
    name: str
    note: str
    rhythm: str
    zone: str
    members: list[PersonOut]
    on_duty: PersonOut | None
    until: datetime | None
    why: str


class RotaPage(BaseModel):
    items: list[RotaOut]
    next: str | None


class RotaFilter(Page):
    at: Instant | None = None


class ShiftFilter(BaseModel):
    since: Instant | None = None
    until: Instant | None = None


class ShiftOut(BaseModel):
    starts_at: datetime
    ends_at: datetime
    person: PersonOut | None
    instead_of: PersonOut | None
    why: str


class ShiftList(BaseModel):
    items: list[ShiftOut]


class OverrideIn(Body):
    person: Line
    starts_at: Instant
    ends_at: Instant
    reason: Line = ""


class OverrideOut(BaseModel):
    id: int
    rota: str
    person: PersonOut
    starts_at: datetime
    ends_at: datetime
    reason: str
    by: str
    at: datetime
    undone_at: datetime | None
