"""Saying something; the reporter's word on an open question is the reply to it."""

from collections.abc import Collection
from datetime import datetime

from tracker.accounts.rules import Actor
from tracker.issues import mentioning, queries, rules, talk
from tracker.issues.models import Issue
from tracker.issues.moves import carry_out
from tracker.workflow import REPORTER


def say(
    issue: Issue,
    body: str,
    *,
    visibility: str,
    by: Actor,
    at: datetime,
    act: str = "message",
    on_behalf: str = "",
    mention: Collection[int] = (),
) -> Issue:
    """Write a `public` or `internal` message; `mention` are people named in a note.  Raises NotAllowed, DomainError."""
    answers = visibility == "public" and (on_behalf or REPORTER in queries.relations(by, issue))
    if answers and issue.state == rules.WAITING_USER:
        return carry_out(issue, "reply", by=by, at=at, fields={"body": body, "on_behalf": on_behalf})
    named = mentioning.wanted(issue, body, mention, at) if visibility == "internal" else []
    message = talk.write(issue, body, visibility=visibility, by=by, at=at, act=act, on_behalf=on_behalf)
    mentioning.tell(issue, message, named, by=by, at=at)
    if answers:
        # A question that an engineer had passed on, while the issue stays where it is.
        talk.answered(issue, *talk.OPEN_QUESTIONS, at=at)
    return issue
