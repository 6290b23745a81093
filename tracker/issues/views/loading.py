"""Finding the issue of a page, for this actor alone, and counting guests' tries."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from flask import request
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, bindparam, inspect, select
from sqlalchemy.orm import aliased, attributes
from werkzeug.exceptions import TooManyRequests

from tracker import audit, clock
from tracker.accounts import throttle
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.bulk import M, held
from tracker.db import db, first_or_404, kept, locked, rows, writing
from tracker.errors import NotFound
from tracker.issues import queries
from tracker.issues.models import Issue
from tracker.planned import spelled_out
from tracker.systems.models import AISystem, SystemFunction

# Who sees an issue, as a kept condition: `seen_by` or `read_by`.
Rule = Callable[[Actor, bool], ColumnElement[bool]]
# A whole class or office may stand behind one address.
GUEST_REPORTS = 30
LISTS = re.compile(r"/(inbox|needs)([/?][^\\\s]*)?")


# Who it is, without the rest of their account.
_NAMED = ("id", "name", "email", "active")


def issue_of(number: str, actor: Actor) -> Issue:
    """The visible issue with this number, in any width and case; locked when the request will change it."""
    return _issue_of(number, actor, queries.seen_by)


def readable(number: str, actor: Actor) -> Issue:
    """The same for pages that show what was said, as the inbox lists it: NotFound for those who only follow it."""
    return _issue_of(number, actor, queries.read_by)


def _issue_of(number: str, actor: Actor, rule: Rule) -> Issue:
    number, contact = unicodedata.normalize("NFKC", number).strip().upper(), queries.sees_restricted(actor)
    if request.method == "POST":
        return first_or_404(locked(select(Issue).where(rule(actor, contact), Issue.number == number)))
    found = rows(_shown(actor, contact, rule), {"number": number})
    if not found:
        raise NotFound()
    return _with_what_is_shown(iter(found[0]))


def _with_what_is_shown(values: Iterator[Any]) -> Issue:
    """The issue of this row with what every page of an issue shows beside its own columns: as columns they cost half of
    what it takes the session to make one row into objects of five tables.
    """
    issue = _next(Issue, values)
    beside = {"system": _next(AISystem, values), "function": _next(SystemFunction, values)}
    beside |= {name: _next(Person, values, _NAMED) for name in ("reporter", "assignee")}
    for name, one in beside.items():
        if name in inspect(issue).unloaded:
            attributes.set_committed_value(issue, name, one)
    return issue


def _next(model: type[M], values: Iterator[Any], names: Sequence[str] = ()) -> Any:
    """The row that comes next of these values, None where there is none; `names` are its columns, where not all."""
    columns = names or model.__table__.columns.keys()
    given = {name: next(values) for name in columns}
    return held(model, given) if given["id"] is not None else None


def back_to(default: str) -> str:
    """Where the reader came from, when that is their inbox or the list of needs; otherwise the page named."""
    wanted = request.values.get("back", "")
    return wanted if LISTS.fullmatch(wanted) else default


def inbox_behind() -> str:
    """The inbox or list of needs whose pane asks for a piece of a page; empty for a page of its own."""
    asked_from = urlsplit(request.headers.get("HX-Current-URL", ""))
    found = asked_from.path + ("?" + asked_from.query if asked_from.query else "")
    return found if LISTS.fullmatch(found) else ""


@kept
def _shown(actor: Actor, contact: bool, rule: Rule) -> Select[Any]:
    reporter, assignee = aliased(Person), aliased(Person)
    people = (getattr(one, name) for one in (reporter, assignee) for name in _NAMED)
    tables = (one.__table__.columns for one in (Issue, AISystem, SystemFunction))
    found = select(*chain.from_iterable(tables), *people).select_from(Issue).join(Issue.system)
    for other in (Issue.function, Issue.reporter.of_type(reporter), Issue.assignee.of_type(assignee)):
        found = found.outerjoin(other)
    return spelled_out(found.where(rule(actor, contact), Issue.number == bindparam("number")))


def log_view(found: Issue, actor: Actor, **what: int) -> Issue:
    """Write down who looked at personal data, unless it is their own report; answers the issue, read anew.

    `what` names the one file or message looked at, which may be sealed where the rest of the issue is not.
    """
    if queries.is_own(actor, found) or not (found.personal_data or what):
        return found
    issue_id = found.id
    # A transaction that began by reading cannot always go on to write on SQLite: begin anew.
    db.session.rollback()
    writing.set(True)
    again = db.session.scalars(locked(select(Issue).where(Issue.id == issue_id))).one()
    audit.record("issue.view", again, by=actor, at=clock.now(), after=what)
    db.session.commit()
    writing.set(False)
    return again


def count_miss() -> None:
    """Count a secret that opens nothing, looked up by a plain visit too, so that none is found by trying."""
    # A transaction that began by reading cannot always go on to write on SQLite: begin anew.
    db.session.rollback()
    before = writing.get()
    writing.set(True)
    count_guest("guess")
    writing.set(before)


def count_guest(what: str, most: int = GUEST_REPORTS) -> None:
    """Count one try of this network; beyond `most` in a quarter of an hour it is refused (429)."""
    count(throttle.network_key(what, request.remote_addr), most)


def count(key: str, most: int) -> None:
    """Count one try under this key; beyond `most` in a quarter of an hour it is refused (429)."""
    now = clock.now()
    throttle.note(key, now=now)
    db.session.commit()
    if throttle.exceeded(key, most, now=now):
        raise TooManyRequests(_("Too many tries in a short time"))
