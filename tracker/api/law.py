"""Shapes of calls about statutory clocks, notices to the outside, and holds on evidence."""

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


class OfCase(Page):
    subject: Line = ""


class OwnNoticeIn(NoticeIn):
    subject: Line


class NoticeFile(BaseModel):
    name: str
    sha256: str


class NoticeOut(BaseModel):
    id: int
    subject: str
    clock: int | None
    kind: str
    to: str
    recipient: str
    way: str
    sent_at: datetime
    reference: str
    evidence: str
    body: str
    files: list[NoticeFile]
    noted_at: datetime
    noted_by: str
    withdrawn_at: datetime | None
    withdrawn_because: str


class NoticePage(BaseModel):
    items: list[NoticeOut]
    next: str | None


class HoldFilter(OfCase):
    standing: Line = ""


class HoldIn(Body):
    subject: Line
    because: Text


class HoldOut(BaseModel):
    id: int
    issue: str
    rule: str
    because: str
    by: str
    at: datetime
    stops_work: bool
    overridden_at: datetime | None
    overridden_by: str
    overridden_because: str
    ended_at: datetime | None
    ended_by: str
    ended_because: str


class HoldPage(BaseModel):
    items: list[HoldOut]
    next: str | None
