"""The description of the API, OpenAPI 3.1, drawn from the calls themselves, and the page that shows it."""

from typing import Any

from apiflask import APIFlask
from flask import Blueprint, Flask, Response, current_app, jsonify, render_template

from tracker.api.json import StrictJSON

bp = Blueprint("api_spec", __name__)
MADE = "tracker.api.spec"
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        "missing": {"type": "array", "items": {"type": "string"}},
        "conflicts": {"type": "array", "items": {"type": "object"}},
        "trace": {"type": "string"},
    },
}
FAILURES = {
    "400": "What was sent is no JSON", "401": "No token, or one that opens nothing", "403": "Not allowed to this role",
    "404": "Not there, or not to be seen", "413": "Too long", "422": "A field is missing or wrong",
    "503": "Away for the moment",
}  # fmt: skip
OF_CHANGES = {
    "409": "A guard of the move is unmet, or it does not start from here",
    "412": "Changed meanwhile",
}
IDEMPOTENCY = {
    "name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 255},
    "description": "The same key and body give the same answer; another body is refused (422).",
}  # fmt: skip
IF_MATCH = {"name": "If-Match", "in": "header", "required": False, "schema": {"type": "string"},
            "description": "The ETag that was read: a field changed since is not overwritten (412)."}  # fmt: skip


@bp.get("/api/v1/openapi.json")
def description() -> Response:
    """The description itself; it tells nothing about this installation, so anybody may read it."""
    return jsonify(document(current_app))


@bp.get("/api/docs")
def docs() -> str:
    """The description as a page to read and to try out."""
    return render_template("api/docs.html")


def document(app: Flask) -> dict[str, Any]:
    """The description, made at the first call."""
    if MADE not in app.extensions:
        assert isinstance(app, APIFlask)
        spec = app.spec
        assert isinstance(spec, dict)
        app.extensions[MADE] = _completed(spec)
    made: dict[str, Any] = app.extensions[MADE]
    return made


def register(app: APIFlask) -> None:
    """Give this app strict JSON and the words of its description."""
    app.json = StrictJSON(app)
    app.security_schemes = {"token": {"type": "http", "scheme": "bearer"}}
    app.config["AUTO_VALIDATION_ERROR_RESPONSE"] = False
    app.config["AUTO_AUTH_ERROR_RESPONSE"] = False
    app.config["AUTO_404_RESPONSE"] = False


def _completed(spec: dict[str, Any]) -> dict[str, Any]:
    """Add what is the same for every call: the token, how it fails, the headers it takes."""
    spec["security"] = [{"token": []}]
    schemas = spec.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    for path in spec["paths"].values():
        for method, call in path.items():
            if method == "parameters":
                continue
            unsafe = method in ("post", "patch", "put", "delete")
            for status, text in {**FAILURES, **(OF_CHANGES if unsafe else {})}.items():
                content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
                call["responses"][status] = {"description": text, "content": content}
            extra = [IDEMPOTENCY] if method == "post" else [IF_MATCH] if method == "patch" else []
            call.setdefault("parameters", []).extend(extra)
    return spec
