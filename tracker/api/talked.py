"""Shapes of calls about contacts with the user outside this product."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, StringConstraints

from tracker.api.shapes import Body, Instant, Line


class ContactIn(Body):
    """`at` is when it was, now where it is left out; `with_whom` the reporter."""

    channel: Literal["phone", "in_person", "mail", "online", "other"]
    summary: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
    with_whom: Line = ""
    at: Instant | None = None


class ContactOut(BaseModel):
    id: int
    at: datetime
    channel: str
    with_whom: str
    summary: str
