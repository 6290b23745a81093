"""The verbs of opinions: ask, answer, take back.  Each is written down with the record."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from tracker import audit, rearm
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import DomainError, NotAllowed, WrongState
from tracker.hours.book import office_day_end
from tracker.issues import fields as issue_fields
from tracker.issues import when
from tracker.opinions import letters, queries, rules
from tracker.outbox import rules as post_rules
from tracker.records import queries as records
from tracker.records import rules as record_rules
from tracker.records.models import Record
from tracker.records.parts import Opinion

QUESTION_MOST, ANSWER_MOST = 4000, 20_000


def ask(record: Record, wanted: Mapping[str, Any], *, by: Actor, at: datetime) -> Opinion:
    """Ask somebody's opinion: `to_person_id`, or `to_name` and `to_email`; `topic`, `question`, `due_at`.

    Raises NotAllowed, WrongState on a record that has ended, DomainError naming each wrong field.
    """
    known = records.relations(by, record, records.last_escalation(record), at)
    if not rules.may_ask(known):
        raise NotAllowed(act="ask_opinion")
    if record.state in record_rules.ENDED:
        raise WrongState(act="ask_opinion")
    wrong: dict[str, str] = {}
    person, facts = _to(wanted, wrong), _read(wanted, at, wrong)
    if wrong:
        raise DomainError(next(iter(wrong.values())), fields=wrong)
    opinion = Opinion(
        record_id=record.id, to_person_id=person.id if person else None,
        to_name=person.name if person else str(wanted.get("to_name") or "").strip()[:200],
        to_email="" if person else str(wanted.get("to_email") or "").strip().lower(), by_id=by.person_id,
        by_name=by.name, at=at, **facts,
    )  # fmt: skip
    db.session.add(opinion)
    record.opinions_asked += 1
    db.session.flush()
    audit.record(
        "record.ask_opinion", record, by=by, at=at, texts={"opinion_question": opinion.question},
        after={"opinion": opinion.id, "to": opinion.to_person_id, "topic": opinion.topic, "due_at": opinion.due_at},
    )  # fmt: skip
    rearm.mark(record.kind_name, record.id, at=at)
    letters.asked(record, opinion, by=by, at=at)
    return opinion


def _to(wanted: Mapping[str, Any], wrong: dict[str, str]) -> Person | None:
    """The person who is asked; None for an outside contact with an address."""
    given = str(wanted.get("to_person_id") or "")
    person = db.session.get(Person, int(given)) if given.isdecimal() else None
    if person is not None and person.active:
        return person
    email = str(wanted.get("to_email") or "").strip()
    if given or not email:
        wrong["to_person_id"] = _("Choose a person, or give an outside contact's e-mail.")
    elif not post_rules.is_address(email):
        wrong["to_email"] = _("This is no e-mail address.")
    return None


def _read(wanted: Mapping[str, Any], at: datetime, wrong: dict[str, str]) -> dict[str, Any]:
    question = str(wanted.get("question") or "").replace("\r\n", "\n").strip()[:QUESTION_MOST]
    if not question:
        wrong["question"] = _("Write what you want to know.")
    topic = str(wanted.get("topic") or "")
    if topic not in rules.TOPICS:
        wrong["topic"] = _("Choose what it is about.")
    return {"question": question, "topic": topic, "due_at": _due(wanted.get("due_at"), at, wrong)}


def _due(given: Any, at: datetime, wrong: dict[str, str]) -> datetime | None:
    """The date until which an answer is wanted; what is wrong with it goes into `wrong`."""
    try:
        due = issue_fields.deadline(given)
    except issue_fields.Unreadable as error:
        wrong["due_at"] = str(error)
        return None
    said = when.due_wrong(due, at)
    if due is None or said:
        wrong["due_at"] = said or _("Give a date.")
    return due


def may_answer(opinion: Opinion, by: Actor, at: datetime) -> bool:
    """Whether this actor is who was asked, stands in for them, or writes down what an outside contact said."""
    if by.link is not None:
        return by.link.purpose == queries.PURPOSE and by.link.subject_id == opinion.id
    if by.person_id is not None and opinion.to_person_id == by.person_id:
        return True
    if opinion.to_person_id is None:
        return rules.may_ask(
            records.relations(by, opinion.record, records.last_escalation(opinion.record), at)
        )
    return bool(queries.stands_in(by, opinion, at))


def answer(opinion: Opinion, text: str, *, by: Actor, at: datetime) -> None:
    """Write down the answer; NotAllowed, WrongState when it is not open, DomainError without words."""
    if not may_answer(opinion, by, at):
        raise NotAllowed(act="answer_opinion")
    _must_be_open(opinion)
    words = text.replace("\r\n", "\n").strip()[:ANSWER_MOST]
    if not words:
        said = _("Write your answer.")
        raise DomainError(said, fields={"answer": said})
    record = opinion.record
    stands_in = queries.stands_in(by, opinion, at)
    contact = opinion.to_name or opinion.to_email if opinion.to_person_id is None else ""
    opinion.answer, opinion.answered_at = words, at
    opinion.answered_by = contact or by.name
    on_behalf = stands_in or (contact if by.link is None and contact else "")
    audit.record(
        "record.answer_opinion", record, by=by, at=at, texts={"opinion_answer": words},
        after={"opinion": opinion.id}, on_behalf=on_behalf,
    )  # fmt: skip
    letters.revoke(opinion, at=at)
    rearm.mark(record.kind_name, record.id, at=at)
    db.session.flush()
    letters.answered(record, opinion, by=by, at=at)


def withdraw(opinion: Opinion, because: str, *, by: Actor, at: datetime) -> None:
    """Take the question back, with a reason; whom it was asked of is told and sees the case no longer."""
    record = opinion.record
    known = records.relations(by, record, records.last_escalation(record), at)
    if not rules.may_withdraw(known, is_asker=by.person_id is not None and by.person_id == opinion.by_id):
        raise NotAllowed(act="withdraw_opinion")
    _must_be_open(opinion)
    words = because.strip()[:QUESTION_MOST]
    if not words:
        said = _("Give the reason.")
        raise DomainError(said, fields={"because": said})
    opinion.withdrawn_at, opinion.withdrawn_because = at, words
    audit.record(
        "record.withdraw_opinion", record, by=by, at=at, texts={"note": words}, after={"opinion": opinion.id}
    )
    letters.revoke(opinion, at=at)
    rearm.mark(record.kind_name, record.id, at=at)
    db.session.flush()
    letters.withdrawn(record, opinion, by=by, at=at)


def move_date(opinion: Opinion, due_at: Any, because: str, *, by: Actor, at: datetime) -> None:
    """Give more time, or less, with a reason; whom it was asked of is told, and the clock runs to the new date."""
    record = opinion.record
    known = records.relations(by, record, records.last_escalation(record), at)
    if not rules.may_withdraw(known, is_asker=by.person_id is not None and by.person_id == opinion.by_id):
        raise NotAllowed(act="move_opinion")
    _must_be_open(opinion)
    wrong: dict[str, str] = {}
    due = _due(due_at, at, wrong)
    words = because.strip()[:QUESTION_MOST]
    if not words:
        wrong["reason"] = _("Give the reason.")
    if wrong or due is None:
        raise DomainError(next(iter(wrong.values())), fields=wrong)
    before, opinion.due_at = opinion.due_at, due
    audit.record(
        "record.move_opinion", record, by=by, at=at, texts={"note": words},
        before={"opinion": opinion.id, "due_at": before}, after={"opinion": opinion.id, "due_at": due},
    )  # fmt: skip
    rearm.mark(record.kind_name, record.id, at=at)
    db.session.flush()
    letters.moved(record, opinion, words, by=by, at=at)


def _must_be_open(opinion: Opinion) -> None:
    if opinion.answered_at is not None or opinion.withdrawn_at is not None:
        raise WrongState(act="answer_opinion")


def usual_due(at: datetime) -> datetime:
    """The date that the form begins with: the end of an office day."""
    return office_day_end(at, rules.USUAL_DAYS)
