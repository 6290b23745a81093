"""Putting a record on hold: what its reporters hear, in plain words, and by when they hear from us again."""

from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from tracker.accounts import queries as people
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.config import LOCALES
from tracker.db import db
from tracker.errors import DomainError
from tracker.issues import actions as issues
from tracker.issues import rules as issue_rules
from tracker.issues.models import Issue
from tracker.records import queries
from tracker.records.asking import Request
from tracker.records.models import Record

# The reporter waits for us in these states; in the others we wait for them, or it is over.
OURS = frozenset({issue_rules.NEW, issue_rules.CONFIRMING, issue_rules.CONFIRMED, issue_rules.ESCALATED})


def tell(record: Record, *, by: Actor, at: datetime) -> None:
    """The promise as the supervisor wrote it, with its date, to each reporter who waits for us."""
    for issue in queries.issues_of(record):
        if issue.state not in OURS or record.hold_promise_at is None:
            continue
        with force_locale(locale_of(issue)):
            by_when = _("We will reply by %(when)s.", when=written(record.hold_promise_at))
        issues.say(issue, f"{record.hold_promise}\n\n{by_when}", visibility="public", by=by, at=at)


def locale_of(issue: Issue) -> str:
    """The language in which the reporter of this issue is written to."""
    wish = issue.reporter.locale if issue.reporter is not None else ""
    return wish if wish in LOCALES else str(current_app.config["TRACKER"].locale)


def written(instant: datetime) -> str:
    """2026年11月22日（日）14:30, or 22 Nov 2026, 14:30, in the language at hand: as the letters of cases write it."""
    return str(current_app.jinja_env.filters["datetime"](instant))


def read_hold(request: Request) -> None:
    """Whom we wait for, until when, our liaison, and what the reporter is promised."""
    liaison = _liaison(request.fields.get("liaison"))
    request.after |= {"liaison": liaison.id if liaison else None, "held_from": request.record.state}
    request.facts |= {
        "waiting_for": request.text("waiting_for"), "hold_until": request.instant("until", future=False),
        "liaison": liaison is not None, "promise": request.text("promise"),
    }  # fmt: skip
    request.after["until"] = request.facts["hold_until"]
    # Without a date of its own the reporter's promise is the end of the hold.
    request.after["promise_at"] = request.instant("promise_at") or request.facts["hold_until"]


def _liaison(given: Any) -> Person | None:
    """A person by id, by `person:3` or by e-mail; DomainError when there is none."""
    if given in (None, ""):
        return None
    words = str(given).removeprefix("person:").strip()
    person = db.session.get(Person, int(words)) if words.isdecimal() and len(words) < 10 else None
    if person is None and "@" in words:
        person = people.by_email(words)
    if person is None or not person.active:
        text = _("Choose a person.")
        raise DomainError(text, fields={"liaison": text})
    return person


def held(request: Request) -> None:
    """Keep what the hold was asked with, and tell the reporters."""
    record = request.record
    record.held_from = request.after["held_from"]
    record.hold_waiting_for, record.hold_promise = request.facts["waiting_for"], request.facts["promise"]
    record.hold_until, record.hold_liaison_id = request.facts["hold_until"], request.after["liaison"]
    record.hold_promise_at = request.after["promise_at"]
    tell(record, by=request.by, at=request.at)


def resumed(request: Request) -> None:
    """Nothing of the hold is left."""
    record = request.record
    record.held_from = record.hold_waiting_for = record.hold_promise = ""
    record.hold_until = record.hold_liaison_id = record.hold_promise_at = None
