"""The pages of chase policies, under `/admin/chase`."""

from tracker.policies.views import draft, home, trials
from tracker.policies.views.ground import bp

__all__ = ["bp", "draft", "home", "trials"]
