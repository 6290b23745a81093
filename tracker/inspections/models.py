"""Tables of inspections."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.db import Model, UTCDateTime
from tracker.issues.models import Issue
from tracker.systems.models import AISystem, SystemFunction


class InspectionPlan(Model):
    """What is checked and how often.  Turn number n falls on the n-th day reckoned from `first_day`, never from when
    the last round was done; `turns` counts those that have been opened or passed over while the plan was paused.
    """

    __tablename__ = "inspection_plan"
    __table_args__ = (
        CheckConstraint("every BETWEEN 1 AND 52", name="every"),
        CheckConstraint("within_days BETWEEN 1 AND 60", name="within_days"),
        Index("ix_inspection_plan_owner", "owner_id", "state"),
    )
    kind_name = "inspection_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str | None]
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime())
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime())
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    system_id: Mapped[int] = mapped_column(ForeignKey("ai_system.id"))
    function_id: Mapped[int | None] = mapped_column(ForeignKey("system_function.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    rhythm: Mapped[str]
    every: Mapped[int] = mapped_column(default=1)
    first_day: Mapped[date] = mapped_column(Date())
    within_days: Mapped[int] = mapped_column(default=3)
    turns: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")
    is_demo: Mapped[bool] = mapped_column(default=False, server_default=false())

    system: Mapped[AISystem] = relationship()
    function: Mapped[SystemFunction | None] = relationship()
    owner: Mapped[Person] = relationship()
    items: Mapped[list["InspectionItem"]] = relationship(order_by="InspectionItem.position")


class InspectionItem(Model):
    """One line of the checklist; one taken off stays for the rounds that had it."""

    __tablename__ = "inspection_item"
    __table_args__ = (Index("ix_inspection_item_plan", "plan_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("inspection_plan.id", ondelete="CASCADE"))
    position: Mapped[int]
    text: Mapped[str]
    text_en: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)


class InspectionRound(Model):
    """One time that a plan falls due: `open`, then `done`, or `missed` with the reason why nobody looked."""

    __tablename__ = "inspection_round"
    __table_args__ = (
        UniqueConstraint("plan_id", "turn"),
        Index("ix_inspection_round_state", "state", "due_at"),
    )
    kind_name = "inspection_round"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("inspection_plan.id", ondelete="CASCADE"))
    turn: Mapped[int]
    state: Mapped[str | None]
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime())
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime())
    day: Mapped[date] = mapped_column(Date())
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime())
    due_at: Mapped[datetime] = mapped_column(UTCDateTime())
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(default="")

    plan: Mapped[InspectionPlan] = relationship()
    done_by: Mapped[Person | None] = relationship()
    results: Mapped[list["InspectionResult"]] = relationship(order_by="InspectionResult.id")

    @property
    def number(self) -> str:
        """What people quote: plan and round, counted from one."""
        return f"IR-{self.plan_id}-{self.turn + 1}"


class InspectionResult(Model):
    """What was found at one item of one round; empty until somebody has looked."""

    __tablename__ = "inspection_result"
    __table_args__ = (UniqueConstraint("round_id", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("inspection_round.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(ForeignKey("inspection_item.id"))
    outcome: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"))

    item: Mapped[InspectionItem] = relationship()
    issue: Mapped[Issue | None] = relationship()
