"""Errors of the API: RFC 9457 `application/problem+json`."""

from http import HTTPStatus
from typing import Any

from flask import Response, jsonify

TYPES = {
    400: "bad-request", 401: "not-signed-in", 403: "not-allowed", 404: "not-found", 409: "wrong-state",
    412: "changed-meanwhile", 422: "invalid", 429: "too-many-requests", 503: "unavailable",
}  # fmt: skip


def problem(status: int, *, detail: str = "", **extra: Any) -> Response:
    """A problem document; `extra` may hold `errors`, `missing`, `conflicts` or `trace`."""
    title = HTTPStatus(status).phrase
    body = {
        "type": f"urn:tracker:{TYPES.get(status, 'error')}",
        "title": title,
        "status": status,
        "detail": detail or title,
    }
    response = jsonify({**body, **extra})
    response.status_code = status
    response.content_type = "application/problem+json"
    if status == 503:
        response.headers["Retry-After"] = "5"
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="tracker"'
    return response
