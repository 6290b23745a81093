"""What the shape of a call refuses, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from pydantic import ValidationError

MOST_NAMED = 200
"""A body of a million fields that do not exist is refused like one of two hundred."""


def by_field(error: ValidationError) -> dict[str, list[str]]:
    """The texts for each field, as `a.b.0` for what lies deeper; of the first two hundred that are wrong."""
    found: dict[str, list[str]] = {}
    for one in error.errors(include_url=False, include_input=False)[:MOST_NAMED]:
        key = ".".join(str(part) for part in one["loc"]) or "body"
        found.setdefault(key, []).append(_text(one["type"], one.get("ctx") or {}, one["msg"]))
    return found


def _text(kind: str, context: Mapping[str, Any], fallback: str) -> str:
    """The text for one kind of refusal; a rare kind speaks for itself, in English."""
    texts = {
        "missing": _("This field is required."),
        "extra_forbidden": _("There is no such field."),
        "string_type": _("Enter text here."),
        "string_unicode": _("This text holds characters that are none."),
        "string_too_short": _("Enter at least %(count)s characters.", count=context.get("min_length", 1)),
        "string_too_long": _("Enter at most %(count)s characters.", count=context.get("max_length", 0)),
        "literal_error": _("Choose one of: %(values)s.", values=context.get("expected", "")),
        "model_type": _("Send a JSON object."),
        "model_attributes_type": _("Send a JSON object."),
        "dict_type": _("Send a JSON object."),
        "list_type": _("Send a list."),
        "int_type": _("Enter a whole number."),
        "int_parsing": _("Enter a whole number."),
        "timezone_aware": _("Name the time zone, as in 2026-11-22T14:30:00+08:00."),
    }
    if kind.startswith("datetime"):
        return _("Enter an instant such as 2026-11-22T14:30:00+08:00.")
    return texts.get(kind, fallback)
