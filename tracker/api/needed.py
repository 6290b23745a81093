"""Shapes of calls about needs that are no anomalies."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from tracker.api.shapes import Body, Instant, Line, Page, PersonOut, Text

NeedKind = Literal["feature_request", "data_correction", "complaint"]
Decision = Literal["accepted", "later", "declined", "done"]
Theme = Literal["system", "labelling", "data", "service"]


class NeedIn(Body):
    kind: NeedKind
    decision: Decision
    theme: Theme
    reason: Text
    owner: Line = ""
    again_at: Instant | None = None


class NeedFilter(Page):
    kind: NeedKind | None = None
    decision: Literal["undecided", "accepted", "later", "declined", "done"] | None = None
    theme: Theme | None = None
    system: Line = ""


class NeedOut(BaseModel):
    number: str
    title: str
    kind: str | None
    state: str
    system: str
    created_at: datetime
    decision: str
    theme: str | None
    task: str | None
    reason: str
    owner: PersonOut | None
    again_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None
    url: str


class NeedPage(BaseModel):
    items: list[NeedOut]
    next: str | None
