"""Who owes the work that a clock measures, as far as it decides whose hours count.  Reads a loaded case only."""

from collections.abc import Sequence

from sqlalchemy import select

from tracker.accounts.models import TeamMember
from tracker.db import db
from tracker.followups import fixed
from tracker.followups.cases import Case, Key
from tracker.policies import rules as policy
from tracker.records.parts import Escalation, Opinion, RecordItem


def owing(case: Case, key: Key, clock: str = "") -> Sequence[int | None]:
    """The ids of the people; empty or None where it is nobody in particular, such as an outside contact."""
    kind, subject_id = key
    if case.round is not None:
        return [case.round.plan.owner_id]
    if kind == "issue":
        issue = next(one for one in case.issues if one.id == subject_id)
        return [issue.reporter_id if clock == policy.USER_ANSWER else issue.assignee_id]
    if kind == "escalation":
        return _assignees(next(one for one in case.escalations if one.id == subject_id))
    record = case.record
    if record is None:
        return ()
    if kind == policy.ACTION:
        item = db.session.get(RecordItem, subject_id)
        return [(item.owner_id if item is not None else None) or record.owner_id]
    if kind == fixed.OPINION:
        asked = db.session.get(Opinion, subject_id)
        return [asked.to_person_id if asked is not None else record.owner_id]
    if clock == policy.HOLD and record.hold_liaison_id:
        return [record.hold_liaison_id]
    return [record.owner_id]


def _assignees(escalation: Escalation) -> Sequence[int | None]:
    if escalation.to_person_id is not None or escalation.to_team_id is None:
        return [escalation.to_person_id]
    members = select(TeamMember.person_id).where(TeamMember.team_id == escalation.to_team_id)
    return list(db.session.scalars(members.order_by(TeamMember.person_id)))
