"""Decisions over the API: ask for one, answer it in one of four ways, end an accepted risk, read them."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from tracker import clock
from tracker.api import decided
from tracker.api.acts import Done, acts
from tracker.api.doors import PREFIX, blueprint, plain_id
from tracker.api.lists import page_of
from tracker.db import first_or_404
from tracker.decisions import actions, cases, facing, queries
from tracker.decisions.actions import Given
from tracker.decisions.cases import AnyCase
from tracker.decisions.models import Decision
from tracker.errors import DomainError
from tracker.followups import actions as followups
from tracker.followups import queries as chasing
from tracker.issues.models import Issue
from tracker.records.models import Record
from tracker.web import current_actor

bp = blueprint("decisions", "Decisions")


@bp.get("/decisions")
@bp.input(decided.DecisionFilter, location="query", arg_name="wanted")
@bp.output(decided.DecisionPage)
def list_decisions(wanted: decided.DecisionFilter) -> dict[str, Any]:
    """What was decided on the cases that the token's owner may see, newest first; `subject` is a number."""
    found = queries.visible(current_actor())
    if wanted.subject:
        number = wanted.subject.strip().upper()
        found = found.outerjoin(Record, Record.id == Decision.record_id).where(
            (Issue.number == number) | (Record.number == number) | facing.on_round(number)
        )
    return page_of(found, Decision.id, limit=wanted.limit, cursor=wanted.cursor, show=_lines)


@bp.post("/decisions")
@bp.input(decided.DecisionIn, arg_name="body")
@bp.output(decided.DecisionOut, status_code=201)
@acts
def decide(body: decided.DecisionIn) -> Done:
    """Answer (`more_time`, `reassign`, `suspend`, `accept_risk`), or ask the managers by `question` alone."""
    actor, at = current_actor(), clock.now()
    case = facing.any_case_of(actor, body.subject.strip().upper(), lock=True)
    if body.question and not body.answer:
        row = actions.ask(case, body.question, by=actor, at=at)
    else:
        part, name = _late(case, body.clock) if body.answer == "more_time" else (None, "")
        given = Given(body.reason, body.until, body.to, body.notice, part, name, body.tell)
        row = actions.answer(case, body.answer, given, by=actor, at=at)
    followups.rearm_now(*case.root, at)
    return Done(facts(row), 201, f"{PREFIX}/decisions?subject={case.number}")


@bp.post("/decisions/<int:decision_id>/end")
@bp.input(decided.DecisionEnd, arg_name="body")
@bp.output(decided.DecisionOut)
@acts
def end(decision_id: int, body: decided.DecisionEnd) -> Done:
    """An accepted risk is accepted no longer; chasing comes again at once."""
    actor, at = current_actor(), clock.now()
    row = first_or_404(queries.visible(actor).where(Decision.id == plain_id(decision_id)))
    actions.take_back(row, body.reason, by=actor, at=at)
    followups.rearm_now(*cases.of(row).root, at)
    return Done(facts(row))


def _late(case: AnyCase, name: str) -> tuple[tuple[str, int], str]:
    """The named clock of the case, or the most overdue one that may get another date."""
    for one in chasing.next_steps_of(case):
        clock_ = one.clock
        if facing.movable([clock_.name]) and clock_.due_at is not None and name in ("", clock_.name):
            return (clock_.subject_kind, clock_.subject_id), clock_.name
    text = _("Choose what gets more time.")
    raise DomainError(text, fields={"clock": text})


def _lines(rows: Sequence[Decision]) -> list[dict[str, Any]]:
    return [facts(one) for one in rows]


def facts(row: Decision) -> dict[str, Any]:
    """One decision by the keys of the API."""
    return {
        "id": row.id, "subject": cases.of(row).number,
        "question": row.question, "asked_at": row.asked_at, "answer": row.answer, "reason": row.reason,
        "until": row.until, "to": row.to_name, "clock": row.clock, "by": row.by_name, "at": row.at,
        "ended_at": row.ended_at, "ended_because": row.ended_because,
    }  # fmt: skip
