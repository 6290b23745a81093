"""Lists, newest first, a page at a time; the cursor is opaque and never an offset."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from flask import Response, jsonify, make_response, request
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import InstrumentedAttribute

from tracker.api import tags
from tracker.db import db
from tracker.errors import DomainError

T = TypeVar("T")


def page_of(
    found: Select[T],
    row_id: InstrumentedAttribute[int] | ColumnElement[int],
    *,
    limit: int,
    cursor: str,
    show: Callable[[Sequence[T]], list[dict[str, Any]]],
) -> dict[str, Any]:
    """`{"items": […], "next": cursor or null}` of the rows after the cursor."""
    if cursor:
        found = found.where(row_id < _opened(cursor))
    rows = db.session.scalars(found.order_by(row_id.desc()).limit(limit + 1)).all()
    more = len(rows) > limit
    kept = rows[:limit]
    return {"items": show(kept), "next": _closed(kept[-1].id) if more else None}  # type: ignore[attr-defined]


def _closed(row_id: int) -> str:
    return base64.urlsafe_b64encode(f"id:{row_id}".encode()).decode().rstrip("=")


def _opened(cursor: str) -> int:
    try:
        kind, _colon, number = (
            base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").partition(":")
        )
        if kind == "id" and number.isdecimal() and int(number) < 2**62:
            return int(number)
    except (binascii.Error, ValueError):
        pass
    text = _("Use the cursor as the answer before gave it.")
    raise DomainError(text, fields={"cursor": text})


def item(answer: dict[str, Any], digests: Mapping[str, str] | None = None) -> Response:
    """One thing with its ETag, for `If-Match` by its fields' `digests`; 304 when the caller has it as it is."""
    response: Response = jsonify(answer)
    response.set_etag(tags.tag_of(answer, digests))
    return make_response(response.make_conditional(request))
