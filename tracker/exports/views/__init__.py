"""The pages of files: ZIPs that are made while people go on working, and the organisation's own form."""

from flask import Blueprint

bp = Blueprint("exports", __name__)

from tracker.exports.views import bundles, library, outward, own_form  # noqa: E402,F401  (they hang on bp)
