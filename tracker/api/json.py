"""JSON in and out by orjson: strict about what is JSON (no NaN, no endless nesting), instants as RFC 3339."""

from typing import Any

import orjson
from flask.json.provider import JSONProvider


class StrictJSON(JSONProvider):
    """Raises ValueError for what RFC 8259 does not allow."""

    def dumps(self, obj: Any, **_: Any) -> str:
        return orjson.dumps(obj, option=orjson.OPT_NON_STR_KEYS).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        found = orjson.loads(s)
        try:
            # It reads deeper nesting than it writes; what could not be answered is not taken in.
            orjson.dumps(found)
        except TypeError as error:
            raise ValueError("nested too deep") from error
        return found
