"""Names, addresses and passwords as people and files give them: what is kept of them, what is refused.  Pure."""

import re
import unicodedata

NAME_MOST, ADDRESS_MOST, PHONE_MOST, PASSWORD_LEAST, PASSWORD_MOST = 120, 254, 60, 10, 200
# Any syntactic address, `.test` and a bare host included; nothing quoted, nothing a mail header could break at.
ADDRESS = re.compile(r"[^@\s\"(),:;<>\[\\\]\x00-\x20\x7f]{1,64}@[^@\s\"(),:;<>\[\\\]\x00-\x20\x7f]{1,190}")
GUESSABLE = (
    "password",
    "qwertyuiop",
    "1234567890",
    "0987654321",
    "abcdefghij",
    "iloveyou",
    "letmein",
    "administrator",
)


def one_line(text: str) -> str:
    """The text in one line: composed characters, runs of blanks as one, none at its ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def is_printable(text: str) -> bool:
    """Whether there is nothing in the text that a database, a mail header or a terminal would stumble over."""
    return not any(unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") for one in text)


def is_name(text: str) -> bool:
    """Whether this can be shown and mailed as somebody's or something's name."""
    return 0 < len(text) <= NAME_MOST and is_printable(text)


def address(text: str) -> str:
    """The address as it is stored: composed, lower case, without blanks around it."""
    return unicodedata.normalize("NFC", text.strip()).lower()


def is_address(text: str) -> bool:
    """Whether this is a syntactic e-mail address (decisions: any is accepted)."""
    if len(text) > ADDRESS_MOST or not is_printable(text) or ADDRESS.fullmatch(text) is None:
        return False
    local, _, domain = text.rpartition("@")
    parts = [*domain.split("."), *local.split(".")]
    return all(0 < len(part) <= 64 and not part.startswith("-") for part in parts)


def is_guessable(password: str, *known: str) -> bool:
    """Whether a password is a common one, few characters over and over, or holds the person's own name or address."""
    low = password.casefold()
    own = [word.casefold() for one in known for word in (one, one.partition("@")[0]) if len(word) >= 4]
    bare = re.sub(r"[^a-z0-9]", "", low)
    plain = any(bare.startswith(word) and len(bare) - len(word) <= 4 for word in GUESSABLE)
    return plain or len(set(low)) < 5 or any(word in low and len(low) - len(word) < 6 for word in own)
