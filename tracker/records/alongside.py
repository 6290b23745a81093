"""Every move of an issue, with what it does to the record the issue belongs to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from tracker import rearm
from tracker.accounts.rules import SYSTEM, Actor
from tracker.audit.models import Entry
from tracker.db import db, locked
from tracker.errors import DomainError, WrongState
from tracker.issues import actions as issues
from tracker.issues import undoing
from tracker.issues.models import Issue
from tracker.needs import actions as needs
from tracker.records import opening, queries, rules
from tracker.records.because import coded
from tracker.records.models import Record
from tracker.records.moves import move_record

SENT_BACK = frozenset({rules.USER_CONFIRM, rules.REVIEW})
HELD_TO_BE_WATCHED = frozenset({rules.WATCHING, rules.CLOSED})


def move_issue(
    issue: Issue,
    verb: str,
    *,
    by: Actor,
    at: datetime,
    fields: Mapping[str, Any] | None = None,
    note: str = "",
) -> Issue:
    """Carry out one verb of an issue: escalating makes or joins a record, an answer lets it go on or sends it back."""
    given = dict(fields or {})
    number = str(given.pop("record", "") or "").strip() if verb == "escalate" else ""
    issue = issues.carry_out(issue, verb, by=by, at=at, fields=given, note=note)
    if verb == "escalate":
        _escalated(issue, number, by=by, at=at)
    elif verb == "unsolved":
        _unsolved(issue, note or str(given.get("note") or ""), at=at)
    elif verb in ("solved", "close", "withdraw", "merge"):
        _settled(issue, at=at)
    db.session.flush()
    return issue


def undo_issue(issue: Issue, seq: int, *, by: Actor, at: datetime) -> Entry:
    """Take back an act on an issue, unless its record went on because of it."""
    entry, record = undoing.entry_of(issue, seq), queries.of_issue(issue, lock=True)
    if record is not None and record.state_since is not None and "state" in entry.after:
        followed = record.state == rules.REVIEW and record.state_since >= entry.at
        if followed:
            why = _("The record %(number)s has gone on since.", number=record.number)
            raise WrongState(why, act="undo")
    written = issues.undo(issue, seq, by=by, at=at)
    needs.taken_back(issue, seq, at=at)
    db.session.flush()
    return written


def _escalated(issue: Issue, number: str, *, by: Actor, at: datetime) -> None:
    record = _chosen(issue, number, by) if number else opening.draft_record(issue, by=by, at=at)
    joins = record.primary_issue_id != issue.id
    if joins:
        opening.attach(issue, record, at=at)
        _leave_own_draft(issue, record, by=by, at=at)
    if not attachable(record):
        relapsed(record, coded("again", issue.number), at=at)


def _leave_own_draft(issue: Issue, record: Record, *, by: Actor, at: datetime) -> None:
    """A draft that the issue had of its own is not needed any more."""
    for draft in db.session.scalars(queries.drafts_of(issue)).all():
        move_record(draft, "cancel", by=by, at=at, note=coded("attached", record.number))


def _chosen(issue: Issue, number: str, by: Actor) -> Record:
    record = db.session.scalars(locked(queries.by_number(by, number)).limit(1)).first()
    if (
        record is None
        or record.state in (rules.CANCELLED, rules.REISSUED)
        or record.system_id != issue.system_id
    ):
        words = _("Choose an open record of the same system.")
        raise DomainError(words, fields={"record": words})
    return record


def attachable(record: Record) -> bool:
    """Whether an issue may still join this record without counting as a relapse."""
    return (record.held_from if record.state == rules.ON_HOLD else record.state) in rules.MAY_ATTACH


def relapsed(record: Record, note: str, *, at: datetime, counts: bool = True) -> Record:
    """The fault came back: the record goes back to work, or a new one takes its place.  Returns the one in work.

    What its user never found solved has not come back, so that it does not count.
    """
    record.relapses += counts
    rearm.mark(record.kind_name, record.id, at=at)
    if record.state == rules.ON_HOLD:
        move_record(record, "resume", by=SYSTEM, at=at)
    if record.state in SENT_BACK:
        return move_record(record, "back", by=SYSTEM, at=at, note=note)
    if record.state in HELD_TO_BE_WATCHED:
        return move_record(record, "reissue", by=SYSTEM, at=at, note=note)
    return record


def _unsolved(issue: Issue, note: str, *, at: datetime) -> None:
    record = queries.of_issue(issue, lock=True)
    if record is not None and not attachable(record):
        stands = record.held_from if record.state == rules.ON_HOLD else record.state
        relapsed(record, note, at=at, counts=stands not in SENT_BACK)


def _settled(issue: Issue, *, at: datetime) -> None:
    """Once every attached reporter has answered, the record goes on to be reviewed."""
    record = queries.of_issue(issue, lock=True)
    if record is None or record.state != rules.USER_CONFIRM:
        return
    if queries.facts(record, at).reporters_answered:
        move_record(record, "review", by=SYSTEM, at=at)
