"""Addresses: where a sign-in may lead, what this installation is called from outside, and its picture as a QR code."""

import segno
from flask import g, request
from markupsafe import Markup

from tracker import addresses


def safe_path(wish: str | None, otherwise: str = "/") -> str:
    """The wish, if it is a path of this site and nothing that a browser would read as another site's."""
    plain = wish or ""
    if not plain.startswith("/") or plain.startswith("//") or "\\" in plain or len(plain) > 2000:
        return otherwise
    return plain if all(" " < one <= "~" or one >= "\u00a0" for one in plain) else otherwise


def base_url() -> str:
    """The address of this installation without a slash at its end: the settled one, or else the one this request
    came by, which may stand on the page that answers it and nowhere else."""
    if "base_url" not in g:
        g.base_url = addresses.settled() or request.host_url.rstrip("/")
    return str(g.base_url)


def qr_code(text: str) -> Markup:
    """The text as a QR code: an SVG that takes its size from the page and needs no style of its own."""
    code = segno.make(text, error="m", micro=False)
    return Markup(
        code.svg_inline(omitsize=True, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None)
    )
