"""What became of a case since somebody opened its page: for the pages that say "this is no longer possible"."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request
from sqlalchemy import select

from tracker import clock
from tracker.accounts.rules import Actor
from tracker.audit.models import Entry
from tracker.audit.words import ACT_WORDS
from tracker.db import db
from tracker.escalations import queries as escalations
from tracker.issues import queries as issues
from tracker.issues import rules as issue_rules
from tracker.issues import words as issue_words
from tracker.issues.models import Issue
from tracker.records import queries as records
from tracker.records import words as record_words
from tracker.records.models import Record
from tracker.records.parts import Escalation
from tracker.web import session

Case = Issue | Record | Escalation
SHOWN, LOOKED_AT = 2, 20
# What a form carries beside the words of a person.
NOT_TYPED = re.compile(r"csrf_token|back|next|here|keep|verb|act|seen.*|.*password.*|.*secret.*|.*token.*")
A_CODE = re.compile(r"[A-Za-z0-9_:.~-]{0,40}")


@dataclass(frozen=True)
class Event:
    """One change of state: what was done, when and by whom; the system has no name."""

    at: datetime
    what: Any
    who: str


@dataclass(frozen=True)
class Meanwhile:
    """Where the case stands now, the last things that happened to it, and the way back to it.

    Who did it is named to those who work on the case alone.
    """

    number: str
    href: str
    state: Any
    events: Sequence[Event]
    names: bool = True


def of(case: Case) -> Meanwhile:
    """What happened to this case last, in the words that this reader may read."""
    actor = session.current_actor()
    if isinstance(case, Issue):
        return _of_issue(case, actor)
    if isinstance(case, Record):
        return Meanwhile(
            case.number, f"/records/{case.number}", record_words.STATE_WORDS[case.state or "draft"],
            _events(case, ACT_WORDS),
        )  # fmt: skip
    return Meanwhile(
        case.record.number, _link_path() or f"/escalations/{case.id}",
        record_words.ESCALATION_STATE_WORDS[case.state or "sent"], _events(case, ACT_WORDS),
    )  # fmt: skip


def _of_issue(issue: Issue, actor: Actor) -> Meanwhile:
    href, state = _link_path() or f"/issues/{issue.number}", issue.state or issue_rules.NEW
    if issues.works_on(actor, issue):
        events = _events(issue, ACT_WORDS)
        return Meanwhile(issue.number, href, issue_words.STATE_WORDS[state], events)
    public = issue_words.PUBLIC_WORDS[issues.public_state(issue)]
    return Meanwhile(issue.number, href, public, _events(issue, issue_words.PUBLIC_EVENTS), names=False)


def _events(case: Case, said: Mapping[str, Any]) -> list[Event]:
    """The last changes of its state, newest first."""
    mine = select(Entry).where(Entry.subject_kind == case.kind_name, Entry.subject_id == case.id)
    last = db.session.scalars(mine.order_by(Entry.seq.desc()).limit(LOOKED_AT))
    moved = [one for one in last if one.after.get("state") and one.action in said]
    return [Event(one.at, said[one.action], one.by_name) for one in moved[:SHOWN]]


def _link_path() -> str:
    """The address of a case that was opened by the link of a letter."""
    secret = (request.view_args or {}).get("secret")
    return f"/{request.path.split('/')[1]}/{secret}" if secret and session.current_actor().link else ""


def of_request() -> Meanwhile | None:
    """The same for the case that the address of this request names; None where it names none this reader may see."""
    case = _case(session.current_actor(), request.view_args or {})
    return of(case) if case is not None else None


def _case(actor: Actor, named: Mapping[str, Any]) -> Case | None:
    if "escalation_id" in named or (actor.link is not None and actor.link.purpose == "assignee"):
        wanted = escalations.visible(actor, clock.now())
        by_id = named.get("escalation_id") or (actor.link.subject_id if actor.link is not None else 0)
        return db.session.scalars(wanted.where(Escalation.id == by_id)).first()
    if actor.link is not None:
        # What the link opens may be something else that has the number of some issue.
        return db.session.scalars(issues.visible(actor).where(Issue.id == actor.link.subject_id)).first()
    number = str(named.get("number", "")).upper()
    record = db.session.scalars(records.by_number(actor, number)).first() if number else None
    if record is not None or not number:
        return record
    return db.session.scalars(issues.by_number(actor, number)).first()


def typed() -> list[str]:
    """What the person typed into the form that came too late, for them to copy."""
    texts = [
        text.strip() for name, each in request.form.lists() if not NOT_TYPED.fullmatch(name) for text in each
    ]
    return [text for text in texts if not A_CODE.fullmatch(text)]
