"""One act on several issues: each by itself, so that one which cannot be done holds up no other."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import and_, func, or_, select

from tracker import audit, outbox
from tracker.accounts import queries as people
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.audit.models import Entry
from tracker.db import claimed, db, locked
from tracker.errors import DomainError, Missing, NotAllowed, WrongState
from tracker.issues import actions as issues
from tracker.issues import fields, queries, words
from tracker.issues.models import Issue
from tracker.needs import actions as needs
from tracker.records import actions as records
from tracker.triage import rules
from tracker.triage.models import Batch

Settle = Callable[[int], None]
"""What follows each change of an issue, by its id: the door computes the clocks."""


def ask(
    act: str, numbers: Sequence[str], given: Mapping[str, Any], *, by: Actor, at: datetime, locale: str
) -> Batch:
    """Write down what is to be done with which issues.  Raises NotAllowed, DomainError (nothing selected, too many)."""
    wanted = list(dict.fromkeys(numbers))
    if not wanted:
        raise DomainError(_("Select one or more rows first."))
    if len(wanted) > rules.MOST:
        raise DomainError(_("At most %(most)s issues at once. Narrow the view by a filter.", most=rules.MOST))
    return _new(act, wanted, dict(given), by=by, at=at, locale=locale)


def ask_undo(batch: Batch, *, by: Actor, at: datetime, locale: str) -> Batch:
    """The batch that takes back another, last issue first; asking again gives the same one."""
    if not batch.may_be_undone:
        raise WrongState(act="undo")
    before = db.session.scalars(select(Batch).where(Batch.undoes_id == batch.id)).first()
    if before is not None:
        return before
    entries = {number: seq for number, seq in reversed(batch.entries)}
    undo = _new(rules.UNDO, list(entries), {"entries": entries}, by=by, at=at, locale=locale)
    undo.undoes_id = batch.id
    db.session.flush()
    return undo


def _new(
    act: str, numbers: list[str], given: dict[str, Any], *, by: Actor, at: datetime, locale: str
) -> Batch:
    if by.person_id is None:
        raise NotAllowed()
    made = Batch(
        person_id=by.person_id, act=act, given=given, numbers=numbers, entries=[], refused=[], at_issue=0,
        stage=rules.WAITING, locale=locale, asked_at=at,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    audit.record("batch.ask", made, by=by, at=at, after={"act": act, "issues": len(numbers)})
    return made


def step(batch: Batch, *, by: Actor, at: datetime, settle: Settle) -> bool:
    """Do the next issue of the batch; False when there was none left, and the batch is done."""
    if batch.at_issue >= len(batch.numbers):
        batch.stage, batch.ended_at, batch.lease_until = rules.DONE, at, None
        return False
    number = batch.numbers[batch.at_issue]
    try:
        with db.session.begin_nested():
            seq, issue_id = _one(batch, number, by=by, at=at)
            settle(issue_id)
        batch.entries = [*batch.entries, [number, seq]]
    except DomainError as error:
        batch.refused = [*batch.refused, [number, _why(error)]]
    batch.at_issue += 1
    return True


def _one(batch: Batch, number: str, *, by: Actor, at: datetime) -> tuple[int, int]:
    """Do it with one issue; answers the number of the entry it wrote, and the issue's id."""
    issue = db.session.scalars(locked(queries.by_number(by, number)).limit(1)).first()
    if issue is None:
        raise DomainError(_("You cannot see it any more."))
    if batch.act == rules.UNDO:
        return records.undo_issue(issue, batch.given["entries"][number], by=by, at=at).seq, issue.id
    if batch.act == rules.DECIDE:
        # Taking back what told the reporter takes the decision back with it.
        decision = needs.decide(issue, {**batch.given, "issue_kind": issue.kind}, by=by, at=at)
        return decision.told_seq, issue.id
    before = _last(issue, rules.ACTS[batch.act].writes)
    _carry(batch.act, issue, batch.given, by=by, at=at)
    seq = _last(issue, rules.ACTS[batch.act].writes)
    if seq == before:
        raise DomainError(_("It was so already."))
    return seq, issue.id


def _carry(act: str, issue: Issue, given: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    if act in (rules.TAKE, rules.ASSIGN):
        issues.assign(issue, _handler(str(by.person_id) if act == rules.TAKE else given["to"]), by=by, at=at)
        return
    if act == rules.SNOOZE:
        until = fields.read({"until": given["until"]}, {"until": fields.instant})["until"]
        issues.snooze(issue, until, by=by, at=at)
        return
    records.move_issue(issue, act, by=by, at=at, fields=given)


def _handler(given: str) -> Person:
    person = db.session.get(Person, int(given)) if given.isdecimal() and len(given) < 10 else None
    if person is None:
        raise DomainError(_("Choose a supervisor."))
    return person


def _last(issue: Issue, action: str) -> int:
    mine = (Entry.subject_kind == issue.kind_name, Entry.subject_id == issue.id, Entry.action == action)
    return db.session.scalar(select(func.max(Entry.seq)).where(*mine)) or 0


def _why(error: DomainError) -> str:
    """Why one issue was passed over, for the page that lists them."""
    if isinstance(error, Missing):
        lacking = _(", ").join(words.field(key) for key in error.keys)
        return _("Still missing: %(what)s", what=lacking)
    if error.text:
        return str(error.text)
    said = [str(text) for text in error.fields.values()]
    return said[0] if said else _("It has moved on meanwhile.")


def claim(now: datetime) -> Batch | None:
    """Take one that waits, or that a node which died left behind; none when there is nothing to do."""
    free = or_(Batch.stage == rules.WAITING, and_(Batch.stage == rules.WORKING, Batch.lease_until < now))
    return claimed(Batch, free, stage=rules.WORKING, lease_until=now + rules.LEASE)


def stop(batch: Batch, at: datetime) -> None:
    """Go no further; what is done stays done, and can be taken back."""
    if batch.is_under_way:
        batch.stage, batch.ended_at, batch.lease_until = rules.STOPPED, at, None


def ring(batch: Batch, at: datetime) -> None:
    """The job is done: ring for who asked."""
    outbox.post(
        channel="bell", kind="batch.done", key=("batch.done", batch.id), subject=(Batch.kind_name, batch.id), at=at,
        subject_line=ngettext("Done with %(num)s issue", "Done with %(num)s issues", len(batch.entries)),
        body_text="", person_id=batch.person_id, locale=batch.locale, link=f"/inbox/bulk/{batch.id}",
    )  # fmt: skip


def actor_of(batch: Batch, at: datetime) -> Actor:
    """Who asked, with the rights they have now."""
    return people.actor_of(batch.person, at=at)
