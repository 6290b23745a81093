"""Tables of tools and of what they told us."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Model, UTCDateTime


class TicketTool(Model):
    """A tool that may call: its secret is reckoned from `generation`, the former one holds until `old_until`.

    `meanings` are words of states, folded, that the organisation said mean `open` or `done`.
    """

    __tablename__ = "ticket_tool"
    __table_args__ = (CheckConstraint("shape IN ('github', 'gitlab', 'jira', 'plain')", name="shape"),)
    kind_name = "tool"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    shape: Mapped[str]
    generation: Mapped[int] = mapped_column(default=1)
    old_until: Mapped[datetime | None] = mapped_column(UTCDateTime())
    # Older GitLabs cannot sign: they send the secret itself.
    takes_token: Mapped[bool] = mapped_column(default=False, server_default=false())
    active: Mapped[bool] = mapped_column(default=True, server_default=true())
    meanings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    by_name: Mapped[str]


class TicketCall(Model):
    """One call and what came of it; kept for thirty days, so that none counts twice."""

    __tablename__ = "ticket_call"
    __table_args__ = (
        # Refused calls have neither, so that nobody outside can use up an id that is still to come.
        UniqueConstraint("tool_id", "delivery"),
        UniqueConstraint("tool_id", "body_sha256"),
        Index("ix_ticket_call_tool", "tool_id", "id"),
        Index("ix_ticket_call_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tool_id: Mapped[int] = mapped_column(ForeignKey("ticket_tool.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    delivery: Mapped[str | None]
    body_sha256: Mapped[str | None]
    result: Mapped[str]
    number: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="")
    why: Mapped[str] = mapped_column(default="")

    tool: Mapped[TicketTool] = relationship()
