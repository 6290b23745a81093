"""Addresses: where a sign-in may lead, what this installation is called from outside, and its picture as a QR code."""

from urllib.parse import urlsplit

import segno
from flask import current_app, request
from markupsafe import Markup

LOCAL = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})


def safe_path(wish: str | None, otherwise: str = "/") -> str:
    """The wish, if it is a path of this site and nothing that a browser would read as another site's."""
    plain = wish or ""
    if not plain.startswith("/") or plain.startswith("//") or "\\" in plain or len(plain) > 2000:
        return otherwise
    return plain if all(" " < one <= "~" or one >= "\u00a0" for one in plain) else otherwise


def base_url() -> str:
    """The address of this installation without a slash at its end: the set one, or the one this request came by."""
    return str(current_app.config["TRACKER"].base_url) or request.host_url.rstrip("/")


def is_local(url: str) -> bool:
    """Whether the address means the very machine that opens it, so that no phone could."""
    return (urlsplit(url).hostname or "") in LOCAL


def qr_code(text: str) -> Markup:
    """The text as a QR code: an SVG that takes its size from the page and needs no style of its own."""
    code = segno.make(text, error="m", micro=False)
    return Markup(
        code.svg_inline(omitsize=True, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None)
    )
