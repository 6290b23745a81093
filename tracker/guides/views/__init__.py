"""The pages of answers and known issues, and what is suggested beside a report."""

from flask import Blueprint

bp = Blueprint("guides", __name__)

from tracker.guides.views import (  # noqa: E402,F401  (they hang on bp)
    articles,
    beside,
    known,
    suggest,
    versions,
    writing,
)
