"""Named selects of policies: the one in force, the one a case began with, drafts, activations."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from tracker.accounts import queries as people
from tracker.accounts.models import Unit
from tracker.db import db
from tracker.issues.models import Issue
from tracker.policies import shapes
from tracker.policies.models import PolicyActivation, PolicyDraft, PolicyVersion
from tracker.policies.presets import PRESETS
from tracker.policies.rules import NORMAL, About, Policy, Ruled
from tracker.policies.shapes import Broken


def in_force() -> str:
    """The version that holds for a case that begins now: a preset's name or a number."""
    return people.organisation().chase_preset


def policy(ref: str) -> Policy:
    """The policy of this version; the shipped normal one where it is unknown or broken, which `problem` tells."""
    if ref in PRESETS:
        return PRESETS[ref]
    known: dict[str, Policy] = db.session().info.setdefault("policies", {})
    if ref not in known:
        known[ref] = _kept(ref) or PRESETS[NORMAL]
    return known[ref]


def _kept(ref: str) -> Policy | None:
    try:
        return _read(ref)
    except Broken:
        return None


def _read(ref: str) -> Policy:
    row = version(ref)
    if row is None:
        raise Broken("it is not there")
    return shapes.read(row.body).named(ref)


def version(ref: str) -> PolicyVersion | None:
    """The row of a version of the organisation's own."""
    return db.session.get(PolicyVersion, int(ref)) if ref.isdecimal() and len(ref) < 10 else None


def problem(ref: str) -> str:
    """Why a version cannot be used; empty when it can."""
    try:
        if ref not in PRESETS:
            _read(ref)
    except Broken as broken:
        return str(broken)
    return ""


def of_case(case: Ruled) -> Policy:
    """The policy that a case goes by: the one it began with, or that it was taken over to."""
    return policy(case.chase_policy or in_force())


def about(case: Ruled, used: Policy) -> About:
    """What the rules of a policy may ask about a case; units are looked up only where a rule asks."""
    units = _with_those_above(case.unit_id) if used.by_unit else ()
    return About(case.severity, case.system_id, units, case.kind or "")


def _with_those_above(unit_id: int | None) -> tuple[int, ...]:
    tree: dict[int, int | None] = db.session().info.setdefault("unit parents", {})
    if not tree:
        tree |= {unit: parent for unit, parent in db.session.execute(select(Unit.id, Unit.parent_id))}
    found: list[int] = []
    while unit_id is not None and unit_id in tree and unit_id not in found:
        found.append(unit_id)
        unit_id = tree[unit_id]
    return tuple(found)


def in_use() -> dict[str, int]:
    """How many open issues go by each version."""
    counted = select(Issue.chase_policy, func.count()).where(Issue.closed_at.is_(None), ~Issue.imported)
    return {ref: count for ref, count in db.session.execute(counted.group_by(Issue.chase_policy)) if ref}


def broken() -> list[tuple[str, str]]:
    """The versions in force or in use that cannot be used, and why."""
    return [(ref, problem(ref)) for ref in sorted({in_force(), *in_use()}) if problem(ref)]


def versions() -> Sequence[PolicyVersion]:
    """The organisation's own, the newest first."""
    return db.session.scalars(select(PolicyVersion).order_by(PolicyVersion.number.desc())).all()


def activations(limit: int = 50) -> Sequence[PolicyActivation]:
    """What came into force when, the latest first."""
    every = select(PolicyActivation).order_by(PolicyActivation.id.desc()).limit(limit)
    return db.session.scalars(every).all()


def waiting(until: datetime | None = None) -> Sequence[PolicyActivation]:
    """Activations that are not carried out yet, the earliest first; only those due by `until`."""
    due = select(PolicyActivation).where(
        PolicyActivation.applied_at.is_(None), PolicyActivation.dropped_at.is_(None)
    )
    if until is not None:
        due = due.where(PolicyActivation.effective_at <= until)
    return db.session.scalars(due.order_by(PolicyActivation.effective_at, PolicyActivation.id)).all()


def draft() -> PolicyDraft | None:
    """The policy that is being written."""
    return db.session.get(PolicyDraft, 1)
