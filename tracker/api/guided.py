"""Shapes of calls about answers and known issues."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from tracker.api.shapes import Body, Line, Page, Text


class AnswerFilter(Page):
    q: Line = ""
    system: Line = ""
    show: Literal["", "unfinished", "due", "withdrawn"] = ""


class KnownFilter(Page):
    q: Line = ""
    system: Line = ""
    show: Literal["", "all"] = ""


class GuideIn(Body):
    """What is sent stands there afterwards, the rest as it stood; `system` alone means all of that system."""

    system: Line = ""
    function: Line = ""
    title_zh: Text = ""
    body_zh: Text = ""
    title_en: Text = ""
    body_en: Text = ""


class NewGuide(GuideIn):
    """With `issue`, what is not sent is taken from what the staff wrote of it, without what tells who reported."""

    issue: Line = ""


class GuideMove(Body):
    move: Line
    fields: Annotated[dict[str, Text], Field(max_length=20)] = {}


class Helped(Body):
    helpful: bool


class Texts(BaseModel):
    """A text in two languages; the one that is not written yet is empty."""

    title_zh: str
    body_zh: str
    title_en: str
    body_en: str


class DraftOut(Texts):
    version: int
    stage: str
    seen: str
    written_by: str
    written_at: datetime


class AnswerOut(BaseModel):
    id: int
    system: str | None
    function: str | None
    version: int | None
    texts: Texts | None
    published_at: datetime | None
    withdrawn_at: datetime | None
    review_on: datetime | None
    helpful: int
    unhelpful: int
    reports_spared: int
    draft: DraftOut | None
    moves: list[str]
    url: str


class AnswerPage(BaseModel):
    items: list[AnswerOut]
    next: str | None


class KnownOut(BaseModel):
    id: int
    system: str
    function: str | None
    state: str
    texts: Texts
    solution_zh: str
    solution_en: str
    affected: int
    updated_at: datetime
    published_at: datetime | None
    solved_at: datetime | None
    issues: list[str] | None
    moves: list[str]
    url: str


class KnownPage(BaseModel):
    items: list[KnownOut]
    next: str | None


class GuideVersion(BaseModel):
    version: int
    written_by: str
    written_at: datetime
    texts: dict[str, str]
    changed: list[str]


class GuideVersions(BaseModel):
    items: list[GuideVersion]
