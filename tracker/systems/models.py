"""Tables of the catalogue."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person, Team
from tracker.db import Model, UTCDateTime


class AISystem(Model):
    """One AI system.  `operated_by` is `us` or `vendor`; the key `unknown` is reserved for 不確定."""

    __tablename__ = "ai_system"
    kind_name = "system"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
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
