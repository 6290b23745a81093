"""What is said of somebody who is there."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

DOING_WORDS = {
    "editing": _l("%(name)s is editing"),
    "viewing": _l("%(name)s is looking at it"),
    "idle": _l("%(name)s has it open"),
}


def said(others: Iterable[tuple[str, str]]) -> str:
    """Names with what they do, as one line; empty where nobody is."""
    return _(", ").join(str(DOING_WORDS[doing]) % {"name": name} for name, doing in others)
