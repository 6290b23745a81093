"""The words of triage on screen."""

from flask_babel import lazy_gettext as _l

ACT_WORDS = {
    "accept": _l("Accept"),
    "take": _l("Assign to me"),
    "assign": _l("Hand over"),
    "merge": _l("Merge"),
    "answer": _l("Give a solution"),
    "close": _l("Close the issue"),
    "snooze": _l("Later"),
    "decide": _l("Decide on the need"),
    "undo": _l("Undo"),
}
MACRO_ACT_WORDS = {
    "answer": _l("Give a solution"),
    "ask": _l("Ask for details"),
    "note": _l("Message"),
    "close": _l("Close the issue"),
}
HINTS = {
    "into": _l(
        "The number of the issue that goes on. The selected ones are closed, and their reporters follow it."
    ),
    "proposed_solution": _l(
        "Each reporter reads this on their own page and is asked once whether it is solved."
    ),
    "note": _l("Why they are closed without the reporters' word. Each reporter reads this."),
    "until": _l("They are out of the views until then; deadlines run on."),
    "to": _l("They handle the selected issues from now on."),
}
