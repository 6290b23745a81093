"""Every blueprint of the product, one line a room; `create_app` registers them in this order."""

from tracker.web.health import bp as health
from tracker.web.styleguide import bp as styleguide
from tracker.web.views import bp as web

BLUEPRINTS = (
    web,
    health,
    styleguide,
)
