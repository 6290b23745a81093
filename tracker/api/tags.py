"""ETags that know each field: a save with If-Match is refused for those fields alone that somebody wrote since.

The tag holds a few bytes of each field's digest, and a digest of the whole answer, which changes with all else.
"""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from flask import current_app, request

_BYTES = 3
_CHANGED = "changed"


def tag_of(answer: Mapping[str, Any], digests: Mapping[str, str] | None = None) -> str:
    """The tag of an answer; `digests` has, in hex, the digest of each field that a caller may write."""
    whole = hashlib.sha256(current_app.json.dumps(answer).encode()).hexdigest()[:20]
    if not digests:
        return whole
    parts = b"".join(_part(digests[key]) for key in sorted(digests))
    return f"{base64.urlsafe_b64encode(parts).decode().rstrip('=')}.{whole}"


def seen(digests: Mapping[str, str]) -> dict[str, str]:
    """By field the digest that the caller had read, from If-Match; empty without one."""
    given = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not given or given == "*":
        return {}
    read_then = _opened(given.partition(".")[0])
    return {
        key: digests[key] if read_then[at * _BYTES : (at + 1) * _BYTES] == _part(digests[key]) else _CHANGED
        for at, key in enumerate(sorted(digests))
    }


def _part(digest: str) -> bytes:
    return bytes.fromhex(digest)[:_BYTES]


def _opened(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""
