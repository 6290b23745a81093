"""Answers and known issues over the API: read by what shows them elsewhere, written and moved by who writes them."""

from tracker.api.doors import blueprint

bp = blueprint("guides", "Answers")

from tracker.guides.api import answers, known  # noqa: E402,F401  (they hang on bp)
