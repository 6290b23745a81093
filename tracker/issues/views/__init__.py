"""The pages of issues: report, my reports, one issue for its reporter, its staff or a guest, and every move."""

from flask import Blueprint

bp = Blueprint("issues", __name__)

from tracker.issues.views import (  # noqa: E402,F401  (they hang on bp)
    alike,
    drafts,
    edit,
    files,
    guest,
    inbox,
    issue,
    masking,
    mine,
    moves,
    preview,
    report,
    search,
    snooze,
    talk,
    transcripts,
    undo,
)
