"""Carrying out one move of the life cycle: guard first, then its effects, then the state and the trail in one entry."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import transitions, workflow
from tracker.accounts.rules import Actor
from tracker.db import db, locked
from tracker.errors import DomainError
from tracker.issues import arrivals, documents, fields, finding, letters, queries, rules, talk, undoing
from tracker.issues.effects import EFFECTS, Step
from tracker.issues.models import Issue
from tracker.workflow import REPORTER, SUPERVISOR

# What each move may bring along, beside its note, and how that is read.
INPUTS: dict[str, Callable[[Any], Any]] = {
    **{key: field.read for key, field in fields.FIELDS.items()},
    **talk.CONTACT_FIELDS,
    "body": fields.clean,
    "into": lambda number: _issue_id(number),
    "satisfaction": fields.rating,
    "record": fields.line,
    "need_answer": fields.choice("", "yes", "no"),
    "on_behalf": fields.line,
}
# A supervisor may do these for the user: a letter, a call, somebody at the counter.
FOR_THE_USER = frozenset({"reply", "solved", "unsolved", "reopen", "withdraw"})
# What the user hears of at once, and which of it counts as word from us.
TELLS_REPORTER = frozenset(
    {"ask", "confirm", "answer", "escalate", "close", "reopen", "merge", "deliver", "finish", "relapse"}
)
TELLS_HANDLER = frozenset({"reply", "solved", "unsolved", "reopen", "withdraw"})
NEWS = frozenset({"ask", "confirm", "answer", "escalate", "deliver", "merge", "relapse"})
# Moves whose text stands in the talk: the input that holds it.
SAYS = {"ask": "body", "reply": "body", "answer": "proposed_solution", "unsolved": "note", "close": "note",
        "deliver": "proposed_solution"}  # fmt: skip


def carry_out(
    issue: Issue,
    verb: str,
    *,
    by: Actor,
    at: datetime,
    fields: Mapping[str, Any] | None = None,
    note: str = "",
    voice: Actor | None = None,
) -> Issue:
    """Move the issue; `voice` is whose words it brings into the talk, where the system moves it for a person.

    Raises NotAllowed, WrongState, DomainError (unreadable) or Missing, in this order, unchanged."""
    relations = queries.relations(by, issue)
    move = workflow.check(rules.WORKFLOW, verb, state=issue.state or "", relations=relations)
    step = _step(issue, verb, move, fields or {}, note, by=by, at=at)
    step.voice = voice or by
    facts = _facts(step, relations)
    workflow.guard(move, facts)
    is_new, stood = issue.state == rules.NEW, undoing.stands(issue, verb)
    trail = _apply(step)
    if issue.snoozed_until is not None:
        # Whoever acts on it has it in hand again.
        issue.snoozed_until = trail["after"]["snoozed_until"] = None
    if stood:
        trail["after"]["assignee"] = issue.assignee_id
    entry = transitions.move(
        rules.WORKFLOW,
        issue,
        verb,
        by=by,
        at=at,
        relations=relations,
        facts=facts,
        on_behalf=step.on_behalf,
        before=stood,
        **trail,
    )
    _after(step, entry.id)
    if is_new:
        arrivals.over(issue, at=at)
    documents.reindex(issue)
    return issue


def _step(
    issue: Issue,
    verb: str,
    move: workflow.Move,
    given: Mapping[str, Any],
    note: str,
    *,
    by: Actor,
    at: datetime,
) -> Step:
    allowed = {key: INPUTS[key] for key in move.takes if key in INPUTS}
    allowed |= {"on_behalf": INPUTS["on_behalf"]} if verb in FOR_THE_USER else {}
    known = {key: value for key, value in given.items() if key != "note"}
    read = fields.read(known, allowed)
    text = fields.read({"note": note or given.get("note") or ""}, {"note": fields.clean})["note"]
    if verb == "ask" and read.get("need_statement"):
        read["body"] = f"{read.get('body', '')}\n\n{quoted_need(issue, read['need_statement'])}".strip()
    _fits(issue, read, by)
    on_behalf = read.pop("on_behalf", "")
    if verb in FOR_THE_USER and not _is_user(issue, by) and not by.is_system and verb != "reopen":
        on_behalf = on_behalf or (issue.reporter.name if issue.reporter else issue.reporter_name)
    return Step(issue, verb, by, at, read, text, on_behalf)


def quoted_need(issue: Issue, need: str) -> str:
    """The need as it is put to the reporter below a question, whatever becomes of the field later."""
    with force_locale(letters.locale_of(issue.reporter) if issue.reporter else letters.own_locale()):
        lead = _("This is how we understood what you need. Is it right?")
    return lead + "\n\n" + "\n".join(f"> {line}" for line in need.splitlines())


def _is_user(issue: Issue, by: Actor) -> bool:
    return REPORTER in queries.relations(by, issue)


def _fits(issue: Issue, read: dict[str, Any], by: Actor) -> None:
    """What only the issue can tell: nothing is merged into itself or into the unseen, no contact half written."""
    into = read.get("into")
    if into == issue.id:
        raise DomainError(fields={"into": _("An issue cannot be merged into itself.")})
    if into is not None:
        # Locked, so that it is still there once this one leads to it.
        target = db.session.scalars(
            locked(select(Issue).where(Issue.id == into)).execution_options(populate_existing=True)
        ).one()
        if target.state in (rules.MERGED, rules.WITHDRAWN) or not queries.may_view(by, target):
            raise DomainError(fields={"into": _("There is no such issue to merge into.")})
    if not read.get("contact_summary"):
        read.pop("contact_summary", None)
        read.pop("contact_channel", None)
    elif not read.get("contact_channel"):
        read["contact_channel"] = "other"


def _issue_id(number: Any) -> int | None:
    """The id behind a number; None when the field was left empty."""
    wanted = finding.folded(fields.line(number)).upper()
    if not wanted:
        return None
    found = db.session.query(Issue.id, Issue.state).filter(Issue.number == wanted).one_or_none()
    if found is None or found.state in (rules.MERGED, rules.WITHDRAWN):
        raise fields.Unreadable(_("There is no such issue to merge into."))
    return int(found.id)


def _facts(step: Step, relations: frozenset[str]) -> rules.Facts:
    """The facts as they will be once the fields of this move are written."""
    given = step.given
    over = {key: given[key] for key in ("need_statement", "proposed_solution", "escalation_reason", "body", "into")
            if key in given}  # fmt: skip
    found = queries.facts(step.issue, step.at, note=step.note, by_reporter=REPORTER in relations,
                          by_system=step.by.is_system, **over)  # fmt: skip
    if given.get("issue_kind"):
        found = replace(found, kind=given["issue_kind"])
    if given.get("contact_summary"):
        found = replace(found, contacts=found.contacts + 1)
    if given.get("need_confirmed_how", "no_answer") != "no_answer":
        found = replace(found, need_confirmed=True)
    return found


def _apply(step: Step) -> dict[str, Any]:
    """Write what the move brings; answers what the trail keeps of it."""
    issue, at = step.issue, step.at
    codes: dict[str, Any] = {}
    texts = {"note": step.note} if step.note else {}
    for key, new in step.changes.items():
        if fields.value(issue, key) == new:
            continue
        fields.put(issue, key, new)
        (texts if fields.FIELDS[key].free else codes)[key] = new
    if step.given.get("contact_summary"):
        contact = talk.add_contact(
            issue, step.given["contact_channel"], step.given["contact_summary"], by=step.by, at=at
        )
        codes["contact"], texts["contact_summary"] = contact.id, contact.summary
    if step.verb in EFFECTS:
        codes |= EFFECTS[step.verb](step)
    said = step.note if SAYS.get(step.verb) == "note" else step.given.get(SAYS.get(step.verb, ""), "")
    said = said or (issue.proposed_solution if step.verb in ("answer", "deliver") else "")
    if said:
        message = talk.post(
            issue,
            said,
            visibility="public",
            by=step.voice or step.by,
            at=at,
            act=step.verb,
            on_behalf=step.on_behalf,
        )
        codes["message"] = message.id
    _take(step)
    return {"after": codes, "texts": texts}


def _take(step: Step) -> None:
    """The first supervisor who moves an issue handles it from then on."""
    issue, by = step.issue, step.by
    if issue.assignee_id is None and by.person_id is not None and SUPERVISOR in queries.relations(by, issue):
        issue.assignee_id = by.person_id


def _after(step: Step, cause: int) -> None:
    """Instants that hang on the new state, and who is told."""
    issue, at = step.issue, step.at
    # Imported history rests outside inbox and clocks until somebody touches it.
    issue.imported = issue.imported and step.by.is_system
    if step.verb in NEWS:
        talk.updated(issue, at)
    issue.closed_at = (issue.closed_at or at) if issue.state in rules.ENDED else None
    if step.verb in TELLS_REPORTER and not _is_user(issue, step.by):
        said = step.given.get(SAYS.get(step.verb, ""), "")
        letters.tell_reporter(issue, step.verb, cause=cause, by=step.by, at=at, said=said)
    if step.verb in TELLS_HANDLER:
        letters.tell_handler(issue, step.verb, cause=cause, by=step.by, at=at)
