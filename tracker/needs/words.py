"""The words of needs on screen."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _w

DECISION_WORDS = {
    "accepted": _w("need", "Accepted"),
    "later": _w("need", "Later"),
    "declined": _w("need", "Declined"),
    "done": _w("need", "Done"),
}
UNDECIDED_WORD = _w("need", "Not decided")
DECISION_TONES = {
    "undecided": "blue",
    "accepted": "violet",
    "later": "amber",
    "declined": "neutral",
    "done": "green",
}
# What the reporter reads first, before the reason.
TOLD_WORDS = {
    "accepted": _l("We will do what you asked for."),
    "later": _l("We cannot do what you asked for now; we will look at it again."),
    "declined": _l("We have decided not to do what you asked for."),
    "done": _l("What you asked for is done."),
}
THEME_WORDS = {
    "system": _l("System and its functions"),
    "labelling": _l("Labelling rules and training"),
    "data": _l("Data to bring up to date"),
    "service": _l("Service and procedure"),
}
FIELD_WORDS = {
    "issue_kind": _l("Kind"),
    "decision": _l("Decision"),
    "theme": _l("Where it is taken up"),
    "owner": _l("Who sees to it"),
    "again_at": _l("Look at it again on"),
    "reason": _l("Reason"),
}
