"""The record itself: one column per fact; what is a list is a table in `parts`."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.db import Model, UTCDateTime
from tracker.issues.models import Issue
from tracker.systems.models import AISystem


class Record(Model):
    """One anomaly-handling record.  Field keys are those of the form; `number` is A1."""

    __tablename__ = "record"
    __table_args__ = (
        Index("ix_record_state", "state", "id"),
        Index("ix_record_system", "system_id", "id"),
        Index("ix_record_updated", "updated_at", "id"),
    )
    kind_name = "record"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str | None]
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime())
    held_from: Mapped[str] = mapped_column(default="")
    primary_issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("ai_system.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    reissue_of_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"), index=True)
    # How often somebody was asked for an opinion: a page looks for opinions only where there are some.
    opinions_asked: Mapped[int] = mapped_column(default=0, server_default="0")
    # The record that carries cause, correction and proof for this one.
    led_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("record.id", name="fk_record_led_by_id", ondelete="SET NULL"), index=True
    )
    led_since: Mapped[datetime | None] = mapped_column(UTCDateTime())
    led_by_name: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime())
    next_due_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    next_due_clock: Mapped[str] = mapped_column(default="")
    long_form: Mapped[bool] = mapped_column(default=False)
    loops: Mapped[int] = mapped_column(default=0)
    relapses: Mapped[int] = mapped_column(default=0)
    # A6
    environment_kind: Mapped[str] = mapped_column(default="", server_default="")
    # B9
    reproducible: Mapped[str] = mapped_column(default="not_tried")
    reproduction: Mapped[str] = mapped_column(default="")
    reproduced_times: Mapped[int | None]
    reproduction_tries: Mapped[int | None]
    # D
    anomaly_type: Mapped[str] = mapped_column(default="")
    harm_realisation: Mapped[str] = mapped_column(default="")
    impact: Mapped[int | None]
    reach: Mapped[int | None]
    severity: Mapped[str] = mapped_column(default="")
    severity_override: Mapped[str] = mapped_column(default="")
    severity_override_reason: Mapped[str] = mapped_column(default="")
    affected_count: Mapped[str] = mapped_column(default="")
    personal_data: Mapped[str] = mapped_column(default="")
    special_category: Mapped[str] = mapped_column(default="unknown")
    record_count: Mapped[int | None]
    security_event: Mapped[str] = mapped_column(default="unknown")
    cia_confidentiality: Mapped[int | None]
    cia_integrity: Mapped[int | None]
    cia_availability: Mapped[int | None]
    ip_concerned: Mapped[str] = mapped_column(default="", server_default="")
    ip_concern: Mapped[str] = mapped_column(default="")
    ip_claimant: Mapped[str] = mapped_column(default="", server_default="")
    ip_material: Mapped[str] = mapped_column(default="", server_default="")
    ip_licence: Mapped[str] = mapped_column(default="", server_default="")
    ip_answer: Mapped[str] = mapped_column(default="", server_default="")
    # E
    containment_none_because: Mapped[str] = mapped_column(default="")
    already_out: Mapped[str] = mapped_column(default="")
    # G
    cause_class: Mapped[str] = mapped_column(default="")
    # What the cause lies in: its name as it is printed, and the thing itself.
    cause_artefact: Mapped[str] = mapped_column(default="", server_default="")
    cause_artefact_id: Mapped[int | None] = mapped_column(
        ForeignKey("artefact.id", name="fk_record_cause_artefact_id", ondelete="SET NULL"), index=True
    )
    root_cause: Mapped[str] = mapped_column(default="")
    escape_cause: Mapped[str] = mapped_column(default="")
    escape_reference: Mapped[str] = mapped_column(default="", server_default="")
    similar_check: Mapped[str] = mapped_column(default="")
    cause_not_found: Mapped[str] = mapped_column(default="")
    # H
    preventive_none_because: Mapped[str] = mapped_column(default="")
    fixed_in_version: Mapped[str] = mapped_column(default="")
    # I
    proof_kind: Mapped[str] = mapped_column(default="")
    proof_steps: Mapped[str] = mapped_column(default="")
    proof_before: Mapped[str] = mapped_column(default="")
    proof_after: Mapped[str] = mapped_column(default="")
    proof_evidence: Mapped[str] = mapped_column(default="", server_default="")
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    verification_result: Mapped[str] = mapped_column(default="")
    same_person_reason: Mapped[str] = mapped_column(default="")
    # J
    user_reply_sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    # K
    training_gap: Mapped[str] = mapped_column(default="unknown")
    training_note: Mapped[str] = mapped_column(default="")
    material_changed: Mapped[str] = mapped_column(default="", server_default="")
    # L
    watch_since: Mapped[datetime | None] = mapped_column(UTCDateTime())
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    close_code: Mapped[str] = mapped_column(default="")
    conclude_reason: Mapped[str] = mapped_column(default="")
    lessons: Mapped[str] = mapped_column(default="")
    retain_override: Mapped[datetime | None] = mapped_column(UTCDateTime())
    retain_reason: Mapped[str] = mapped_column(default="", server_default="")
    # on_hold
    hold_waiting_for: Mapped[str] = mapped_column(default="")
    hold_until: Mapped[datetime | None] = mapped_column(UTCDateTime())
    hold_liaison_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    hold_promise: Mapped[str] = mapped_column(default="")
    hold_promise_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    is_demo: Mapped[bool] = mapped_column(default=False)

    primary_issue: Mapped[Issue] = relationship()
    system: Mapped[AISystem] = relationship()
    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id])
    verified_by: Mapped[Person | None] = relationship(foreign_keys=[verified_by_id])
    led_by: Mapped["Record | None"] = relationship(foreign_keys=[led_by_id], remote_side=[id])
    hold_liaison: Mapped[Person | None] = relationship(foreign_keys=[hold_liaison_id])
