"""Calls that change something: acted once per Idempotency-Key, committed in one place, answered with a status."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec

from flask import Response, current_app, jsonify, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tracker import clock
from tracker.api import tags
from tracker.db import db
from tracker.errors import DomainError
from tracker.issues.models import Idempotency
from tracker.web import current_actor

KEY = "Idempotency-Key"
LONGEST_KEY = 255
P = ParamSpec("P")


@dataclass(frozen=True)
class Done:
    """What a call did: the answer, its status, where the new thing stands, the digests of its fields for the ETag."""

    answer: dict[str, Any]
    status: int = 200
    location: str = ""
    digests: Mapping[str, str] | None = None


def acts(view: Callable[P, Done]) -> Callable[P, Response]:
    """Commit what the view did and answer; the same key and body get the same answer, another body is refused."""

    @wraps(view)
    def run(*args: P.args, **kwargs: P.kwargs) -> Response:
        key, digest = _key(), _digest()
        if key and (kept := _kept(key, digest)) is not None:
            return kept
        done = view(*args, **kwargs)
        # Through JSON and back, so that a repeated answer is the very same.
        answer = current_app.json.loads(current_app.json.dumps(done.answer))
        try:
            if key:
                _keep(key, digest, done, answer)
            db.session.commit()
        except IntegrityError:
            db.session.rollback()
            if key and (kept := _kept(key, digest)) is not None:
                return kept
            raise
        etag = tags.tag_of(answer, done.digests) if done.digests else ""
        return _answer(answer, done.status, done.location, etag)

    return run


def _key() -> str:
    key = request.headers.get(KEY, "")
    if not key:
        return ""
    if not key.isascii() or not key.isprintable() or len(key) > LONGEST_KEY:
        text = _("Use at most %(count)s printable ASCII characters.", count=LONGEST_KEY)
        raise DomainError(text, fields={KEY: text})
    return key


def _digest() -> str:
    """Names what was asked for: the call and its body."""
    asked = f"{request.method} {request.path}\n".encode() + request.get_data(cache=True)
    return hashlib.sha256(asked).hexdigest()


def _owner() -> str:
    return f"person:{current_actor().person_id}"


def _kept(key: str, digest: str) -> Response | None:
    found = db.session.scalars(
        select(Idempotency).where(Idempotency.owner == _owner(), Idempotency.key == key)
    ).first()
    if found is None:
        return None
    if found.body_sha256 != digest:
        text = _("This key was used for another call.")
        raise DomainError(text, fields={KEY: text})
    return _answer(found.answer, found.status, found.location)


def _keep(key: str, digest: str, done: Done, answer: dict[str, Any]) -> None:
    row = Idempotency(
        owner=_owner(), key=key, body_sha256=digest, status=done.status, answer=answer, location=done.location,
        at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()


def _answer(answer: dict[str, Any], status: int, location: str, etag: str = "") -> Response:
    response = jsonify(answer)
    response.status_code = status
    if location:
        response.headers["Location"] = location
    if etag:
        response.set_etag(etag)
    return response
