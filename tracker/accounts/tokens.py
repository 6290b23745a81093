"""The one door through which chance comes in: tokens, links, passwords; what is stored of each is a hash."""

import hashlib
import hmac
import secrets
import unicodedata

TOKEN_PREFIX = "trk_"
# Crockford's: no I, L, O, U, which hands and eyes take for other signs.
RECEIPT_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RECEIPT_GROUP, RECEIPT_GROUPS = 5, 3
_ALIKE = str.maketrans("OIL", "011")


def new_secret() -> str:
    """A fresh URL-safe secret of 256 bits."""
    return secrets.token_urlsafe(32)


def new_api_token() -> str:
    """An API token; the prefix lets leak scanners know it."""
    return TOKEN_PREFIX + new_secret()


def new_receipt() -> str:
    """A secret that people copy by hand: three groups of five, 70 bits and a check sign, as K7QP4-M2X9T-R3W0H."""
    drawn = "".join(secrets.choice(RECEIPT_SIGNS) for _ in range(RECEIPT_GROUP * RECEIPT_GROUPS - 1))
    return _grouped(drawn + _check_sign(drawn))


def read_receipt(text: str) -> str | None:
    """The receipt's code as it was given out, from whatever was typed: any case, width and spacing, O for 0, I for 1.

    None when it has another length or its check sign does not fit.
    """
    folded = unicodedata.normalize("NFKC", text).upper().translate(_ALIKE)
    signs = "".join(sign for sign in folded if sign.isalnum())
    if len(signs) != RECEIPT_GROUP * RECEIPT_GROUPS or not set(signs) <= set(RECEIPT_SIGNS):
        return None
    return _grouped(signs) if _check_sign(signs[:-1]) == signs[-1] else None


def _grouped(signs: str) -> str:
    return "-".join(signs[at : at + RECEIPT_GROUP] for at in range(0, len(signs), RECEIPT_GROUP))


def _check_sign(signs: str) -> str:
    """Luhn's check to the base 32: it finds each wrong sign, and neighbours that changed places but for one pair."""
    total, base = 0, len(RECEIPT_SIGNS)
    for place, sign in enumerate(reversed(signs)):
        value = RECEIPT_SIGNS.index(sign) * (1 if place % 2 else 2)
        total += value // base + value % base
    return RECEIPT_SIGNS[-total % base]


def stored(secret: str) -> str:
    """What the database keeps of a secret: its SHA-256.  Enough, as the secret itself is random and long."""
    return hashlib.sha256(secret.encode()).hexdigest()


def salted(key: str, salt: str) -> str:
    """A key that counts attempts without keeping addresses: HMAC-SHA256, first 40 hex digits."""
    return hmac.new(salt.encode(), key.encode(), hashlib.sha256).hexdigest()[:40]
