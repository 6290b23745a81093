"""Pages of people: signing in, one's own settings, administration."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)

from tracker.accounts.views import admin, me, organisation, people, people_file, setup, sign_in  # noqa: E402, F401
