"""Issues over the API: report, list, read, talk, move, open the record."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Response
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from tracker import clock, index, workflow
from tracker.accounts import queries as people
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.api import shapes, talked
from tracker.api.acts import Done, acts
from tracker.api.doors import PREFIX, blueprint
from tracker.api.lists import item, page_of
from tracker.db import db, first_or_404, locked
from tracker.followups import actions as followups
from tracker.issues import actions, finding, queries, rules, undoing
from tracker.issues.intake import EVIDENCE
from tracker.issues.models import Evidence, Issue, IssueRecord, Message
from tracker.records import actions as records
from tracker.records import queries as record_queries
from tracker.systems import naming
from tracker.systems.models import AISystem
from tracker.web import current_actor
from tracker.web.paths import base_url

bp = blueprint("issues", "Issues")
SEARCHED = 1000


@bp.post("/issues")
@bp.input(shapes.IssueIn, arg_name="body")
@bp.output(shapes.IssueOut, status_code=201)
@acts
def report(body: shapes.IssueIn) -> Done:
    """Report a problem with an AI system."""
    actor = current_actor()
    issue = actions.open_issue(
        fields=intake(body, actor), by=actor, at=clock.now(), clocks=followups.first_clocks
    )
    return Done(whole(issue, actor), 201, f"{PREFIX}/issues/{issue.number}")


@bp.get("/issues")
@bp.input(shapes.IssueFilter, location="query", arg_name="wanted")
@bp.output(shapes.IssuePage)
def list_issues(wanted: shapes.IssueFilter) -> dict[str, Any]:
    """The issues that the token's owner may see, newest first, in all states unless one is asked for."""
    actor = current_actor()
    found = matching(wanted, actor).options(
        joinedload(Issue.system),
        joinedload(Issue.function),
        joinedload(Issue.reporter),
        joinedload(Issue.assignee),
    )
    return page_of(
        found, Issue.id, limit=wanted.limit, cursor=wanted.cursor, show=lambda rows: lines(rows, actor)
    )


@bp.get("/issues/<number>")
@bp.output(shapes.IssueOut)
def read(number: str) -> Response:
    """One issue with its talk, and the moves that are open with what each still needs."""
    actor = current_actor()
    return item(whole(first_or_404(queries.by_number(actor, number)), actor))


@bp.post("/issues/<number>/messages")
@bp.input(shapes.MessageIn, arg_name="body")
@bp.output(shapes.MessageOut, status_code=201)
@acts
def say(number: str, body: shapes.MessageIn) -> Done:
    """Say something, to the reporter (public) or among those who work on it (internal)."""
    actor, issue = _mine(number)
    actions.say(issue, body.body, visibility=body.visibility, by=actor, at=clock.now())
    return Done(said(queries.messages(issue, internal=True)[-1]), 201)


@bp.post("/issues/<number>/contacts")
@bp.input(talked.ContactIn, arg_name="body")
@bp.output(talked.ContactOut, status_code=201)
@acts
def log_contact(number: str, body: talked.ContactIn) -> Done:
    """Note a contact with the reporter by phone, face to face or in writing; supervisors only."""
    actor, issue = _mine(number)
    made = actions.log_contact(
        issue, by=actor, at=clock.now(), channel=body.channel, summary=body.summary, with_whom=body.with_whom,
        when=body.at and body.at.astimezone(UTC),
    )  # fmt: skip
    return Done({key: getattr(made, key) for key in talked.ContactOut.model_fields}, 201)


@bp.post("/issues/<number>/transitions")
@bp.input(shapes.MoveIn, arg_name="body")
@bp.output(shapes.IssueOut)
@acts
def move(number: str, body: shapes.MoveIn) -> Done:
    """Make a move of the life cycle; 409 names what is missing."""
    actor, issue = _mine(number)
    moved = records.move_issue(issue, body.move, by=actor, at=clock.now(), fields=body.fields, note=body.note)
    return Done(whole(moved, actor))


@bp.post("/issues/<number>/undo")
@bp.output(shapes.IssueOut)
@acts
def undo(number: str) -> Done:
    """Take back the last act on the issue that can be taken back; 409 when there is none."""
    actor, issue = _mine(number)
    at = clock.now()
    last = undoing.last_open(issue, by=actor, at=at)
    records.undo_issue(issue, last.seq, by=actor, at=at)
    return Done(whole(issue, actor))


@bp.post("/issues/<number>/record")
@bp.output(shapes.NumberOut, status_code=201)
@acts
def open_record(number: str) -> Done:
    """Open the draft of the record O2.3.1; 200 when the issue has one."""
    actor, issue = _mine(number)
    there = record_queries.of_issue(issue)
    record = records.draft_record(issue, by=actor, at=clock.now())
    location = f"{PREFIX}/records/{record.number}"
    return Done({"number": record.number}, 201 if there is None else 200, location)


def _mine(number: str) -> tuple[Actor, Issue]:
    actor = current_actor()
    return actor, first_or_404(locked(queries.by_number(actor, number)))


def intake(body: shapes.IssueIn, actor: Actor) -> actions.Intake:
    """The report as the verb takes it; DomainError names an unknown system or function."""
    ours = select(AISystem).where(AISystem.active, ~AISystem.imported)
    system = naming.system_of(body.system, ours)
    who = body.reporter
    person = people.by_email(who.email) if who and who.email else None
    other = (
        who is not None and (person is None or person.id != actor.person_id) and bool(who.name or who.email)
    )
    return actions.Intake(
        system=system, description=body.description, impact=body.impact, title=body.title, channel="api",
        function_id=naming.function_of(system.id, body.function), evidence=body.evidence,
        occurred_at=body.occurred_at and body.occurred_at.astimezone(UTC),
        occurred_precision="exact" if body.occurred_at else "unknown", on_behalf=other,
        reporter=person if other else None,
        reporter_name=(who.name or who.email) if who and other and person is None else "",
        reporter_email=who.email if who and other and person is None else "",
    )  # fmt: skip


def matching(wanted: shapes.IssueFilter, actor: Actor) -> Select[Issue]:
    """The visible issues that fit the filter; imported history is left out unless it is searched for."""
    found = queries.visible(actor)
    if wanted.state:
        found = found.where(Issue.state == wanted.state)
    if wanted.kind:
        found = found.where(Issue.kind == wanted.kind)
    if wanted.system:
        found = found.where(Issue.system_id.in_(select(AISystem.id).where(AISystem.key == wanted.system)))
    if wanted.assignee:
        mine = select(Person.id).where(Person.email == wanted.assignee.strip().lower())
        found = found.where(Issue.assignee_id.in_(mine))
    if wanted.updated_since:
        found = found.where(Issue.updated_at >= wanted.updated_since.astimezone(UTC))
    words = wanted.q.replace("\0", " ").strip()
    return _searched(found, words, actor) if words else found


def _searched(found: Select[Issue], words: str, actor: Actor) -> Select[Issue]:
    """Those who see most start from the index; those who see few ask it row by row."""
    if words.upper().startswith("Q-"):
        return found.where(Issue.number == words.upper())
    if actor.is_(*queries.SEE_ALL):
        hits = index.newest(words, index.STAFF, cap=SEARCHED).subquery()
        return found.where(Issue.id.in_(select(hits.c[0])))
    return found.where(finding.answers(actor, words))


def lines(issues: Sequence[Issue], actor: Actor) -> list[dict[str, Any]]:
    """The issues as a list shows them; the record's number is for those who work on it."""
    inside = queries.worked_on(actor, issues)
    found = select(IssueRecord.issue_id, IssueRecord.record_number).where(IssueRecord.issue_id.in_(inside))
    numbers: dict[int, str] = {}
    if inside:
        open_last = found.order_by(IssueRecord.is_open, IssueRecord.record_number)
        numbers = {issue_id: number for issue_id, number in db.session.execute(open_last)}
    asked = queries.asked_of(issues)
    return [
        _line(
            issue,
            numbers.get(issue.id),
            own=issue.id in inside or issue.reporter_id == actor.person_id,
            asked=issue.id in asked,
        )
        for issue in issues
    ]


def _line(issue: Issue, record: str | None, *, own: bool, asked: bool) -> dict[str, Any]:
    """One issue in a list; who only follows it reads where it stands, not its words nor whose they are."""
    state = issue.state or ""
    return {
        "number": issue.number, "title": issue.title if own else issue.number,
        "description": issue.description if own and not issue.personal_data else "",
        "state": state, "kind": issue.kind,
        "public_state": rules.PUBLIC_STATES.get(rules.WAITING_USER if asked else state, "closed"),
        "severity": issue.severity, "severity_provisional": issue.severity_provisional, "impact": issue.impact_hint,
        "system": issue.system.key, "function": issue.function.name if issue.function else None,
        "channel": issue.channel, "reporter": _reporter(issue) if own else None, "assignee": _person(issue.assignee),
        "created_at": issue.reported_at, "updated_at": issue.updated_at, "closed_at": issue.closed_at,
        "due_at": None if issue.next_due_at >= rules.NEVER else issue.next_due_at,
        "record": record, "sealed": issue.personal_data, "url": url_of(issue.number),
    }  # fmt: skip


def url_of(number: str) -> str:
    """The page of an issue or a record."""
    return f"{base_url()}/{'records' if number.startswith('AR-') else 'issues'}/{number}"


def _person(person: Person | None) -> dict[str, Any] | None:
    return None if person is None else {"name": person.name, "email": person.email}


def _reporter(issue: Issue) -> dict[str, Any] | None:
    if issue.reporter is not None:
        return _person(issue.reporter)
    known = issue.reporter_name or issue.reporter_email
    return {"name": issue.reporter_name, "email": issue.reporter_email or None} if known else None


def whole(issue: Issue, actor: Actor) -> dict[str, Any]:
    """One issue; sealed evidence stays on the pages, where each view is written down."""
    inside = queries.works_on(actor, issue)
    own = inside or queries.is_own(actor, issue)
    talk = queries.messages(issue, internal=inside) if own else []
    return lines([issue], actor)[0] | {
        "description": issue.description if own else "",
        "proposed_solution": issue.proposed_solution if own or issue.state == rules.CLOSED else "",
        "need_statement": issue.need_statement if inside else None,
        "escalation_reason": issue.escalation_reason if inside else None,
        "evidence": None if issue.personal_data or not own else _evidence(queries.evidence_of(issue)),
        "messages": [said(message) for message in talk],
        "moves": moves(issue, actor, clock.now()),
    }


def moves(issue: Issue, actor: Actor, at: datetime) -> Mapping[str, list[str]]:
    """The moves this actor may make from here, each with the guards that are unmet."""
    relations = queries.relations(actor, issue)
    verbs = workflow.open_moves(rules.WORKFLOW, state=issue.state or "", relations=relations)
    facts = queries.facts(issue, at, by_reporter="reporter" in relations)
    return {verb: list(workflow.missing(rules.WORKFLOW[verb], facts)) for verb in verbs}


def _evidence(evidence: Evidence | None) -> dict[str, Any]:
    if evidence is None:
        return {}
    given = {key: getattr(evidence, key) for key in EVIDENCE if getattr(evidence, key)}
    return given | evidence.more


def said(message: Message) -> dict[str, Any]:
    """One message of the talk."""
    return {
        "id": message.id, "author": message.author_name, "created_at": message.at, "visibility": message.visibility,
        "act": message.act, "body": message.body, "masked": message.masked_at is not None,
    }  # fmt: skip
