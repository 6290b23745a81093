"""What every call of the API passes: the token, the scope, one way to fail.  Session cookies open nothing here."""

from datetime import datetime, timedelta
from typing import Any

from apiflask import APIBlueprint
from apiflask.exceptions import HTTPError
from flask import Response, g, request
from flask_babel import gettext as _
from pydantic import ValidationError
from sqlalchemy import update
from sqlalchemy.exc import DataError

from tracker import clock
from tracker.accounts import bearer
from tracker.accounts.models import Token
from tracker.accounts.rules import ADMIN, ANONYMOUS
from tracker.api import words
from tracker.db import db, writing
from tracker.errors import NotAllowed, WrongState
from tracker.web import current_actor
from tracker.web.problem import problem
from tracker.web.requests import SAFE, csrf

PREFIX = "/api/v1"
SEEN_EVERY = timedelta(hours=1)
LARGEST_ID = 2**31 - 1


def blueprint(name: str, tag: str) -> APIBlueprint:
    """A blueprint of the API: every call asks for a token, and every failure is a problem document."""
    bp = APIBlueprint(f"api_{name}", __name__, url_prefix=PREFIX, tag=tag)
    csrf.exempt(bp)
    bp.before_request(authenticate)
    bp.register_error_handler(HTTPError, refused_input)
    bp.register_error_handler(WrongState, wrong_state)
    bp.register_error_handler(NotAllowed, not_allowed)
    bp.register_error_handler(OverflowError, out_of_range)
    bp.register_error_handler(DataError, out_of_range)
    return bp


def authenticate() -> Response | None:
    """Act as the token's owner for this request, within its scopes."""
    g.actor = ANONYMOUS
    secret = bearer.secret_in(request.headers.get("Authorization", ""))
    if not secret:
        return problem(401, detail=_("Send a token: Authorization: Bearer …"))
    at = clock.now()
    token = _usable(secret, at)
    if token is None:
        return problem(401, detail=_("This token is unknown, has ended or was revoked."))
    g.actor = bearer.actor_of(token, at)
    if g.actor.locale:
        g.locale = g.actor.locale
    wanted = "read" if request.method in SAFE else "write"
    if wanted not in token.scopes:
        return problem(403, detail=_("This token lacks the scope “%(scope)s”.", scope=wanted))
    return None


def _usable(secret: str, at: datetime) -> Token | None:
    found = bearer.find(secret, at)
    if found is not None and (found.last_used_at is None or found.last_used_at < at - SEEN_EVERY):
        _seen(found.id, at)
    return found


def _seen(token_id: int, at: datetime) -> None:
    """Note once an hour that the token is in use, in a transaction of its own that asks for the write lock at once."""
    db.session.rollback()
    before = writing.set(True)
    db.session.execute(update(Token).where(Token.id == token_id).values(last_used_at=at))
    db.session.commit()
    writing.reset(before)


def need_admin(scope: str = "") -> None:
    """Refuse whoever is no administrator, or uses a token without this scope beside that of the call."""
    actor = current_actor()
    if not actor.is_(ADMIN):
        raise NotAllowed(_("Only an administrator can do this."))
    if scope and scope not in actor.scopes:
        raise NotAllowed(_("This token lacks the scope “%(scope)s”.", scope=scope))


def refused_input(error: HTTPError) -> Response:
    """What the shape of a call refuses, field by field."""
    if isinstance(error.__cause__, ValidationError):
        return problem(
            422,
            detail=_("Some fields are missing or cannot be read."),
            errors=words.by_field(error.__cause__),
        )
    return problem(error.status_code, detail=error.message or "")


def wrong_state(error: WrongState) -> Response:
    db.session.rollback()
    return problem(
        409,
        detail=_("“%(move)s” does not start from the present state.", move=error.text or error.act),
        missing=[],
    )


def not_allowed(error: NotAllowed) -> Response:
    db.session.rollback()
    detail = (
        error.text if " " in error.text or not error.text.isascii() else _("Your role does not allow this.")
    )
    return problem(403, detail=detail)


def out_of_range(error: Exception) -> Response:
    """A number or an instant that no calendar and no database holds."""
    db.session.rollback()
    return problem(422, detail=_("A value lies outside of what can be kept."))


def plain_id(number: int) -> int:
    """An id that a database can look for; beyond, nothing is found."""
    return number if number <= LARGEST_ID else 0


def body_of(model: Any) -> dict[str, Any]:
    """What was really sent, without the defaults of the shape."""
    sent: dict[str, Any] = model.model_dump(exclude_unset=True)
    return sent
