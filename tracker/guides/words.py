"""What this room's codes are called, and in which language a guide is read."""

from typing import Any, NamedTuple, Protocol

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _w

from tracker.guides import rules

STAGE_WORDS = {
    rules.DRAFT: _w("guide", "Draft"),
    rules.REVIEWED: _w("guide", "Reviewed"),
    rules.PUBLISHED: _w("guide", "Published"),
    rules.OPEN: _w("guide", "Being worked on"),
    rules.SOLVED: _w("guide", "Solved"),
    rules.WITHDRAWN: _w("guide", "Withdrawn"),
}
STAGE_TONES = {
    rules.DRAFT: "neutral", rules.REVIEWED: "violet", rules.PUBLISHED: "green", rules.OPEN: "amber",
    rules.SOLVED: "green", rules.WITHDRAWN: "neutral",
}  # fmt: skip
LANGUAGE_WORDS = {"zh": _w("guide", "Chinese"), "en": _w("guide", "English")}
TEXT_WORDS = {
    "title_zh": _l("Title in Chinese"), "body_zh": _l("Text in Chinese"), "title_en": _l("Title in English"),
    "body_en": _l("Text in English"), "solution_zh": _l("What was done, in Chinese"),
    "solution_en": _l("What was done, in English"),
}  # fmt: skip
TAGS = {"zh": "zh-Hant-TW", "en": "en"}


class TwoTongued(Protocol):
    """A text in two languages, of which one may be empty."""

    title_zh: Any
    title_en: Any
    body_zh: Any
    body_en: Any


class Read(NamedTuple):
    """A guide as one reader gets it; `lang` is set where it is not their language."""

    title: str
    body: str
    lang: str


def read(guide: TwoTongued) -> Read:
    """The text in the reader's language, or in the other where theirs is not written yet."""
    locale = get_locale()
    wanted = "en" if locale is not None and locale.language == "en" else "zh"
    for language in (wanted, *rules.LANGUAGES):
        title = getattr(guide, f"title_{language}")
        if title:
            body = getattr(guide, f"body_{language}")
            return Read(str(title), str(body), "" if language == wanted else TAGS[language])
    return Read("", "", "")


def solution(known: Any) -> str:
    """What was done, in the language that the reader gets."""
    mine, other = _solutions(known)
    return mine or other


def foreign(known: Any) -> bool:
    """Whether what was done is told in the other language alone."""
    mine, other = _solutions(known)
    return bool(other and not mine)


def _solutions(known: Any) -> tuple[str, str]:
    """That in the reader's language, and the other."""
    locale = get_locale()
    pair = str(known.solution_zh), str(known.solution_en)
    return pair[::-1] if locale is not None and locale.language == "en" else pair
