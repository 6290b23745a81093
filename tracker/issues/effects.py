"""What each move does to the issue beside its state: questions, confirmations, counts, followers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.issues import fields, parties, queries, rules, talk
from tracker.issues.models import Issue


@dataclass
class Step:
    """One move under way: who, when, what came with it, what it changes."""

    issue: Issue
    verb: str
    by: Actor
    at: datetime
    given: dict[str, Any]
    note: str
    on_behalf: str
    voice: Actor | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """The fields of the issue among what was given."""
        return {key: value for key, value in self.given.items() if key in fields.FIELDS}


def _ask(step: Step) -> dict[str, Any]:
    """A question, or what we understood as the need, for the user to confirm or correct."""
    talk.ask(step.issue, "need" if step.given.get("need_statement") else "question", at=step.at)
    return {}


def _reply(step: Step) -> dict[str, Any]:
    """C3 by the user's own word: their yes confirms the need as we wrote it, their no takes back what stood."""
    issue, answer = step.issue, step.given.get("need_answer")
    if answer and queries.open_ask(issue, "need") is not None:
        yes = answer == "yes"
        name = issue.reporter.name if issue.reporter else issue.reporter_name
        issue.need_confirmed_how, issue.need_confirmed_at = ("online", step.at) if yes else ("", None)
        issue.need_confirmed_by = name if yes else ""
        talk.answered(issue, *talk.OPEN_QUESTIONS, at=step.at)
        return {"need_answer": answer}
    talk.answered(step.issue, *talk.OPEN_QUESTIONS, at=step.at)
    return {}


def _confirm(step: Step) -> dict[str, Any]:
    """C3: who, when and how; silence after three asks is a way too, and says so."""
    issue = step.issue
    issue.need_confirmed_at = issue.need_confirmed_at or step.at
    issue.need_confirmed_how = issue.need_confirmed_how or "no_answer"
    if not issue.need_confirmed_by and issue.need_confirmed_how != "no_answer":
        issue.need_confirmed_by = issue.reporter.name if issue.reporter else issue.reporter_name
    issue.escalation_needed = issue.escalation_needed or None
    talk.answered(issue, *talk.OPEN_QUESTIONS, at=step.at)
    return {"need_confirmed_how": issue.need_confirmed_how}


def _answer(step: Step) -> dict[str, Any]:
    """Answered without escalation (視需求); what is no anomaly and was never confirmed keeps the user's own words."""
    issue = step.issue
    issue.escalation_needed = False
    if issue.kind != rules.ANOMALY and not issue.need_statement.strip():
        issue.need_statement = issue.description
        issue.need_confirmed_how, issue.need_confirmed_at = "answered_directly", step.at
        issue.need_confirmed_by = step.by.name
        return {**_deliver(step), "need_confirmed_how": issue.need_confirmed_how}
    return _deliver(step)


def _deliver(step: Step) -> dict[str, Any]:
    issue = step.issue
    issue.user_confirmed = ""
    talk.answered(issue, *talk.OPEN_QUESTIONS, "solved", at=step.at)
    talk.ask(issue, "solved", at=step.at)
    return {"escalation_needed": issue.escalation_needed}


def _escalate(step: Step) -> dict[str, Any]:
    step.issue.escalation_needed = True
    talk.answered(step.issue, *talk.OPEN_QUESTIONS, at=step.at)
    return {"escalation_needed": True}


def _solved(step: Step) -> dict[str, Any]:
    issue = step.issue
    issue.user_confirmed, issue.close_reason = "solved", "solved"
    if step.given.get("satisfaction") is not None:
        issue.satisfaction = step.given["satisfaction"]
    talk.answered(issue, "solved", at=step.at)
    return {"user_confirmed": "solved", "satisfaction": issue.satisfaction}


def _unsolved(step: Step) -> dict[str, Any]:
    step.issue.user_confirmed = "not_solved"
    talk.answered(step.issue, "solved", at=step.at)
    return {"user_confirmed": "not_solved"}


def _close(step: Step) -> dict[str, Any]:
    """Closed without the user's word; the question whether it is solved stays unanswered."""
    issue = step.issue
    issue.user_confirmed = issue.user_confirmed or "no_answer"
    issue.close_reason = "no_answer" if step.by.is_system else "by_supervisor"
    return {"close_reason": issue.close_reason}


def _reopen(step: Step) -> dict[str, Any]:
    """Whatever had not been answered when it was closed: the user has spoken, and is not asked for it any more."""
    issue = step.issue
    talk.answered(issue, *talk.OPEN_QUESTIONS, "solved", at=step.at)
    issue.reopened_count += 1
    issue.user_confirmed, issue.close_reason = "", ""
    return {"reopened_count": issue.reopened_count}


def _merge(step: Step) -> dict[str, Any]:
    """No row moves: those who reported or followed this one follow the target."""
    issue = step.issue
    target = db.session.get_one(Issue, step.given["into"])
    issue.merged_into_id = target.id
    heard = {
        one.person_id for one in queries.participants(issue) if one.role in (parties.FOLLOWER, parties.ME_TOO)
    }
    follow = {one for one in heard | {issue.reporter_id} if one is not None and one != target.reporter_id}
    joined = [
        person_id
        for person_id in sorted(follow)
        if parties.join(target, parties.FOLLOWER, at=step.at, person_id=person_id)
    ]
    return {"merged_into": target.number, "people": joined}


def _withdraw(step: Step) -> dict[str, Any]:
    talk.answered(step.issue, *talk.OPEN_QUESTIONS, "solved", at=step.at)
    step.issue.close_reason = "withdrawn"
    return {}


def _relapse(step: Step) -> dict[str, Any]:
    step.issue.user_confirmed, step.issue.close_reason = "", ""
    talk.answered(step.issue, "solved", at=step.at)
    return _escalate(step)


EFFECTS: dict[str, Callable[[Step], dict[str, Any]]] = {
    "ask": _ask, "reply": _reply, "confirm": _confirm, "answer": _answer, "deliver": _deliver, "escalate": _escalate,
    "solved": _solved, "unsolved": _unsolved, "close": _close, "reopen": _reopen, "merge": _merge,
    "withdraw": _withdraw, "relapse": _relapse,
}  # fmt: skip
