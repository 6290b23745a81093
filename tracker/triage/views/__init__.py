"""The pages of triage: acts on several issues, how far they are, undoing them."""

from flask import Blueprint

bp = Blueprint("triage", __name__)

from tracker.triage.views import alike, bulk, macros, saved  # noqa: E402,F401  (they hang on bp)
