"""What codes of this room are called."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.duty import rules
from tracker.duty.models import DutyTerm
from tracker.duty.points import written

RHYTHM_WORDS = {
    rules.DAILY: _l("Every day"),
    rules.WEEKLY: _l("Every week"),
    rules.EVERY_N_DAYS: _l("Every few days"),
    rules.CUSTOM: _l("Shifts of our own"),
}
WEEKDAY_WORDS = (
    _l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"),
)  # fmt: skip
SHORT_WEEKDAYS = (_l("Mon"), _l("Tue"), _l("Wed"), _l("Thu"), _l("Fri"), _l("Sat"), _l("Sun"))
SWAP_WORDS = {
    rules.ASKED: _l("waits for an answer"),
    rules.ACCEPTED: _l("accepted"),
    rules.DECLINED: _l("declined"),
    rules.CANCELLED: _l("taken back"),
}
SWAP_TONES = {
    rules.ASKED: "amber",
    rules.ACCEPTED: "green",
    rules.DECLINED: "neutral",
    rules.CANCELLED: "neutral",
}
SWAP_MOVE_WORDS = {
    "accept": _l("Take the shift"),
    "decline": _l("Decline"),
    "cancel": _l("Take the request back"),
}
# Why somebody else than whose turn it is stands there, in a word.
WHY_WORDS = {
    rules.OVERRIDE: _l("changed"),
    rules.DEPUTY: _l("deputy"),
    rules.NEXT: _l("next in turn"),
    rules.NOBODY: _l("nobody is there"),
}


def short_weekdays() -> tuple[str, ...]:
    """Mon to Sun in the reader's language, as `points.read` reads them."""
    return tuple(str(word) for word in SHORT_WEEKDAYS)


def rhythm(term: DutyTerm) -> str:
    """Every week, hand-over Monday 09:00 (Asia/Taipei)."""
    minute = int(term.points[0][1])
    at = f"{minute // 60:02}:{minute % 60:02}"
    if term.rhythm == rules.CUSTOM:
        lines = written([(day, minutes) for day, minutes in term.points], short_weekdays())
        return _("Hand-over %(times)s (%(zone)s)", times=lines.replace("\n", " · "), zone=term.zone)
    if term.rhythm == rules.WEEKLY:
        day = WEEKDAY_WORDS[term.anchor.weekday()]
        return _("Every week, hand-over %(day)s %(at)s (%(zone)s)", day=day, at=at, zone=term.zone)
    if term.rhythm == rules.DAILY:
        return _("Every day, hand-over %(at)s (%(zone)s)", at=at, zone=term.zone)
    return _("Every %(days)s days, hand-over %(at)s (%(zone)s)", days=term.every_days, at=at, zone=term.zone)
