"""The words of the return flow."""

from flask_babel import lazy_pgettext as _w

MARK_WORDS = {"": _w("return", "Waiting"), "taken": _w("return", "Taken"), "done": _w("return", "Done")}
MARK_TONES = {"": "amber", "taken": "violet", "done": "green"}
SHOW_WORDS = {"open": _w("return", "Open"), "past": _w("return", "Past"), "all": _w("return", "All")}
