"""The lists of a record: choices, lines of the form, escalations, runs, signatures, effect checks."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person, Team
from tracker.db import Model, UTCDateTime
from tracker.duty.models import Rota
from tracker.records.models import Record


class RecordChoice(Model):
    """One choice of a many-valued field: `anomaly_types`, `harm_types`, `affected_population`, `eu_triggers`, …"""

    __tablename__ = "record_choice"
    __table_args__ = (UniqueConstraint("record_id", "field", "value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    field: Mapped[str]
    value: Mapped[str]


class RecordItem(Model):
    """One line of a list of the form.

    `part` is the key of a field that is a list, such as `containment` (E1) or `corrections` (H1); `what` the line
    itself; `evidence` its proof, scope or result.  A correction names the artefact and its new version.
    """

    __tablename__ = "record_item"
    __table_args__ = (Index("ix_record_item_part", "record_id", "part", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    part: Mapped[str]
    what: Mapped[str]
    target_kind: Mapped[str] = mapped_column(default="")
    reference: Mapped[str] = mapped_column(default="")
    evidence: Mapped[str] = mapped_column(default="")
    dimension: Mapped[str] = mapped_column(default="")
    # E1: whether it worked; H2 and H3: how it stands.
    effective: Mapped[str] = mapped_column(default="", server_default="")
    standing: Mapped[str] = mapped_column(default="", server_default="")
    artefact: Mapped[str] = mapped_column(default="", server_default="")
    artefact_id: Mapped[int | None] = mapped_column(
        ForeignKey("artefact.id", name="fk_record_item_artefact_id", ondelete="SET NULL"), index=True
    )
    version: Mapped[str] = mapped_column(default="", server_default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Of a line that came from another installation: the id that its owner had there, which is what was signed.
    brought_owner_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime())


class FieldAuthor(Model):
    """Who last wrote a field or list of the record; the outside contact by name.  Separation of duties reads it."""

    __tablename__ = "field_author"

    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime())


class Escalation(Model):
    """F2: to whom the anomaly was reported, and how that stands.  At most one open per record."""

    __tablename__ = "escalation"
    __table_args__ = (
        Index("ix_escalation_record", "record_id", "id"),
        Index("ix_escalation_to", "to_person_id", "state"),
        Index("ix_escalation_team", "to_team_id", "state"),
        Index("ix_escalation_rota", "to_rota_id", "state"),
    )
    kind_name = "escalation"

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    state: Mapped[str | None]
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime())
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime())
    to_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    to_team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    # A duty rota; until somebody takes it, `to_person_id` is whoever is on duty there (`on_call`).
    to_rota_id: Mapped[int | None] = mapped_column(ForeignKey("duty_rota.id"))
    # An outside contact without an account (a vendor).
    to_name: Mapped[str] = mapped_column(default="")
    to_email: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    summary: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime())
    due_at: Mapped[datetime] = mapped_column(UTCDateTime())
    acknowledged_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    acknowledged_by: Mapped[str] = mapped_column(default="")
    expected_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    last_update_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    corrected_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    external_ref: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")

    record: Mapped[Record] = relationship()
    to_person: Mapped[Person | None] = relationship(foreign_keys=[to_person_id])
    to_team: Mapped[Team | None] = relationship()
    to_rota: Mapped[Rota | None] = relationship()
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])

    @property
    def addressee(self) -> str:
        """The name of whoever has it: a person (of a rota, who is on duty or took it), a team, an outside contact."""
        named = self.to_person or self.to_team
        return named.name if named is not None else self.to_name or self.to_email


class EscalationNote(Model):
    """One turn between engineer and supervisor: `update`, `question`, `answer`, `note`.  The reporter never sees it."""

    __tablename__ = "escalation_note"
    __table_args__ = (Index("ix_escalation_note_escalation", "escalation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id", ondelete="CASCADE"))
    kind: Mapped[str]
    body: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    passed_on_at: Mapped[datetime | None] = mapped_column(UTCDateTime())


class Reference(Model):
    """A ticket about this record in another tool; staff see it, `checked_at` is when its state was last learnt."""

    __tablename__ = "reference"
    __table_args__ = (Index("ix_reference_record", "record_id", "id"),)
    kind_name = "reference"

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    escalation_id: Mapped[int | None] = mapped_column(
        ForeignKey("escalation.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    number: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="")
    checked_at: Mapped[datetime] = mapped_column(UTCDateTime())
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    by_name: Mapped[str] = mapped_column(default="")
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    # Noted by a letter's link, whose reader sees these and no others.
    outside: Mapped[bool] = mapped_column(default=False, server_default=false())
    # What the tool itself said last: `open`, `done`, `unknown`; empty where a person wrote the status.
    meaning: Mapped[str] = mapped_column(default="", server_default="")
    # The instant of that word there; since when it is done there, and when a person had looked at that.
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

    @property
    def to_verify(self) -> bool:
        """Whether it is done there and nobody here has looked yet."""
        return self.done_at is not None and self.seen_at is None and self.removed_at is None


class Opinion(Model):
    """會辦: one question about the record to somebody concerned, and the answer; taken back it asks nobody any more."""

    __tablename__ = "opinion"
    __table_args__ = (
        Index("ix_opinion_record", "record_id", "id"),
        Index("ix_opinion_to", "to_person_id", "answered_at"),
    )
    kind_name = "opinion"

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    topic: Mapped[str]
    question: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(UTCDateTime())
    to_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Of an outside contact the name and address; of a person the name as it was then.
    to_name: Mapped[str] = mapped_column(default="")
    to_email: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    answer: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    withdrawn_because: Mapped[str] = mapped_column(default="")

    record: Mapped[Record] = relationship()
    to_person: Mapped[Person | None] = relationship(foreign_keys=[to_person_id])
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])

    @property
    def addressee(self) -> str:
        """Who is asked, by name."""
        return self.to_person.name if self.to_person is not None else self.to_name or self.to_email

    @property
    def state(self) -> str:
        """`waiting`, `answered` or `withdrawn`."""
        if self.answered_at is not None:
            return "answered"
        return "waiting" if self.withdrawn_at is None else "withdrawn"

    @property
    def is_waiting(self) -> bool:
        return self.state == "waiting"


class VerificationRun(Model):
    """I2: one run of the cases, `before` or `after` the correction."""

    __tablename__ = "verification_run"
    __table_args__ = (Index("ix_verification_run_record", "record_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    phase: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    tool: Mapped[str] = mapped_column(default="")
    version: Mapped[str] = mapped_column(default="")
    passed: Mapped[int]
    total: Mapped[int]
    cases: Mapped[str] = mapped_column(default="")
    # The digest or the place of what the tool put out.
    evidence: Mapped[str] = mapped_column(default="", server_default="")
    by_name: Mapped[str] = mapped_column(default="")


class Signature(Model):
    """L1 (`supervisor`) or L2 (`manager`): the statement, a digest per section covered, and the snapshot signed."""

    __tablename__ = "signature"
    __table_args__ = (Index("ix_signature_record", "record_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    signed_as: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    statement: Mapped[str]
    same_person_reason: Mapped[str] = mapped_column(default="")
    # The signer who is away, when their deputy signed; the server default is what rows from before have.
    deputy_for: Mapped[str] = mapped_column(default="", server_default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    digests: Mapped[dict[str, Any]] = mapped_column(JSON)
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)
    voided_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    voided_because: Mapped[str] = mapped_column(default="")
    # Of a signature that came with a record from another installation: its digest there, where its signer had
    # another id.
    brought_digest: Mapped[str] = mapped_column(default="", server_default="")

    person: Mapped[Person] = relationship()


class EffectCheck(Model):
    """L3: one look whether the fault came back."""

    __tablename__ = "effect_check"
    __table_args__ = (Index("ix_effect_check_record", "record_id", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    due_at: Mapped[datetime] = mapped_column(UTCDateTime())
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    recurrences: Mapped[int | None]
    result: Mapped[str] = mapped_column(default="")
    # Why it was made before its day; empty where it was not.
    early_because: Mapped[str] = mapped_column(default="", server_default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    by: Mapped[Person | None] = relationship()
