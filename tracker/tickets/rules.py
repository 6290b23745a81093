"""Whether a call is from who it says: HMAC-SHA256 over the raw body, in constant time, and not too old.  Pure."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from tracker.tickets.shapes import STANDARD, Headers

WINDOW = timedelta(minutes=5)
"""How far the instant that a sender signs may lie from ours."""

KEPT = timedelta(days=30)
OLD_SECRET = timedelta(hours=24)
"""How long the former secret is taken after a new one was made, so that no call is lost meanwhile."""

BODY_MOST = 512 * 1024
CALLS_MOST, REFUSED_MOST = 1200, 60
"""In a quarter of an hour: calls of one tool, refused ones from one address."""

PREFIX = "whsec_"
TOKEN = "X-Gitlab-Token"

# What came of a call.
NOTED, SAME, DONE, ASKED, NOBODY, OLDER, SILENT, SEEN, REFUSED, UNREADABLE = (
    "noted", "same", "done", "asked", "nobody", "older", "silent", "seen", "refused", "unreadable",
)  # fmt: skip
RESULTS = (NOTED, SAME, DONE, ASKED, NOBODY, OLDER, SILENT, SEEN, REFUSED, UNREADABLE)


def secret_of(key: str, tool_id: int, generation: int) -> str:
    """The secret of a tool, reckoned from the installation's own key: the database and its backups hold none."""
    mac = hmac.new(key.encode(), f"ticket tool {tool_id} {generation}".encode(), hashlib.sha256)
    return PREFIX + base64.b64encode(mac.digest()).decode()


def _keys(secret: str) -> tuple[bytes, ...]:
    """Senders sign with the text, or with the bytes that it is base64 of."""
    try:
        return secret.encode(), base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return (secret.encode(),)


def is_signed(secrets: Sequence[str], headers: Headers, header: str, body: bytes) -> bool:
    """Whether one of these secrets signed this body; every comparison takes the same time."""
    given, content = headers.get(header, ""), body
    if header == STANDARD:
        content = f"{headers.get('webhook-id', '')}.{headers.get('webhook-timestamp', '')}.".encode() + body
    candidates = given.split()[:8] if header == STANDARD else [given]
    found = False
    for secret in secrets:
        for key in _keys(secret):
            mac = hmac.new(key, content, hashlib.sha256)
            wanted = (
                f"v1,{base64.b64encode(mac.digest()).decode()}"
                if header == STANDARD
                else f"sha256={mac.hexdigest()}"
            )
            for one in candidates:
                found |= hmac.compare_digest(wanted.encode(), one.encode("utf-8", "replace"))
    return found


def has_token(secrets: Sequence[str], headers: Headers) -> bool:
    """Whether the secret itself stands in the header of older GitLabs, which sign nothing."""
    given = headers.get(TOKEN, "").encode("utf-8", "replace")
    found = False
    for secret in secrets:
        found |= hmac.compare_digest(secret.encode(), given)
    return found


def in_time(headers: Headers, now: datetime) -> bool:
    """Whether the signed instant lies within the window."""
    stamp = headers.get("webhook-timestamp", "")
    if not stamp.isascii() or not stamp.isdecimal() or len(stamp) > 12:
        return False
    return abs(now.timestamp() - int(stamp)) <= WINDOW.total_seconds()
