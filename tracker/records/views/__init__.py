"""The pages of records: the register, one record, its moves, its print and files, its versions, signing."""

from flask import Blueprint

bp = Blueprint("records", __name__)

from tracker.records.views import (  # noqa: E402,F401  (they hang on bp)
    checks,
    codes,
    files,
    moves,
    record,
    recurring,
    register,
    saving,
    signing,
    tries,
    versions,
)
