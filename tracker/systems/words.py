"""What this room's codes are called on the screen."""

from typing import Protocol

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

OPERATOR_WORDS = {"us": _l("We ourselves"), "vendor": _l("A vendor")}
ARTEFACT_WORDS = {
    "dataset": _l("Data set"),
    "labelling_rule": _l("Labelling rule"),
    "prompt": _l("Prompt"),
    "model": _l("Model"),
    "knowledge_base": _l("Knowledge base"),
    "software": _l("Software"),
    "manual": _l("Manual"),
    "acceptance_criteria": _l("Acceptance criteria"),
    "other": _l("Other"),
}


class Named(Protocol):
    """A system, or a row that carries its two names."""

    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...


def named(system: Named) -> str:
    """What the reader calls the system: for readers of English its English name, where it has one."""
    locale = get_locale()
    english = locale is not None and locale.language == "en"
    return system.name_en if english and system.name_en else system.name
