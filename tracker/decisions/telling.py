"""What the reporters hear of a decision: a new date, in plain words, and the promise that goes with it."""

from collections.abc import Iterable
from datetime import datetime

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from tracker.accounts.rules import Actor
from tracker.config import LOCALES
from tracker.db import db
from tracker.decisions.models import AgreedDate
from tracker.issues import actions as issues
from tracker.issues import rules as issue_rules
from tracker.issues.models import Issue
from tracker.records.parts import Escalation

# The reporter waits for us in these states; in the others we wait for them, or it is over.
OURS = frozenset({issue_rules.NEW, issue_rules.CONFIRMING, issue_rules.CONFIRMED, issue_rules.ESCALATED})


def new_promise(found: Iterable[Issue], until: datetime, *, by: Actor, at: datetime) -> None:
    """Tell each reporter who waits for us by when they hear from us, and keep to it."""
    for issue in found:
        if issue.state not in OURS:
            continue
        with force_locale(_locale(issue)):
            text = _("It takes longer than we thought. You hear from us by %(when)s.", when=when(until))
        issues.say(issue, text, visibility="public", by=by, at=at)
        promise(issue, until, text, by=by, at=at)


def promise(issue: Issue, until: datetime, reason: str, *, by: Actor, at: datetime) -> None:
    """The next word to this reporter is due by then."""
    db.session.add(
        AgreedDate(
            part_kind=issue.kind_name, part_id=issue.id, clock="next_update", due_at=until, reason=reason, at=at,
            by_id=by.person_id, by_name=by.name,
        )
    )  # fmt: skip


def when(instant: datetime) -> str:
    """2026年11月22日（日）14:30, or 22 Nov 2026, 14:30, in the language at hand: as the letters of cases write it."""
    return str(current_app.jinja_env.filters["datetime"](instant))


def _locale(issue: Issue) -> str:
    wish = issue.reporter.locale if issue.reporter is not None else ""
    return wish if wish in LOCALES else str(current_app.config["TRACKER"].locale)


def to_whom(escalation: Escalation) -> str:
    """The name of whoever an escalation went to."""
    if escalation.to_person is not None:
        return escalation.to_person.name
    return (
        escalation.to_team.name
        if escalation.to_team is not None
        else escalation.to_name or escalation.to_email
    )
