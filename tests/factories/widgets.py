"""Report widgets."""

from tests.clock import MONDAY
from tests.factories.people import make_system
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.systems.models import AISystem
from tracker.widgets import actions
from tracker.widgets.models import Widget

SITE = "https://chat.example.test"


def make_widget(*origins: str, system: AISystem | None = None, name: str = "Chat page") -> Widget:
    """A widget that works on these origins, else on SITE."""
    about = system or make_system()
    wanted = actions.Wanted(name, about.id, "\n".join(origins or [SITE]))
    widget = actions.create(wanted, by=SYSTEM, at=MONDAY)
    db.session.commit()
    return widget
