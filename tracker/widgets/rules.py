"""Origins as browsers write them, and what of a page's address is kept.  Pure."""

from collections.abc import Sequence
from urllib.parse import urlsplit

ORIGINS_MOST = 50
DEFAULT_PORTS = {"http": 80, "https": 443}
ADDRESS_MOST = 300


class NoOrigin(ValueError):
    """The text is no origin; it is the error's only argument."""


def origin(text: str) -> str:
    """The origin that people mean by an address such as `HTTPS://Chat.example.org:443/`; raises NoOrigin.

    Lower case, ASCII (IDNA), the scheme's own port left out: as the header `Origin` has it (RFC 6454).
    """
    parts = _split(text.strip())
    if parts is None or parts[0] not in DEFAULT_PORTS:
        raise NoOrigin(text.strip())
    scheme, host, port = parts
    return f"{scheme}://{host}" + (f":{port}" if port and port != DEFAULT_PORTS[scheme] else "")


def _split(text: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port, where the text has nothing beyond them but a slash."""
    try:
        parts = urlsplit(text)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError:
        return None
    plain = host and all(one.isalnum() or one in "-.:" for one in host)
    bare = parts.path in ("", "/") and not (parts.query or parts.fragment or "@" in parts.netloc)
    if not plain or not bare or port == 0:
        return None
    return parts.scheme, f"[{host}]" if ":" in host else host, port


def origins(text: str) -> list[str]:
    """The origins of some lines, each once, in their order; raises NoOrigin for the first that is none."""
    return list(dict.fromkeys(origin(line) for line in text.split() if line))


def allows(allowed: Sequence[str], sent: str | None) -> bool:
    """Whether a browser's `Origin` is one of these, sign by sign; `null` and nothing at all never are."""
    return bool(sent) and sent in allowed


def page_address(text: str) -> str:
    """Where the reporter was, without what may name a person or open a door: no query, fragment or credentials."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if parts.scheme not in DEFAULT_PORTS or not host:
        return ""
    return f"{parts.scheme}://{host}{port}{parts.path}"[:ADDRESS_MOST]
