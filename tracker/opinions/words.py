"""The words of opinions."""

from flask_babel import lazy_pgettext as _w

TOPIC_WORDS = {
    "privacy": _w("opinion", "Privacy"),
    "security": _w("opinion", "Security"),
    "legal": _w("opinion", "Legal"),
    "data": _w("opinion", "Data owner"),
    "labelling": _w("opinion", "Labelling owner"),
    "other": _w("opinion", "Other"),
}
STATE_WORDS = {
    "waiting": _w("opinion", "Waiting for the answer"),
    "answered": _w("opinion", "Answered"),
    "withdrawn": _w("opinion", "Taken back"),
}
STATE_TONES = {"waiting": "amber", "answered": "green", "withdrawn": "neutral"}
