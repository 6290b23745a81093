"""Each kind of failure becomes one status and one page, here and nowhere else; the API answers in JSON."""

import logging
from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

from tracker.accounts import tokens
from tracker.db import db, writing
from tracker.errors import DomainError, Missing, Refused, Stale, Unavailable, WrongState
from tracker.web import meanwhile, session
from tracker.web.problem import problem

log = logging.getLogger("tracker.web")
RETRY_AFTER_S = 5
# PostgreSQL ends one of two that wait for each other, and whoever is second with a key that may be there once.
DEADLOCK, TAKEN = "40P01", "23505"
AGAIN_MOST = 3
PAGES = frozenset({400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503})
# Where what was typed would be lost with the page that it was typed on.
KEEPS_TYPED = frozenset({401, 403, 404, 409, 410})


def page(status: int, **context: Any) -> Response:
    """The error page of a status; pages without their own speak as 400 or 500."""
    name = status if status in PAGES else (400 if status < 500 else 500)
    if status in KEEPS_TYPED:
        context["typed"] = meanwhile.typed()
    response = make_response(render_template(f"errors/{name}.html", **context), status)
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def answer(status: int, *, detail: str = "", **extra: Any) -> Response:
    """The same failure for a page or for the API."""
    if request.path.startswith("/api/"):
        return problem(status, detail=detail, **extra)
    return page(status, detail=detail, **extra)


def domain_error(error: DomainError) -> Response:
    # A request that only reads has begun nothing, and need not ask once more who its reader is.
    if writing.get() or not db.session.is_active:
        db.session.rollback()
    extra: dict[str, Any] = {}
    status = error.status
    if isinstance(error, Missing):
        extra["missing"] = list(error.keys)
    elif isinstance(error, Refused) and error.act:
        extra["act"] = error.act
    elif isinstance(error, Stale):
        extra["conflicts"] = [vars(conflict) for conflict in error.conflicts]
        status = 412 if request.path.startswith("/api/") else 409
    elif error.fields:
        extra["errors"] = {field: [str(text)] for field, text in error.fields.items()}
    if isinstance(error, WrongState) and not request.path.startswith("/api/"):
        return page(status, seen=meanwhile.of_request(), detail=str(error.text), **extra)
    return answer(status, detail=str(error.text), **extra)


def http_error(error: HTTPException) -> Any:
    if error.response is not None:
        return error.response
    return answer(error.code or 500)


def csrf_error(error: CSRFError) -> Response:
    return answer(
        400, detail=_("The page may have been open for too long. Load it again and send once more.")
    )


def database_away(error: DBAPIError) -> Any:
    """The database does not answer: 503, and the next request tries anew."""
    if _is_worth_another_try(error, DEADLOCK):
        return _once_more()
    log.warning("database away: %s", error.orig)
    db.session.rollback()
    return _bare(503)


def was_there_first(error: IntegrityError) -> Any:
    """Somebody else made the same thing at the same moment: looked at anew, it is there; any other is a fault."""
    return _once_more() if _is_worth_another_try(error, TAKEN) else unexpected(error)


def _is_worth_another_try(error: DBAPIError, state: str) -> bool:
    return getattr(error.orig, "sqlstate", "") == state and g.get("again", 0) < AGAIN_MOST


def _once_more() -> Any:
    """Carry the request out anew: it left nothing behind, and whoever stood in its way has gone on."""
    db.session.rollback()
    g.again = g.get("again", 0) + 1
    for _name, upload in request.files.items(multi=True):
        upload.stream.seek(0)
    try:
        return current_app.dispatch_request()
    except Exception as error:
        return current_app.handle_user_exception(error)


def out_of_range(_error: Exception) -> Response:
    """A number that no database holds: in an address it names nothing, in what was sent it is wrong."""
    db.session.rollback()
    return answer(404 if request.method in ("GET", "HEAD") else 422)


def unexpected(error: Exception) -> Response:
    """The last handler: a code that people can quote stands in the log beside the fault."""
    trace = tokens.new_secret()[:6].upper()
    # Not the address itself, which may hold the secret of a link.
    log.exception("fault %s at %s %s", trace, request.method, request.url_rule)
    db.session.rollback()
    return _bare(500, trace=trace)


def _bare(status: int, **context: Any) -> Response:
    session.forget()
    return answer(status, **context)


def register(app: Flask) -> None:
    """Map what rooms raise to what people and programs see."""
    app.register_error_handler(DomainError, domain_error)
    app.register_error_handler(CSRFError, csrf_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(OperationalError, database_away)
    app.register_error_handler(InterfaceError, database_away)
    app.register_error_handler(IntegrityError, was_there_first)
    app.register_error_handler(OverflowError, out_of_range)
    app.register_error_handler(DataError, out_of_range)
    app.register_error_handler(Unavailable, lambda error: _bare(503, detail=error.text))
    app.register_error_handler(Exception, unexpected)
