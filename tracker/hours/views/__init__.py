"""Pages of calendars and of what a person wants to be told, and how."""

from tracker.hours.views import calendars, days, notifications
from tracker.hours.views.ground import bp

__all__ = ["bp", "calendars", "days", "notifications"]
