"""Why a record moved along with another case: kept as a code with its number, told to each in their own language."""

import re

from flask_babel import lazy_gettext as _l

WORDS = {
    "led": _l("Cause and correction are carried by %(number)s."),
    "leader_back": _l("%(number)s, which carries its cause and correction, was sent back."),
    "leader_cancelled": _l("%(number)s, which carried its cause and correction, was cancelled."),
    "again": _l("Reported again: %(number)s"),
    "attached": _l("Attached to %(number)s"),
}
_CODED = re.compile(rf"({'|'.join(WORDS)}):(\S{{1,40}})")


def coded(why: str, number: str) -> str:
    """What is kept of it; `number` is the other case's."""
    return f"{why}:{number}"


def told(text: str) -> str:
    """A reason as people read it: the words of a coded one, and what anybody wrote as it is."""
    found = _CODED.fullmatch(text)
    return str(WORDS[found[1]]) % {"number": found[2]} if found else text
