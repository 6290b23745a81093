"""How a case of the demo goes from its escalation to the closed record, or as far as it has come."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.demo.cases import Told
from tracker.demo.issue_stories import Story, report, supervisor_of
from tracker.demo.phrases import ENGLISH, said
from tracker.demo.record_words import IN_ENGLISH, OF_A_GROUP, OF_THE_INDEX, Words
from tracker.demo.stage import Stage
from tracker.issues.models import Issue
from tracker.records import actions as records
from tracker.records import queries
from tracker.records.models import Record
from tracker.records.parts import EffectCheck

ENGINEERS = {
    "demo-assistant": "engineer",
    "demo-catalogue": "engineer2",
    "demo-minutes": "engineer2",
    "demo-grading": "engineer3",
}
TEAM = {"demo-grading": "data-team"}
ORDER = (
    "draft",
    "opened",
    "assigned",
    "analysing",
    "fixing",
    "verifying",
    "user_confirm",
    "review",
    "watching",
    "closed_record",
)
# Stages that leave the straight way, and after which of its steps.
LEAVES_AFTER = {
    "on_hold": "analysing",
    "cancelled": "opened",
    "reissued": "watching",
    "concluded": "analysing",
    "personal": "opened",
}


class Case:
    """One case on its way, with the people who work on it."""

    def __init__(self, stage: Stage, told: Told) -> None:
        self.stage, self.told = stage, told
        self.who = supervisor_of(told)
        self.engineer = ENGINEERS.get(told.system, self.who)
        self.ends = told.stage.partition(":")[0]
        self.last = LEAVES_AFTER.get(self.ends, self.ends)
        self.issue: Issue
        self.record: Record

    def past(self, step: str) -> bool:
        """Whether the case goes beyond this step."""
        return ORDER.index(self.last) > ORDER.index(step)

    @property
    def words(self) -> Words:
        """What its people write; of the harm to a whole group, their own."""
        if min(self.told.severity) >= 3:
            return OF_A_GROUP
        return IN_ENGLISH if self.told.reporter in ENGLISH else OF_THE_INDEX

    @property
    def grave(self) -> bool:
        return self.record.severity in ("S1", "S2")

    def move(self, verb: str, who: str, at: datetime, note: str = "", **fields: Any) -> None:
        """Make a move of the record as this person."""
        by = self.stage.actor(who, at)
        moved = records.move_record(self.record, verb, by=by, at=at, fields=fields, note=note)
        moved.is_demo = True

    def save(self, who: str, at: datetime, **fields: Any) -> None:
        """Fill in fields of the record as this person."""
        records.save(self.record, fields, by=self.stage.actor(who, at), at=at)


def tell(stage: Stage, told: Told) -> Story:
    """A case that is escalated, as far as its stage says."""
    case = Case(stage, told)
    at = yield (0, "09:10")
    case.issue = report(stage, told, at)
    at = yield (0, "09:50")
    records.move_issue(case.issue, "accept", by=stage.actor(case.who, at), at=at)
    yield from _escalated(case)
    if case.past("draft"):
        yield from _opened(case)
    for step, story in STEPS.items():
        if case.past(step):
            yield from story(case)
    if case.ends in ENDINGS:
        yield from ENDINGS[case.ends](case)


def _escalated(case: Case) -> Story:
    at = yield (0, "11:10")
    fields = {
        "need_statement": case.told.text,
        "issue_kind": "anomaly",
        "escalation_reason": said(case.told, "escalated"),
    }
    records.move_issue(case.issue, "escalate", by=case.stage.actor(case.who, at), at=at, fields=fields)
    record = queries.of_issue(case.issue)
    assert record is not None
    case.record = record
    record.is_demo = True


def _opened(case: Case) -> Story:
    at = yield (0, "13:40")
    impact, reach = case.told.severity
    fields: dict[str, Any] = {
        "anomaly_type": case.told.anomaly, "impact": impact, "reach": reach, "reproducible": "sometimes",
        "personal_data": "yes" if case.told.impact == "personal_data" else "no",
    }  # fmt: skip
    case.save(case.who, at, **fields)
    if case.grave:
        words = case.words
        case.save(
            case.who, at, harm_realisation="near_miss", harm_types=["rights"], affected_population=["customers"],
            affected_count=words.affected, containment=[{"what": words.stopped}], already_out=words.already_out,
        )  # fmt: skip
    case.move("open", case.who, at)


def _assigned(case: Case) -> Story:
    at = yield (0, "14:30")
    team = TEAM.get(case.told.system)
    to = f"team:{case.stage.teams[team].id}" if team else "vendor"
    if case.told.system in ENGINEERS and not team:
        to = f"person:{case.stage.persons[case.engineer].id}"
    due = case.stage.instant(case.told.ago, (4, "17:00"))
    case.move("assign", case.who, at, to=to, due_at=due, summary=said(case.told, "asked_engineer"))


def _acknowledged(case: Case) -> Story:
    at = yield (1, "09:40")
    case.move("acknowledge", case.engineer, at, expected_at=case.stage.instant(case.told.ago, (4, "12:00")))


def _fixed(case: Case) -> Story:
    at = yield (2, "15:20")
    words = case.words
    case.save(case.engineer, at, cause_class=case.told.cause, root_cause=words.cause)
    if case.grave:
        case.save(
            case.engineer, at, five_whys=[{"what": why} for why in words.whys], escape_cause=words.escaped
        )
    case.move("fix", case.engineer, at)


def _corrected(case: Case) -> Story:
    at = yield (3, "11:10")
    words = case.words
    correction = {"what": words.corrected, "target_kind": words.target, "reference": words.reference}
    case.save(case.engineer, at, corrections=[correction], fixed_in_version="2.4.1")
    if case.grave:
        case.save(
            case.who,
            at,
            corrective_actions=[words.corrective],
            preventive_actions=[{"what": words.preventive, "dimension": "management"}],
        )
    case.move("verify", case.engineer, at)


def _asked(case: Case) -> Story:
    at = yield (4, "10:15")
    proof = {
        "proof_kind": "tried_by_hand",
        **{part: said(case.told, part) for part in ("proof_steps", "proof_before", "proof_after")},
    }
    if case.told.evidence:
        run = {"tool": said(case.told, "rerun"), "total": 4, "version": "2.4.1"}
        runs = [{**run, "phase": "before", "passed": 1}, {**run, "phase": "after", "passed": 4}]
        case.save(case.who, at, verification_runs=runs, **{**proof, "proof_kind": "cases"})
    else:
        case.save(case.who, at, **proof)
    solution = case.told.solution or said(case.told, "corrected")
    case.move("ask_user", case.who, at, proposed_solution=solution)


def _confirmed(case: Case) -> Story:
    at = yield (5, "14:05")
    by = case.stage.actor(case.told.reporter, at)
    records.move_issue(case.issue, "solved", by=by, at=at, fields={"satisfaction": 5})


def _watched(case: Case) -> Story:
    at = yield (6, "10:20")
    if case.grave:
        case.save(case.who, at, similar_check=case.words.similar)
    _sign(case, "supervisor", case.who, at)
    if case.grave:
        _sign(case, "manager", "manager", at)
    case.move("watch", case.who, at)
    if case.grave and case.ends == "watching":
        yield from _first_look(case)


def _first_look(case: Case) -> Story:
    """The first of the three checks that a grave record needs; the others have their days to come."""
    at = yield (11, "15:10")
    first = (
        select(EffectCheck)
        .where(EffectCheck.record_id == case.record.id)
        .order_by(EffectCheck.due_at)
        .limit(1)
    )
    check = db.session.scalars(first).one()
    result, by = said(case.told, "first_check"), case.stage.actor(case.who, at)
    records.record_check(check, result, 0, by=by, at=max(at, check.due_at))


def _sign(case: Case, signed_as: str, who: str, at: datetime) -> None:
    statement = said(case.told, "signed")
    records.sign(case.record, signed_as=signed_as, statement=statement, by=case.stage.actor(who, at), at=at)


def _closed(case: Case) -> Story:
    at = yield (17, "10:30")
    due = select(EffectCheck).where(EffectCheck.record_id == case.record.id, EffectCheck.done_at.is_(None))
    for check in db.session.scalars(due).all():
        records.record_check(check, said(case.told, "checked"), 0, by=case.stage.actor(case.who, at), at=at)
    at = yield (17, "10:40")
    case.move("close", case.who, at, lessons=case.words.lessons)


def _held(case: Case) -> Story:
    at = yield (2, "16:00")
    until = case.stage.now + timedelta(days=9)
    liaison = f"person:{case.stage.persons[case.who].id}"
    case.move(
        "hold",
        case.who,
        at,
        waiting_for=said(case.told, "waits_for"),
        until=until,
        liaison=liaison,
        promise=said(case.told, "promised"),
    )


def _cancelled(case: Case) -> Story:
    at = yield (1, "15:30")
    case.move("cancel", case.who, at, note=said(case.told, "double"))


def _reissued(case: Case) -> Story:
    at = yield (9, "09:30")
    case.move("reissue", case.who, at, note=said(case.told, "back_again"))


def _concluded(case: Case) -> Story:
    at = yield (2, "15:00")
    code = case.told.stage.partition(":")[2]
    case.move(
        "conclude",
        case.who,
        at,
        close_code=code,
        note=said(case.told, "concluded"),
        proposed_solution=case.told.solution,
    )
    yield from _confirmed(case)
    yield from _watched(case)
    yield from _closed(case)


ENDINGS = {"on_hold": _held, "cancelled": _cancelled, "reissued": _reissued, "concluded": _concluded}
STEPS = {
    "opened": _assigned, "assigned": _acknowledged, "analysing": _fixed, "fixing": _corrected, "verifying": _asked,
    "user_confirm": _confirmed, "review": _watched, "watching": _closed,
}  # fmt: skip
