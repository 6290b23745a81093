"""What answers, and the ways they end, are called."""

from flask_babel import lazy_gettext as _l

ANSWER_WORDS = {
    "more_time": _l("More time"),
    "reassign": _l("Somebody else takes it"),
    "suspend": _l("System suspended"),
    "accept_risk": _l("Risk accepted for a time"),
}
ANSWER_TONES = {"more_time": "blue", "reassign": "violet", "suspend": "red", "accept_risk": "amber"}
ANSWER_ICONS = {
    "more_time": "calendar", "reassign": "users", "suspend": "player-pause", "accept_risk": "hourglass",
}  # fmt: skip
ENDED_WORDS = {
    "over": _l("the date has passed"),
    "lifted": _l("taken back"),
    "replaced": _l("replaced by a later decision"),
}
