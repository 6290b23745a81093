"""How far a guide has come, and when a text is long enough to look for answers to it.  Pure."""

import re
from datetime import timedelta

DRAFT, REVIEWED, PUBLISHED = "draft", "reviewed", "published"
OPEN, SOLVED, WITHDRAWN = "open", "solved", "withdrawn"
REVIEW_EVERY = timedelta(days=180)
# Who was told that an answer waits to be looked at again hears of it once more after so long.
REMIND_EVERY = timedelta(days=30)
# A solved problem is still listed for those who meet an older version of it.
SOLVED_LISTED = timedelta(days=30)
LANGUAGES = ("zh", "en")
# What people say in any question whatever it is about, as the text index cuts it.
_FILLERS = (
    "a an and are as at be but by can do does for from had has have how i if in is it my no not of on or s so t that "
    "the there this to was we what when where which who why will with you "
    "怎麼 麼辦 什麼 為什 請問 沒有 可以 不能 我們 因為 所以 但是 這個 那個 還是 如何"
)
FILLERS = frozenset(_FILLERS.split())

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[A-Za-z0-9]+(?:['’-][A-Za-z0-9]+)*")


def says_enough(text: str) -> bool:
    """Whether so much was typed that answers can be looked for: two Han characters, or three words."""
    return len(_HAN.findall(text)) >= 2 or len(_WORD.findall(text)) >= 3


def language_of(text: str) -> str:
    """In which of our languages a text is written."""
    return "zh" if _HAN.search(text) else "en"
