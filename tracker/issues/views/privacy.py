"""Personal data in the text of a report: pointed out once before it is sent, covered by one button, never refused."""

from tracker import personal
from tracker.issues import words
from tracker.issues.forms import ReportForm

TEXTS = ("description", "input", "actual", "expected")


def unseen(form: ReportForm) -> list[str]:
    """The kinds of personal data that the texts hold, unless the reporter was told already.

    Whoever says that personal data is concerned knows, and what they write is sealed.
    """
    if form.privacy_seen.data or form.impact.data == "personal_data":
        return []
    there = {kind for name in TEXTS for kind in personal.kinds(form[name].data or "")}
    return [kind for kind in personal.KINDS if kind in there]


def cover(form: ReportForm) -> None:
    """Put the name of its kind in the place of each piece of personal data."""
    names = {kind: str(words.PERSONAL_WORDS[kind]) for kind in personal.KINDS}
    for name in TEXTS:
        form[name].data = personal.covered(form[name].data or "", names)
