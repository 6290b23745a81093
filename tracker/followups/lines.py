"""A chase as one line of the letter that lists everything: as the work stands when that letter goes."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from tracker.db import db
from tracker.followups.models import Chase, Clock
from tracker.followups.subjects import Chased, subject_of
from tracker.followups.words import CLOCK_WORDS, TODO_WORDS, step_words, when
from tracker.issues.models import Issue
from tracker.outbox.mails import Line
from tracker.outbox.models import Letter
from tracker.outbox.rules import TITLE_MARK
from tracker.policies import rules as policy
from tracker.records.models import Record

# Where the letters to the reporter of an issue lead, with and without a sign-in.
TO_REPORTERS = ("/issues/", "/i/")


def line(letter: Letter, now: datetime) -> Line | None:
    """What is due and what to do next, in the language at hand; None for a letter that is no chase."""
    row = db.session.get(Chase, letter.chase_id) if letter.chase_id is not None else None
    issue = _about(row) if row is not None else None
    if (
        row is None
        or issue is None
        or (letter.link.startswith(TO_REPORTERS) and row.clock == policy.USER_ANSWER)
    ):
        return None
    same = select(Clock).where(
        Clock.subject_kind == row.subject_kind, Clock.subject_id == row.subject_id, Clock.name == row.clock
    )
    clock = db.session.scalars(same).first()
    due = clock.due_at if clock is not None else None
    text = f"[{_number(row, issue)}] {step_words(row.step, row.reason.get('did', ''))}{_(': ')}{CLOCK_WORDS[row.clock]}"
    return Line(
        text + TITLE_MARK + issue.title,
        due=_("Due: %(when)s", when=when(due)) if due is not None else "",
        todo=_("Next: %(todo)s", todo=TODO_WORDS[row.clock]),
        overdue=due is not None and due <= now,
    )


def _about(row: Chase) -> Chased | None:
    """The issue, or the round in its place."""
    if row.issue_id is not None:
        return db.session.get(Issue, row.issue_id)
    subject = subject_of(row.subject_kind, row.subject_id)
    return subject.about if subject is not None else None


def _number(row: Chase, issue: Chased) -> str:
    """The number under which the recipient knows the case."""
    if row.subject_kind == "issue" or row.issue_id is None:
        return issue.number
    mine = select(Record.number).where(Record.primary_issue_id == row.issue_id).order_by(Record.id.desc())
    return db.session.scalar(mine.limit(1)) or issue.number
