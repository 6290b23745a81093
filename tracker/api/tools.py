"""Shapes of calls about tools whose webhooks are taken, and about what a ticket's words mean."""

from datetime import datetime

from pydantic import BaseModel

from tracker.api.shapes import Body, Line
from tracker.api.shapes import Page as Page


class ToolIn(Body):
    name: Line
    shape: Line = "plain"
    key: Line = ""


class ToolOut(BaseModel):
    key: str
    name: str
    shape: str
    active: bool
    old_until: datetime | None
    url: str


class ToolSecret(ToolOut):
    secret: str


class ToolPage(BaseModel):
    items: list[ToolOut]
    next: str | None


class CallOut(BaseModel):
    id: int
    at: datetime
    result: str
    ticket: str
    state: str
    why: str


class CallPage(BaseModel):
    items: list[CallOut]
    next: str | None
