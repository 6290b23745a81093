"""Holds on the evidence of an issue: while one stands, nothing of it is masked or taken away.  Never commits."""

from collections.abc import Collection, Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, select

from tracker import audit, rearm
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import DomainError, WrongState
from tracker.issues.models import Issue
from tracker.issues.parts import EvidenceHold

REASON_MOST = 2000


def of(issue_ids: Collection[int]) -> Select[EvidenceHold]:
    """The holds that stand on these issues, oldest first."""
    mine = EvidenceHold.issue_id.in_(issue_ids), EvidenceHold.ended_at.is_(None)
    return select(EvidenceHold).where(*mine).order_by(EvidenceHold.id)


def standing(issue_ids: Collection[int]) -> Sequence[EvidenceHold]:
    return db.session.scalars(of(issue_ids)).all() if issue_ids else ()


def must_be_free(issue_ids: Collection[int]) -> None:
    """Raise WrongState, with the reason of the hold, where evidence must not be masked or taken away."""
    for one in standing(issue_ids):
        raise WrongState(
            _("The evidence of this case is held and must not be altered: %(why)s", why=one.because),
            act="mask",
        )


def place(issue: Issue, because: str, *, by: Actor, at: datetime, rule_id: str = "") -> EvidenceHold:
    """Hold the evidence from now on; DomainError without a reason."""
    hold = EvidenceHold(issue_id=issue.id, rule_id=rule_id, because=reason(because), by_name=by.name, at=at)
    db.session.add(hold)
    db.session.flush()
    _write(issue, hold, "hold_evidence", hold.because, by, at)
    return hold


def end(issue: Issue, hold: EvidenceHold, because: str, *, by: Actor, at: datetime) -> None:
    """The evidence is free again; WrongState when it is already."""
    _must_stand(hold, "free_evidence")
    hold.ended_because, hold.ended_by, hold.ended_at = reason(because), by.name, at
    _write(issue, hold, "free_evidence", hold.ended_because, by, at)


def lapse(issue: Issue, hold: EvidenceHold, *, by: Actor, at: datetime) -> None:
    """Its rule asks for it no longer; that is the reason, told to each reader in words of their own."""
    _must_stand(hold, "free_evidence")
    hold.ended_by, hold.ended_at = by.name, at
    _write(issue, hold, "free_evidence", "", by, at)


def override(issue: Issue, hold: EvidenceHold, because: str, *, by: Actor, at: datetime) -> None:
    """Correct the system in spite of the hold, for a reason; its evidence stays held."""
    _must_stand(hold, "override_hold")
    if hold.overridden_at is not None:
        raise WrongState(act="override_hold")
    hold.overridden_because, hold.overridden_by, hold.overridden_at = reason(because), by.name, at
    _write(issue, hold, "override_hold", hold.overridden_because, by, at)


def reason(text: str) -> str:
    """The reason in a person's own words; DomainError without one."""
    words = " ".join((text or "").replace("\x00", "").split())
    if not words:
        raise DomainError(fields={"because": _("Give the reason.")})
    return words[:REASON_MOST]


def _must_stand(hold: EvidenceHold, act: str) -> None:
    if hold.ended_at is not None:
        raise WrongState(act=act)


def _write(issue: Issue, hold: EvidenceHold, verb: str, because: str, by: Actor, at: datetime) -> None:
    audit.record(
        f"issue.{verb}", issue, by=by, at=at, after={"hold": hold.id, "statutory_rule": hold.rule_id},
        texts={"because": because} if because else None,
    )  # fmt: skip
    rearm.mark(issue.kind_name, issue.id, at=at)
    db.session.flush()
