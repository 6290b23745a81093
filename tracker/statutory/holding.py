"""Holds on evidence that a rule asks for: placed while its clock runs, ended once the authority was told.

Regulation (EU) 2024/1689, art. 73(6): the system is not altered before the authorities are informed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from tracker.accounts.rules import SYSTEM, Actor
from tracker.db import db
from tracker.errors import NotAllowed
from tracker.issues import holds
from tracker.issues.models import Issue
from tracker.issues.parts import EvidenceHold
from tracker.records import queries as records
from tracker.records.models import Record
from tracker.statutory.actions import may_stop
from tracker.statutory.models import RUNNING, StatutoryClock, StatutoryNotice
from tracker.workflow import ASSIGNEE, MANAGER, SUPERVISOR


def follow(clocks: Sequence[StatutoryClock], issue: Issue, at: datetime) -> None:
    """Place and end holds as the clocks of this issue stand; safe to run again."""
    asking = {one.rule_id: one for one in clocks if one.rule.get("evidence_hold")}
    if not asking:
        return
    wanted = {name: one for name, one in asking.items() if one.standing == RUNNING}
    if wanted:
        told = set(db.session.scalars(_told([one.id for one in wanted.values()])))
        wanted = {name: one for name, one in wanted.items() if one.id not in told}
    there = {one.rule_id: one for one in holds.standing([issue.id]) if one.rule_id}
    for name, one in wanted.items():
        if name not in there:
            holds.place(issue, str(one.rule["citation"]), by=SYSTEM, at=at, rule_id=name)
    for name, hold in there.items():
        if name not in wanted:
            holds.lapse(issue, hold, by=SYSTEM, at=at)


def ended_because(hold: EvidenceHold) -> str:
    """Why a hold ended: the reason that a person gave, or what ends one of a rule, in the reader's language."""
    by_rule = hold.ended_at is not None and bool(hold.rule_id)
    return _("The authority was told, or the deadline no longer runs.") if by_rule else hold.ended_because


def _told(clock_ids: Sequence[int]) -> Any:
    """Of these clocks those for which somebody was told, be it in an interim report."""
    sent = StatutoryNotice.clock_id.in_(clock_ids), StatutoryNotice.withdrawn_at.is_(None)
    return select(StatutoryNotice.clock_id).where(*sent)


def place(issue: Issue, because: str, *, by: Actor, at: datetime) -> EvidenceHold:
    """Somebody who leads the case holds its evidence, with a reason."""
    if not may_stop(by, issue):
        raise NotAllowed(act="hold_evidence")
    return holds.place(issue, because, by=by, at=at)


def end(issue: Issue, hold: EvidenceHold, because: str, *, by: Actor, at: datetime) -> None:
    """A hold placed by hand ends; one of a rule ends with its notice, or where the deadline does not apply."""
    if not may_stop(by, issue) or hold.rule_id:
        raise NotAllowed(act="free_evidence")
    holds.end(issue, hold, because, by=by, at=at)


def may_override(issue: Issue, record: Record | None, by: Actor, at: datetime) -> bool:
    """Whoever works on the correction, or leads the case; nobody by a letter's link."""
    if by.link is not None:
        return False
    if may_stop(by, issue):
        return True
    if record is None:
        return False
    known = records.relations(by, record, records.last_escalation(record), at)
    return bool(known & {ASSIGNEE, SUPERVISOR, MANAGER})


def override(
    issue: Issue, record: Record | None, hold: EvidenceHold, because: str, *, by: Actor, at: datetime
) -> None:
    """The system has to be corrected now all the same, for a reason that stays in the trail."""
    if not may_override(issue, record, by, at):
        raise NotAllowed(act="override_hold")
    holds.override(issue, hold, because, by=by, at=at)
