"""Which records still lack something: one condition for each thing that auditors and heads ask for."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_

from tracker.records import codes, rules
from tracker.records.models import Record
from tracker.records.parts import EffectCheck, RecordItem, Signature


def _item(part: str) -> Any:
    return exists().where(RecordItem.record_id == Record.id, RecordItem.part == part)


def signed(role: str) -> Any:
    """Records that this role signed, the signature not void."""
    return exists().where(
        Signature.record_id == Record.id, Signature.signed_as == role, Signature.voided_at.is_(None)
    )


GRAVE = or_(Record.severity.in_(rules.GRAVE), Record.long_form)
# Whoever concluded without a correction owes neither cause, correction nor proof.
CORRECTED = Record.close_code.not_in(codes.CONCLUDE_CODES)
STANDS = Record.state.not_in((rules.DRAFT, rules.CANCELLED, rules.REISSUED))
# What a supervisor has signed and a manager has yet to; an ordinary record needs no second signature.
WAITS_FOR_MANAGER = and_(Record.state == rules.REVIEW, GRAVE, signed("supervisor"), ~signed("manager"))
# By the key of the field whose words say what is missing.
LACKING: Mapping[str, ColumnElement[bool]] = {
    "anomaly_type": Record.anomaly_type.in_(("", codes.UNDECIDED)),
    "severity": Record.severity == "",
    "containment": and_(~_item("containment"), Record.containment_none_because == ""),
    "root_cause": and_(Record.root_cause == "", Record.cause_not_found == "", CORRECTED),
    "corrections": and_(~_item("corrections"), CORRECTED),
    "proof_kind": and_(Record.proof_kind == "", CORRECTED),
    "verified_by": and_(Record.verified_by_id.is_(None), CORRECTED),
    "signoff_supervisor": ~signed("supervisor"),
    "signoff_manager": and_(GRAVE, ~signed("manager")),
    "effect_checks": exists().where(EffectCheck.record_id == Record.id, EffectCheck.done_at.is_(None)),
}


def lacking(key: str) -> ColumnElement[bool]:
    """Records in work or closed that lack this."""
    return and_(STANDS, LACKING[key])
