"""The ledger of chases: each firing once, to whom and why, what came of it, and that those chased hear of the end."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select, update

from tracker.db import about, db
from tracker.followups import cases, letters
from tracker.followups.cases import Case, Key
from tracker.followups.models import Chase
from tracker.followups.recipients import CONTACT, Recipient
from tracker.followups.subjects import Subject
from tracker.issues.models import Issue

NOBODY: Sequence[str] = ()


def close(key: Key, clock: str, outcome: str, now: datetime) -> None:
    """Say what came of the open chases of one clock: `restarted`, `paused`, `ended`."""
    waiting = update(Chase).where(
        Chase.subject_kind == key[0], Chase.subject_id == key[1], Chase.clock == clock, Chase.outcome == ""
    )
    db.session.execute(
        waiting.values(outcome=outcome, ended_at=now).execution_options(synchronize_session=False)
    )


def written(one: Recipient) -> dict[str, object]:
    """A recipient as the ledger keeps them: no address of a person, only of guests and outside contacts."""
    kept: dict[str, object] = {"person": one.person_id, "name": one.name, "role": one.role}
    if one.person_id is None:
        kept["email"] = one.email
    if one.deputy_for:
        kept["deputy_for"] = one.deputy_for
    return kept


def of_case(issue: Issue) -> Select[Chase]:
    """All chases of an issue and of the records it is the origin of, newest first."""
    return select(Chase).where(Chase.issue_id == issue.id).order_by(Chase.id.desc())


def tell_ends(case: Case, now: datetime) -> None:
    """Everybody who was chased about something that has ended hears so, once; outside contacts by mail."""
    for key, at in case.ended():
        keys = [key] if key[0] == "issue" or case.record is None else cases.keys_of_record(case.record)
        chased = select(Chase).where(about(Chase, keys), Chase.end_told_at.is_(None))
        people: dict[int, None] = {}
        contacts: dict[str, str] = {}
        for chase in db.session.scalars(chased):
            chase.end_told_at = now
            people |= {one["person"]: None for one in chase.to if one["person"] and one["role"] != "reporter"}
            contacts |= {one["email"]: one["name"] for one in chase.to if one["role"] == CONTACT}
        letters.end(_ended(case, key), people, contacts, ended_at=at, at=now)


def _ended(case: Case, key: Key) -> Subject:
    if case.round is not None:
        return Subject(case.root_of(key), round=case.round)
    if key[0] == "record" and case.record is not None:
        return Subject(case.record.primary_issue, case.record)
    return Subject(next(issue for issue in case.issues if issue.id == key[1]))
