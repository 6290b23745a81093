"""The doors of the report widget: the script and its one call, and the pages under /admin."""

from flask import Blueprint

bp = Blueprint("widgets", __name__)

from tracker.widgets.views import admin, door  # noqa: E402,F401  (they hang on bp)
