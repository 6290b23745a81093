"""Table of the report widgets."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Model, UTCDateTime
from tracker.systems.models import AISystem


class Widget(Model):
    """One site key.  `origins` are those it works on, each as a browser sends it: scheme, host and maybe port."""

    __tablename__ = "widget"
    kind_name = "widget"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    system_id: Mapped[int] = mapped_column(ForeignKey("ai_system.id"), index=True)
    origins: Mapped[list[Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    # The newest report that came by it.
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

    system: Mapped[AISystem] = relationship()
