"""Shapes of calls about versions of AI systems and the guide of each."""

from datetime import datetime

from pydantic import BaseModel

from tracker.api.shapes import Body, Instant, Line, Text


class VersionPatch(Body):
    """What is sent stands there afterwards, the rest as it stood; the texts may use Markdown."""

    version: Line = ""
    released_at: Instant | None = None
    purpose: Text = ""
    limits: Text = ""
    forbidden: Text = ""
    how_to_report: Text = ""


class VersionIn(VersionPatch):
    current: bool = False


class VersionOut(BaseModel):
    id: int
    version: str
    current: bool
    released_at: datetime | None
    purpose: str
    limits: str
    forbidden: str
    how_to_report: str
    guide_updated_at: datetime | None
    url: str


class VersionList(BaseModel):
    items: list[VersionOut]
