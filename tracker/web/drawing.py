"""Parts of pages that look the same for many readers: drawn once and kept, for drawing costs most of a page.

In a template: `{% call drawn_once("keys", locale) %} … {% endcall %}`.  Everything that the part shows and that may
differ stands in the call: the language first, then what else it depends on.
"""

from collections.abc import Callable, Hashable

from flask import Flask, current_app
from markupsafe import Markup

DRAWN = "tracker.drawn"
MOST = 500


def drawn_once(name: str, *depends_on: Hashable, caller: Callable[[], Markup]) -> Markup:
    """The part of this name for these facts."""
    known: dict[Hashable, Markup] = current_app.extensions[DRAWN]
    key = (name, *depends_on)
    if key not in known:
        if len(known) >= MOST:
            known.clear()
        known[key] = caller()
    return known[key]


def register(app: Flask) -> None:
    """Give the templates of this application the call, and what was drawn a place."""
    app.extensions[DRAWN] = {}
    app.jinja_env.globals["drawn_once"] = drawn_once
