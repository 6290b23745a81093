"""The one door through which chance comes in: tokens, links, passwords; what is stored of each is a hash."""

import hashlib
import hmac
import secrets

TOKEN_PREFIX = "trk_"


def new_secret() -> str:
    """A fresh URL-safe secret of 256 bits."""
    return secrets.token_urlsafe(32)


def new_api_token() -> str:
    """An API token; the prefix lets leak scanners know it."""
    return TOKEN_PREFIX + new_secret()


def stored(secret: str) -> str:
    """What the database keeps of a secret: its SHA-256.  Enough, as the secret itself is random and long."""
    return hashlib.sha256(secret.encode()).hexdigest()


def salted(key: str, salt: str) -> str:
    """A key that counts attempts without keeping addresses: HMAC-SHA256, first 40 hex digits."""
    return hmac.new(salt.encode(), key.encode(), hashlib.sha256).hexdigest()[:40]


def jitter() -> float:
    """A number in [0, 1) that spreads retries."""
    return secrets.randbelow(1_000_000) / 1_000_000
