"""Putting a record on hold: what its reporters hear, in plain words, and by when they hear from us again."""

from datetime import datetime

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from tracker.accounts.rules import Actor
from tracker.config import LOCALES
from tracker.issues import actions as issues
from tracker.issues import rules as issue_rules
from tracker.issues.models import Issue
from tracker.records import queries
from tracker.records.models import Record

# The reporter waits for us in these states; in the others we wait for them, or it is over.
OURS = frozenset({issue_rules.NEW, issue_rules.CONFIRMING, issue_rules.CONFIRMED, issue_rules.ESCALATED})


def tell(record: Record, *, by: Actor, at: datetime) -> None:
    """The promise as the supervisor wrote it, with its date, to each reporter who waits for us."""
    for issue in queries.issues_of(record):
        if issue.state not in OURS or record.hold_promise_at is None:
            continue
        with force_locale(locale_of(issue)):
            by_when = _("You hear from us by %(when)s.", when=written(record.hold_promise_at))
        issues.say(issue, f"{record.hold_promise}\n\n{by_when}", visibility="public", by=by, at=at)


def locale_of(issue: Issue) -> str:
    """The language in which the reporter of this issue is written to."""
    wish = issue.reporter.locale if issue.reporter is not None else ""
    return wish if wish in LOCALES else str(current_app.config["TRACKER"].locale)


def written(instant: datetime) -> str:
    """2026年11月22日（日）14:30, or 22 Nov 2026, 14:30, in the language at hand: as the letters of cases write it."""
    return str(current_app.jinja_env.filters["datetime"](instant))
