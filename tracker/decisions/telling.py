"""What the reporters hear of a decision: a new date, in plain words, and the promise that goes with it."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _

from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.decisions.models import AgreedDate
from tracker.issues import actions as issues
from tracker.issues.models import Issue
from tracker.records.holding import OURS, locale_of, written


def new_promise(found: Iterable[Issue], until: datetime, *, by: Actor, at: datetime) -> None:
    """Tell each reporter who waits for us by when they hear from us, and keep to it."""
    for issue in found:
        if issue.state not in OURS:
            continue
        with force_locale(locale_of(issue)):
            text = _("It takes longer than we thought. We will reply by %(when)s.", when=written(until))
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
