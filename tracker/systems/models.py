"""Tables of the catalogue."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person, Team
from tracker.db import Model, UTCDateTime
from tracker.duty.models import Rota


class AISystem(Model):
    """One AI system.  `operated_by` is `us` or `vendor`; the key `unknown` is reserved for 不確定."""

    __tablename__ = "ai_system"
    kind_name = "system"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    # What whoever reports may tell their own customers for now; shown when the report is sent.
    tell_customers: Mapped[str] = mapped_column(default="", server_default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    # Whoever is on duty there is whom its anomalies are escalated to by default.
    rota_id: Mapped[int | None] = mapped_column(ForeignKey("duty_rota.id"))
    operated_by: Mapped[str] = mapped_column(default="us")
    vendor_name: Mapped[str] = mapped_column(default="")
    vendor_contact: Mapped[str] = mapped_column(default="")
    vendor_email: Mapped[str] = mapped_column(default="")
    vendor_contract: Mapped[str] = mapped_column(default="")
    support_hours: Mapped[str] = mapped_column(default="")
    # The address on the poster, as a phone has last opened it, and when.
    address_checked: Mapped[str] = mapped_column(default="")
    address_checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    active: Mapped[bool] = mapped_column(default=True)
    # Known through imported history only: not offered when reporting.
    imported: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)

    owner: Mapped[Person | None] = relationship()
    team: Mapped[Team | None] = relationship()
    rota: Mapped[Rota | None] = relationship()
    versions: Mapped[list["SystemVersion"]] = relationship(
        order_by="SystemVersion.id.desc()", back_populates="system"
    )
    functions: Mapped[list["SystemFunction"]] = relationship(
        order_by="SystemFunction.id", back_populates="system"
    )


class SystemVersion(Model):
    """A version and the guide that explains it: limits, forbidden uses, how to report.  `current` marks one."""

    __tablename__ = "system_version"
    __table_args__ = (UniqueConstraint("system_id", "version"),)
    kind_name = "system_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("ai_system.id", ondelete="CASCADE"))
    version: Mapped[str]
    current: Mapped[bool] = mapped_column(default=False)
    # The vendor may have changed the model behind this version since then.
    unknown_since: Mapped[datetime | None] = mapped_column(UTCDateTime())
    released_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    purpose: Mapped[str] = mapped_column(default="")
    limits: Mapped[str] = mapped_column(default="")
    forbidden: Mapped[str] = mapped_column(default="")
    how_to_report: Mapped[str] = mapped_column(default="")
    guide_updated_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

    system: Mapped[AISystem] = relationship(back_populates="versions")


class SystemFunction(Model):
    """One function (功能項目) that a system offers."""

    __tablename__ = "system_function"
    __table_args__ = (UniqueConstraint("system_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("ai_system.id", ondelete="CASCADE"))
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)

    system: Mapped[AISystem] = relationship(back_populates="functions")


OPEN_SUSPENSION, OPEN_RECHECK = text("lifted_at IS NULL"), text("cleared_at IS NULL")


class Suspension(Model):
    """A system that people must not use for now; `notice` is what its users read.  At most one stands a system."""

    __tablename__ = "suspension"
    __table_args__ = (
        Index(
            "uq_suspension_open",
            "system_id",
            unique=True,
            sqlite_where=OPEN_SUSPENSION,
            postgresql_where=OPEN_SUSPENSION,
        ),
    )
    kind_name = "suspension"

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("ai_system.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str]
    reason: Mapped[str]
    notice: Mapped[str]
    lifted_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    lifted_by_name: Mapped[str] = mapped_column(default="")
    lifted_because: Mapped[str] = mapped_column(default="")

    system: Mapped[AISystem] = relationship()


class ModelChange(Model):
    """The vendor changed the model without a word: which version it is now is unknown from `since` on."""

    __tablename__ = "model_change"
    kind_name = "model_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("ai_system.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime())
    known: Mapped[str]
    evidence: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str]

    system: Mapped[AISystem] = relationship()


class Recheck(Model):
    """One case (`issue`, `record`) or guide (`system_version`) to be looked at again after a model change."""

    __tablename__ = "recheck"
    __table_args__ = (
        UniqueConstraint("model_change_id", "subject_kind", "subject_id"),
        Index("ix_recheck_subject", "subject_kind", "subject_id"),
        Index("ix_recheck_open", "id", sqlite_where=OPEN_RECHECK, postgresql_where=OPEN_RECHECK),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    model_change_id: Mapped[int] = mapped_column(ForeignKey("model_change.id", ondelete="CASCADE"))
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    cleared_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    cleared_by_name: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")

    change: Mapped[ModelChange] = relationship()
