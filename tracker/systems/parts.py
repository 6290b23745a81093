"""What a system is made of: data sets, labelling rules, prompts, models and the like, each with its versions."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.db import Model, UTCDateTime
from tracker.systems.models import AISystem


class Artefact(Model):
    """One named thing that a system owns; `owner` keeps it, the owner of the system where nobody is named."""

    __tablename__ = "artefact"
    __table_args__ = (UniqueConstraint("system_id", "kind", "name"),)
    kind_name = "artefact"

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("ai_system.id", ondelete="CASCADE"))
    kind: Mapped[str]
    name: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())

    system: Mapped[AISystem] = relationship()
    owner: Mapped[Person | None] = relationship()
    versions: Mapped[list["ArtefactVersion"]] = relationship(order_by="ArtefactVersion.id.desc()")


class ArtefactVersion(Model):
    """One version; `source` is the number of the record whose correction made it, where one did."""

    __tablename__ = "artefact_version"
    __table_args__ = (UniqueConstraint("artefact_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    artefact_id: Mapped[int] = mapped_column(ForeignKey("artefact.id", ondelete="CASCADE"))
    version: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    by_name: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime())
