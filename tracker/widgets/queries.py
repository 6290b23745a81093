"""Named selects of the report widgets."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from tracker.systems.models import AISystem
from tracker.widgets.models import Widget


def every() -> Select[Widget]:
    """All of them with their systems, those in use first."""
    in_full = select(Widget).options(joinedload(Widget.system))
    return in_full.order_by(Widget.revoked_at.is_not(None), Widget.name, Widget.id)


def by_id(widget_id: int) -> Select[Widget]:
    """One of them."""
    return select(Widget).where(Widget.id == widget_id)


def in_use(key: str) -> Select[Widget]:
    """The widget with this key, unless it was revoked or its system is no longer in use."""
    return (
        select(Widget)
        .join(AISystem, AISystem.id == Widget.system_id)
        .where(Widget.key == key, Widget.revoked_at.is_(None), AISystem.active)
    )
