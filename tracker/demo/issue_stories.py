"""How a case of the demo goes from its report to an answer, or to its escalation.

A story is a generator: it says at which moment it wants to go on, is given the instant, and then acts.
"""

from collections.abc import Generator
from datetime import datetime

from tracker.demo.cases import Told
from tracker.demo.phrases import said
from tracker.demo.stage import Moment, Stage
from tracker.issues import actions as issues
from tracker.issues.intake import Intake
from tracker.issues.models import Issue
from tracker.records import actions as records

Story = Generator[Moment, datetime, None]
MODEL = {"demo-assistant": ("taide-lx-8b", "2026-09"), "demo-grading": ("breeze-2", "1.0")}


def report(stage: Stage, told: Told, at: datetime) -> Issue:
    """The report itself, with its evidence."""
    system = stage.systems[told.system]
    function = next((one.id for one in system.functions if one.name == told.function), None)
    evidence = dict(zip(("input", "actual", "expected"), told.evidence or (), strict=False))
    if evidence and told.system in MODEL:
        evidence |= dict(zip(("model", "model_version"), MODEL[told.system], strict=True))
    intake = Intake(
        system=system, description=told.text, impact=told.impact, function_id=function, evidence=evidence,
        occurred_at=at, occurred_precision="exact", channel="web",
    )  # fmt: skip
    issue = issues.open_issue(fields=intake, by=stage.actor(told.reporter, at), at=at)
    issue.is_demo = True
    stage.issues.append(issue)
    return issue


def supervisor_of(told: Told) -> str:
    """Two supervisors share the systems."""
    return "supervisor2" if told.system in ("demo-grading", "demo-minutes") else "supervisor"


def kind_of(told: Told) -> str:
    """C4 as the supervisor will set it."""
    if told.impact == "question":
        return "how_to"
    wish = any(word in told.text for word in ("希望", "Please let"))
    return "feature_request" if wish else "anomaly"


def tell(stage: Stage, told: Told) -> Story:
    """A case that stays with the supervisors, or ends with their answer."""
    at = yield (0, "09:10")
    issue = report(stage, told, at)
    if told.stage == "new":
        return
    who = supervisor_of(told)
    at = yield (0, "10:05")
    if told.stage == "merged":
        _merge(stage, issue, who, at)
        return
    records.move_issue(issue, "accept", by=stage.actor(who, at), at=at)
    if told.stage in ("confirming", "withdrawn"):
        yield from _talk(stage, issue, told)
    elif told.stage == "waiting_user":
        at = yield (0, "11:20")
        fields = {"body": said(told, "question")}
        records.move_issue(issue, "ask", by=stage.actor(who, at), at=at, fields=fields)
    elif told.stage == "confirmed":
        yield from _confirm(stage, issue, told, who)
    else:
        yield from _answer(stage, issue, told, who)


def _talk(stage: Stage, issue: Issue, told: Told) -> Story:
    at = yield (0, "13:30")
    by = stage.actor(told.reporter, at)
    issues.say(issue, said(told, "again"), visibility="public", by=by, at=at)
    at = yield (0, "13:50")
    by = stage.actor(supervisor_of(told), at)
    issues.say(issue, said(told, "looking"), visibility="internal", by=by, at=at)
    if told.stage == "withdrawn":
        at = yield (1, "09:30")
        by = stage.actor(told.reporter, at)
        records.move_issue(issue, "withdraw", by=by, at=at, note=said(told, "withdrawn"))


def _confirm(stage: Stage, issue: Issue, told: Told, who: str) -> Story:
    at = yield (0, "14:10")
    by = stage.actor(who, at)
    issues.log_contact(issue, by=by, at=at, channel="phone", summary=said(told, "phoned"))
    at = yield (0, "14:20")
    fields = {
        "need_statement": said(told, "need") % told.text,
        "issue_kind": kind_of(told),
        "need_confirmed_how": "phone",
    }
    records.move_issue(issue, "confirm", by=by, at=at, fields=fields)


def _answer(stage: Stage, issue: Issue, told: Told, who: str) -> Story:
    at = yield (0, "15:00")
    kind = kind_of(told)
    fields = {"issue_kind": kind, "proposed_solution": told.solution}
    if kind == "anomaly":
        fields |= {
            "need_statement": told.text,
            "escalation_reason": said(told, "no_fault"),
        }
    records.move_issue(issue, "answer", by=stage.actor(who, at), at=at, fields=fields)
    if told.stage == "closed":
        at = yield (1, "10:40")
        by = stage.actor(told.reporter, at)
        records.move_issue(issue, "solved", by=by, at=at, fields={"satisfaction": 4 + len(told.text) % 2})


def _merge(stage: Stage, issue: Issue, who: str, at: datetime) -> None:
    same = [
        one for one in stage.issues
        if one.id != issue.id and one.function_id == issue.function_id and one.closed_at is None
    ]  # fmt: skip
    records.move_issue(issue, "merge", by=stage.actor(who, at), at=at, fields={"into": same[0].number})
