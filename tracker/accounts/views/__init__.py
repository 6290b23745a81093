"""Pages of people: signing in, one's own settings, administration."""

from tracker.accounts.views import admin, me, organisation, people, people_file, setup, sign_in
from tracker.accounts.views.ground import bp

__all__ = ["admin", "bp", "me", "organisation", "people", "people_file", "setup", "sign_in"]
