"""The words of the widget, which travel inside the script in both languages."""

from collections.abc import Mapping

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from tracker.issues.words import IMPACT_WORDS

# The tag that a page says its language by, and our locale.
LANGUAGES = {"zh": "zh_Hant_TW", "en": "en"}
WORDS = {
    "open": _l("Report a problem"),
    "title": _l("Report what the AI did"),
    "what": _l("What happened?"),
    "whatMissing": _l("Enter what happened"),
    "impact": _l("How big is the impact?"),
    "impactMissing": _l("Select how big the impact is"),
    "along": _l("Send along what I entered, what the AI answered, and the page"),
    "see": _l("See what is sent along"),
    "input": _l("What you entered"),
    "output": _l("What the AI answered"),
    "model": _l("Model"),
    "version": _l("Version"),
    "trace_id": _l("Trace id"),
    "page": _l("Page"),
    "email": _l("E-mail, if you want the answer by letter (optional)"),
    "send": _l("Send the report"),
    "sending": _l("Sending …"),
    "cancel": _l("Cancel"),
    "close": _l("Close"),
    "failed": _l("It could not be sent. What you wrote is kept here: please try again."),
    "done": _l("We have your report"),
    "promise": _l("We will reply by %(when)s.", when="{when}"),
    "receipt": _l("This code opens your report for 30 days. Keep it: we cannot show it again."),
    "follow": _l("Look at its progress"),
    "rehearsal": _l("All is in order. This was a trial from the administration: no report was made."),
}


def both() -> Mapping[str, Mapping[str, object]]:
    """All words by language, the six sizes of impact with them."""
    found = {}
    for tag, locale in LANGUAGES.items():
        with force_locale(locale):
            impacts = {code: str(text) for code, text in IMPACT_WORDS.items()}
            found[tag] = {**{name: str(text) for name, text in WORDS.items()}, "impacts": impacts}
    return found
