"""Shapes of calls about statutory clocks."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from tracker.api.shapes import Body, Instant, Line, Page, Text


class StatutoryFilter(Page):
    subject: Line = ""
    standing: Line = ""


class NoticeIn(Body):
    kind: Line = "final"
    sent_at: Instant | None = None
    recipient: Line
    to: Line = "authority"
    reference: Line = ""
    evidence: Text = ""
    body: Text = ""
    way: Line = ""


class WaiveIn(Body):
    because: Text


class TollIn(Body):
    basis: Text


class StatutoryOut(BaseModel):
    id: int
    subject: str
    rule: str
    title: dict[str, str]
    citation: str
    mark: str
    checked_on: str
    recipient: dict[str, str]
    standing: str
    voluntary: bool
    doubt: bool
    unknown: list[str]
    start_at: datetime
    due_at: datetime | None
    immediate: bool
    done_at: datetime | None
    reference: str
    evidence: str
    waived_because: str
    toll_basis: str
    history: list[dict[str, Any]]
    legal_advice: bool


class StatutoryPage(BaseModel):
    items: list[StatutoryOut]
    next: str | None
