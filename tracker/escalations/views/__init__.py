"""回報給我的: the desk, one escalation and its verbs, several at once, tickets elsewhere, unannounced model changes."""

from flask import Blueprint

bp = Blueprint("escalations", __name__)

from tracker.escalations.views import (  # noqa: E402,F401  (they hang on bp)
    changes,
    one,
    tickets,
    together,
)
