"""What this installation is called from outside: the address that was set, or that an administrator confirmed.

No header of a request decides it, since whoever sends a request chooses its headers.
"""

from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import String, column, select, table

from tracker.db import db

MOST = 200
LOCAL = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})
# The organisation's settings stand above this floor; of them only this one word is read here.
CONFIRMED = select(column("address", String)).select_from(table("organisation"))


def settled() -> str:
    """`TRACKER_BASE_URL`, else the confirmed address, without a slash at its end; empty where there is neither."""
    given = str(current_app.config["TRACKER"].base_url)
    return given or str(db.session.scalar(CONFIRMED) or "")


def is_address(text: str) -> bool:
    """Whether the text is scheme, host and maybe port, and nothing else, so that a path can follow it."""
    try:
        parts = urlsplit(text)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = (
        text.isascii() and len(text) <= MOST and all(one > " " and one not in "<>\"'\\^`{|}" for one in text)
    )
    whole = f"{parts.scheme}://{parts.netloc}" == text
    named = bool(parts.hostname) and "@" not in parts.netloc and not parts.netloc.endswith(":")
    return plain and port_is_right and whole and named and parts.scheme in ("http", "https")


def is_local(url: str) -> bool:
    """Whether the address means the very machine that opens it, so that no phone could."""
    return (urlsplit(url).hostname or "") in LOCAL
