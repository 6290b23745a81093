"""Parts of pages that look the same for many readers: drawn once and kept, for drawing costs most of a page.

In a template: `{% call drawn_once("keys", locale) %} … {% endcall %}`.  Everything that the part shows and that may
differ stands in the call: the language first, then what else it depends on.
"""

import re
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache

from flask import Flask, current_app
from markupsafe import Markup, escape

DRAWN = "tracker.drawn"
MOST = 500
HOLE = re.compile("\x00(\\d+)\x00")


def drawn_once(name: str, *depends_on: Hashable, caller: Callable[[], Markup]) -> Markup:
    """The part of this name for these facts."""
    known: dict[Hashable, Markup] = current_app.extensions[DRAWN]
    key = (name, *depends_on)
    if key not in known:
        if len(known) >= MOST:
            known.clear()
        known[key] = caller()
    return known[key]


def drawn_around(
    name: str, *depends_on: Hashable, holes: Sequence[str], caller: Callable[..., Markup]
) -> Markup:
    """The same for a part in which a few texts differ each time: they are left open, and filled in as text.

    In a template: `{% call(token, here) drawn_around("head", locale, holes=[csrf_token(), path]) %} … {% endcall %}`;
    within, a hole can only be shown, for it is not known yet what it will hold.
    """
    marks = [f"\0{number}\0" for number in range(len(holes))]
    around = drawn_once(name, *depends_on, caller=lambda: caller(*(Markup(mark) for mark in marks)))
    pieces = _pieces(around)
    return Markup(
        "".join(piece if n % 2 == 0 else escape(holes[int(piece)]) for n, piece in enumerate(pieces))
    )


@lru_cache(maxsize=MOST)
def _pieces(around: Markup) -> Sequence[str]:
    """What was drawn, cut at its holes: every second piece is the number of one."""
    return HOLE.split(str(around))


def register(app: Flask) -> None:
    """Give the templates of this application the call, and what was drawn a place."""
    app.extensions[DRAWN] = {}
    app.jinja_env.globals.update(drawn_once=drawn_once, drawn_around=drawn_around)
