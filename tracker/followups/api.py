"""The ledger of chases over the API."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from tracker.api import shapes
from tracker.api.doors import blueprint
from tracker.api.lists import page_of
from tracker.db import db
from tracker.followups.models import Chase
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.records import queries as records
from tracker.records.models import Record
from tracker.records.parts import Escalation
from tracker.web import current_actor

bp = blueprint("chases", "Chases")


@bp.get("/chases")
@bp.input(shapes.ChaseFilter, location="query", arg_name="wanted")
@bp.output(shapes.ChasePage)
def list_chases(wanted: shapes.ChaseFilter) -> dict[str, Any]:
    """Who was chased, when, why and with what outcome, newest first; of what the token's owner may see."""
    actor = current_actor()
    seen = issues.visible(actor).with_only_columns(Issue.id)
    recorded = records.visible(actor).with_only_columns(Record.id)
    found = select(Chase).where(
        or_(Chase.issue_id.in_(seen), (Chase.subject_kind == "record") & Chase.subject_id.in_(recorded))
    )
    if wanted.subject:
        found = found.where(_about(wanted.subject))
    return page_of(found, Chase.id, limit=wanted.limit, cursor=wanted.cursor, show=_lines)


def _about(number: str) -> Any:
    """Chases of the issue or record with this number; a record's include those of its escalations."""
    of_issue = (Chase.subject_kind == "issue") & Chase.subject_id.in_(
        select(Issue.id).where(Issue.number == number)
    )
    record = select(Record.id).where(Record.number == number)
    of_record = (Chase.subject_kind == "record") & Chase.subject_id.in_(record)
    sent = select(Escalation.id).where(Escalation.record_id.in_(record))
    return or_(of_issue, of_record, (Chase.subject_kind == "escalation") & Chase.subject_id.in_(sent))


def _lines(chases: Sequence[Chase]) -> list[dict[str, Any]]:
    numbers = subjects(chases)
    return [
        {
            "id": one.id, "subject": numbers.get((one.subject_kind, one.subject_id), one.subject_kind),
            "policy": one.policy, "clock": one.clock, "step": one.step, "due_at": one.due_at, "sent_at": one.fired_at,
            "to": one.to, "reason": one.reason, "outcome": one.outcome,
        }
        for one in chases
    ]  # fmt: skip


def subjects(chases: Sequence[Chase]) -> dict[tuple[str, int], str]:
    """The numbers that people quote, by kind and id; an escalation goes by its record's."""
    ids: dict[str, set[int]] = {}
    for one in chases:
        ids.setdefault(one.subject_kind, set()).add(one.subject_id)
    found: dict[tuple[str, int], str] = {}
    wanted = {
        "issue": select(Issue.id, Issue.number).where(Issue.id.in_(ids.get("issue", ()))),
        "record": select(Record.id, Record.number).where(Record.id.in_(ids.get("record", ()))),
        "escalation": select(Escalation.id, Record.number)
        .join(Record, Record.id == Escalation.record_id)
        .where(Escalation.id.in_(ids.get("escalation", ()))),
    }
    for kind, rows in wanted.items():
        if kind in ids:
            found |= {(kind, row_id): number for row_id, number in db.session.execute(rows)}
    return found
