"""Pages of duty rotas."""

from tracker.duty.views import calendars, changes, edit, pages
from tracker.duty.views.ground import bp

__all__ = ["bp", "calendars", "changes", "edit", "pages"]
