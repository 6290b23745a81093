"""Letters that never arrived: a bell for those who can do something about it, and a note where one came too late."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker import outbox
from tracker.accounts import queries as people
from tracker.accounts.models import Person
from tracker.accounts.rules import ADMIN, SYSTEM
from tracker.db import db
from tracker.issues import talk
from tracker.issues.models import Issue
from tracker.outbox import queries as letters
from tracker.outbox.models import Letter

LATELY = timedelta(days=3)
TOO_LATE = timedelta(hours=24)
AT_ONCE = 200
BELL, NOTE = "bell", "note"
PAGE = "/admin/letters?state=dead"
# The letters that tell a reporter what happened; what waits for an answer is asked again by its clock.
TO_REPORTER = frozenset(
    f"issue.{what}" for what in ("received", "ask", "message", "answer", "progress", "closed")
)


def tell(now: datetime) -> int:
    """One bell a day for each administrator, one a letter for who handles its case; how many letters were given up.

    Safe to run twice: a bell has the key of its cause.
    """
    lately = letters.dead().where(Letter.created_at > now - LATELY).limit(AT_ONCE)
    given_up = db.session.scalars(lately).all()
    if given_up:
        _tell_administrators(given_up[0], len(given_up), now)
        _tell_handlers(given_up, now)
    return len(given_up)


def _tell_administrators(newest: Letter, count: int, now: datetime) -> None:
    today = now.astimezone(current_app.config["TRACKER"].zone).date()
    for person in people.people_with(ADMIN, at=now):
        with force_locale(_locale(person)):
            line = ngettext(
                "One letter could not be delivered", "%(num)s letters could not be delivered", count
            )
            body = _("The mail server refused them for good. Look whether the addresses are right.")
        outbox.post(
            channel=BELL, kind="letters.dead", key=("letters.dead", today.isoformat()), subject=("letter", newest.id),
            subject_line=line, body_text=body, person_id=person.id, locale=_locale(person), link=PAGE, at=now,
        )  # fmt: skip


def _tell_handlers(given_up: Sequence[Letter], now: datetime) -> None:
    about = {letter.subject_id for letter in given_up if letter.subject_kind == Issue.kind_name}
    found = db.session.scalars(
        select(Issue).where(Issue.id.in_(about)).options(joinedload(Issue.assignee).lazyload(Person.roles))
    )
    issues = {issue.id: issue for issue in found}
    outbox.post_all([
        _to_handler(letter, issue, issue.assignee, now)
        for letter in given_up
        if letter.subject_kind == Issue.kind_name
        and (issue := issues.get(letter.subject_id)) is not None
        and issue.assignee is not None
        and issue.assignee.active
        and issue.assignee_id != letter.person_id
    ])  # fmt: skip


def _to_handler(letter: Letter, issue: Issue, handler: Person, now: datetime) -> dict[str, Any]:
    with force_locale(_locale(handler)):
        line = _("[%(number)s] A letter did not arrive", number=issue.number)
        body = _("The mail server refused the letter to %(whom)s. Try another way.", whom=_whom(letter))
    return outbox.row(
        channel=BELL, kind="issue.undelivered", key=("undelivered", letter.id), subject=(Issue.kind_name, issue.id),
        subject_line=line, body_text=body, person_id=handler.id, locale=_locale(handler),
        link=f"/issues/{issue.number}", at=now,
    )  # fmt: skip


def became_note(letter: Letter, now: datetime) -> bool:
    """Write a note in the case instead of a letter to a reporter that is a day old and still here; whether it was."""
    if letter.kind not in TO_REPORTER or letter.doubts or letter.held or letter.created_at > now - TOO_LATE:
        return False
    issue = db.session.get(Issue, letter.subject_id) if letter.subject_kind == Issue.kind_name else None
    if issue is None:
        return False
    handler = issue.assignee
    with force_locale(_locale(handler) if handler is not None else current_app.config["TRACKER"].locale):
        body = _(
            "The letter “%(line)s” to %(whom)s was a day old before it could leave, and was not sent.",
            line=letter.subject_line, whom=_whom(letter),
        )  # fmt: skip
    talk.post(issue, body, visibility="internal", by=SYSTEM, at=now, act=NOTE)
    return True


def _whom(letter: Letter) -> str:
    return letter.name or letter.address or _("the reporter")


def _locale(person: Person) -> str:
    return person.locale or str(current_app.config["TRACKER"].locale)
