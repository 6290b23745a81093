"""What codes of this room are called."""

from flask_babel import get_locale, ngettext
from flask_babel import lazy_gettext as _l

from tracker.inspections import rules
from tracker.inspections.models import InspectionItem, InspectionPlan

RHYTHM_WORDS = {rules.WEEKS: _l("Calendar weeks"), rules.MONTHS: _l("Calendar months")}
PLAN_WORDS = {rules.ACTIVE: _l("In force"), rules.PAUSED: _l("Paused"), rules.ENDED: _l("Ended")}
PLAN_TONES = {rules.ACTIVE: "green", rules.PAUSED: "teal", rules.ENDED: "neutral"}
PLAN_MOVES = {"pause": _l("Pause the plan"), "resume": _l("Go on with the plan"), "end": _l("End the plan")}
ROUND_WORDS = {rules.OPEN: _l("To inspect"), rules.DONE: _l("Inspected"), rules.MISSED: _l("Missed")}
ROUND_TONES = {rules.OPEN: "amber", rules.DONE: "green", rules.MISSED: "red"}
OUTCOME_WORDS = {
    rules.FINE: _l("In order"),
    rules.FINDING: _l("Finding"),
    rules.NOT_APPLICABLE: _l("Not applicable"),
}
NEED_WORDS = {
    "outcome": _l("Each line needs an answer."),
    "note": _l("Say in words what each finding is."),
    "reason": _l("Give a reason."),
}


def in_language(text: str, english: str) -> str:
    """The English words for readers of English, where there are some."""
    locale = get_locale()
    return english if english and locale is not None and locale.language == "en" else text


def plan_name(plan: InspectionPlan) -> str:
    """The plan's name in the reader's language."""
    return in_language(plan.name, plan.name_en)


def item_text(item: InspectionItem) -> str:
    """The line in the reader's language."""
    return in_language(item.text, item.text_en)


def rhythm(plan: InspectionPlan) -> str:
    """Every week, every 2 months."""
    if plan.rhythm == rules.WEEKS:
        return ngettext("Each week", "Every %(num)s weeks", plan.every)
    return ngettext("Each month", "Every %(num)s months", plan.every)
