"""Verbs of policies: keep a version, bring one into force, go back, write and drop the draft.  Never commit."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, insert, literal, or_, select, update

from tracker import audit, rearm
from tracker.accounts import queries as people
from tracker.accounts.models import Organisation
from tracker.accounts.rules import Actor
from tracker.db import db, locked
from tracker.errors import DomainError, WrongState
from tracker.issues.models import Issue
from tracker.policies import queries, shapes
from tracker.policies.models import PolicyActivation, PolicyDraft, PolicyVersion
from tracker.policies.presets import PRESETS
from tracker.policies.rules import Policy
from tracker.rearm import Rearm
from tracker.records import rules as record_rules
from tracker.records.models import Record

NOTE_LENGTH = 500
SUBJECT = ("policy", 1)
"""All of a policy's history stands in one chain of the trail."""


def keep(policy: Policy, note: str, *, based_on: str, by: Actor, at: datetime) -> PolicyVersion:
    """Write a new version; it holds for nobody until it is activated."""
    _lock()
    # Not of a sequence, which would skip the numbers of versions that were refused.
    last = db.session.scalar(select(func.max(PolicyVersion.number))) or 0
    row = PolicyVersion(
        number=last + 1,
        at=at,
        by_id=by.person_id,
        by_name=by.name,
        note=note,
        based_on=based_on,
        body=shapes.written(policy),
    )
    db.session.add(row)
    db.session.flush()
    facts = {"version": row.number, "based_on": based_on, "digest": audit.digest(shapes.canonical(policy))}
    audit.record("policy.keep", SUBJECT, by=by, at=at, after=facts, texts={"note": note} if note else None)
    return row


def activate(
    ref: str, *, by: Actor, at: datetime, open_cases: bool = False, effective_at: datetime | None = None,
    note: str = "",
) -> PolicyActivation:  # fmt: skip
    """Let a version hold from an instant on, for cases that begin, or for those that are open too.

    Raises DomainError for a version that is not there or cannot be used, or an instant that has passed.
    """
    _lock()
    problem = queries.problem(ref)
    if problem:
        raise DomainError(_("This version cannot be used: %(why)s", why=problem))
    if len(note) > NOTE_LENGTH:
        raise DomainError(fields={"note": _("Use at most %(number)s characters.", number=NOTE_LENGTH)})
    from_at = effective_at or at
    if from_at < at:
        raise DomainError(fields={"effective_at": _("Choose a time in the future.")})
    row = PolicyActivation(
        ref=ref, effective_at=from_at, at=at, by_id=by.person_id, by_name=by.name, note=note, open_cases=open_cases,
        former=queries.in_force(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    audit.record(
        "policy.activate", SUBJECT, by=by, at=at, before={"version": row.former},
        after={"version": ref, "effective_at": from_at, "open_cases": open_cases},
        texts={"note": note} if note else None,
    )  # fmt: skip
    apply_due(at)
    return row


def apply_due(now: datetime) -> int:
    """Bring into force what is due; answers how many activations were carried out.  Safe to run twice."""
    if not queries.waiting(now):
        return 0
    _lock()
    due = queries.waiting(now)
    for one in due:
        one.applied_at = now
        one.former = queries.in_force()
        people.organisation().chase_preset = one.ref
        if one.open_cases:
            _take_over(one.ref, now)
    db.session.flush()
    return len(due)


def _lock() -> None:
    """Whoever changes what is in force holds the settings, so that two nodes never do it at once."""
    db.session.scalars(locked(select(Organisation))).all()


def _take_over(ref: str, now: datetime) -> None:
    """Let every open case go by this version from now on; only those that went by another are computed anew."""
    changed = select(Issue.id).where(_open(), ~Issue.imported, Issue.chase_policy != ref)
    _mark("issue", changed, now)
    _mark("record", select(Record.id).where(_in_work(), Record.primary_issue_id.in_(changed)), now)
    over = update(Issue).where(_open(), ~Issue.imported, Issue.chase_policy != ref).values(chase_policy=ref)
    db.session.execute(over.execution_options(synchronize_session=False))
    db.session.expire_all()


def _open() -> Any:
    """An issue that is open, or whose record is still in work."""
    return or_(Issue.closed_at.is_(None), Issue.id.in_(select(Record.primary_issue_id).where(_in_work())))


def _in_work() -> Any:
    return Record.state.not_in(record_rules.ENDED)


def _mark(kind: str, ids: Select[Any], now: datetime) -> None:
    columns = ids.add_columns(literal(rearm.CLOCKS), literal(kind), literal(now, Rearm.at.type))
    db.session.execute(insert(Rearm).from_select(["subject_id", "reader", "subject_kind", "at"], columns))


def undo(activation: PolicyActivation, *, by: Actor, at: datetime) -> PolicyActivation | None:
    """Take an activation back: call it off before its time, or bring the former version into force again.

    Raises WrongState when a later activation stands above it.
    """
    latest = queries.activations(limit=1)
    if not latest or latest[0].id != activation.id or activation.dropped_at is not None:
        raise WrongState("undo")
    if activation.applied_at is None:
        activation.dropped_at = at
        audit.record("policy.drop", SUBJECT, by=by, at=at, before={"version": activation.ref})
        return None
    return activate(activation.former, by=by, at=at, open_cases=activation.open_cases)


def begin_draft(ref: str, *, by: Actor, at: datetime) -> PolicyDraft:
    """Begin to write on from a version; a draft that is there already stays as it is."""
    draft = queries.draft()
    if draft is None:
        if ref not in PRESETS and queries.version(ref) is None:
            raise DomainError(_("There is no such version."))
        body = shapes.written(queries.policy(ref))
        draft = PolicyDraft(id=1, based_on=ref, body=body, at=at, by_id=by.person_id, by_name=by.name)
        db.session.add(draft)
        db.session.flush()
    return draft


def save_draft(draft: PolicyDraft, policy: Policy, *, by: Actor, at: datetime) -> None:
    """Write the rules of the draft."""
    draft.body, draft.at, draft.by_id, draft.by_name = shapes.written(policy), at, by.person_id, by.name


def drop_draft(draft: PolicyDraft, *, by: Actor, at: datetime) -> None:
    """Throw the draft away."""
    audit.record("policy.discard", SUBJECT, by=by, at=at, before={"based_on": draft.based_on})
    db.session.delete(draft)
