"""Letters of decisions: to managers who are asked, to those who asked, to who must know a suspended system."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import outbox
from tracker.accounts import queries as people
from tracker.accounts import rules as roles
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.config import LOCALES
from tracker.db import db
from tracker.decisions import words
from tracker.decisions.cases import AnyCase, RoundCase
from tracker.decisions.models import Decision
from tracker.issues import queries as issues
from tracker.outbox.models import Letter
from tracker.outbox.rules import BELL, MAIL, TITLE_MARK
from tracker.records.holding import written
from tracker.systems.models import AISystem, Suspension
from tracker.training import queries as training

Subject = tuple[str, int]
Key = tuple[object, ...]


def ask(case: AnyCase, row: Decision, *, by: Actor, at: datetime) -> None:
    """To every manager for the case: what is asked, and where to answer."""
    for person in people.people_with(roles.MANAGER, at=at, unit_id=case.unit_id, system_id=case.system.id):
        if person.id == by.person_id or not _may_view(person, case, at):
            continue
        with force_locale(_locale(person)):
            line = _("[%(number)s] You are asked to decide", number=case.number) + TITLE_MARK + case.title
            body = _(
                "%(name)s asks for your decision: more time, somebody else, suspend the system, or accept the risk.",
                name=by.name,
            )
        _post(person, _subject(case), "decision.ask", ("decision", row.id, "ask"), line, body, at,
              link=f"/decisions/{case.number}")  # fmt: skip


def _may_view(person: Person, case: AnyCase, at: datetime) -> bool:
    return isinstance(case, RoundCase) or issues.may_view(people.actor_of(person, at=at), case.issue)


def _subject(case: AnyCase) -> Subject:
    return case.root if isinstance(case, RoundCase) else ("issue", case.issue.id)


def answered(case: AnyCase, row: Decision, *, by: Actor, at: datetime) -> None:
    """To those whose case it is: the one who asked, the handler, the record's owner; who inspects."""
    ids = dict.fromkeys((row.asked_by_id, *_owners(case)))
    for person in (db.session.get(Person, one) for one in ids if one is not None and one != by.person_id):
        if person is None or not person.active:
            continue
        with force_locale(_locale(person)):
            what = str(words.ANSWER_WORDS[row.answer])
            line = _("[%(number)s] Decided: %(answer)s", number=case.number, answer=what)
            line += TITLE_MARK + case.title
            body = _("%(name)s has decided: %(answer)s.", name=by.name, answer=what)
            if row.until is not None:
                body += "\n" + _("Until: %(when)s", when=written(row.until))
        # Who inspects need not be one who may read decisions.
        link = case.href if isinstance(case, RoundCase) else f"/decisions/{case.number}"
        _post(
            person,
            _subject(case),
            "decision.answered",
            ("decision", row.id, "answered"),
            line,
            body,
            at,
            link=link,
        )


def _owners(case: AnyCase) -> tuple[int | None, ...]:
    if isinstance(case, RoundCase):
        return (case.round.plan.owner_id,)
    return (case.issue.assignee_id, case.record.owner_id if case.record is not None else None)


def key_of(row: Suspension) -> Key:
    """The cause of the letters about a suspension, by which they are taken back while they rest."""
    return ("suspension", row.id, "suspended")


def suspended(row: Suspension, *, at: datetime) -> None:
    """To everybody who must know the system: do not use it for now, and what to do instead."""
    _to_users(row, people.people().where(Person.id.in_(_must_know(row.system))), "suspended", at)


def lifted(row: Suspension, *, at: datetime) -> None:
    """To those who were told and whose letter was not taken back."""
    told = select(Letter.person_id).where(
        Letter.subject_kind == "system", Letter.subject_id == row.system_id, Letter.state != "cancelled",
        Letter.cause == ":".join(str(one) for one in key_of(row)),
    )  # fmt: skip
    _to_users(row, people.people().where(Person.id.in_(told)), "lifted", at)


def _must_know(system: AISystem) -> set[int]:
    return {one.person_id for one in training.table(system, None)}


def _to_users(row: Suspension, wanted: Any, kind: str, at: datetime) -> None:
    """Rests half a minute, so that a suspension taken back at once is read by nobody."""
    letters: list[dict[str, Any]] = []
    for person in db.session.scalars(wanted):
        with force_locale(_locale(person)):
            name = row.system.name_en if _locale(person) == "en" and row.system.name_en else row.system.name
            if kind == "suspended":
                line, body = _("Please do not use “%(system)s” for now", system=name), row.notice
            else:
                line = _("“%(system)s” can be used again", system=name)
                body = _("The suspension was lifted on %(when)s.", when=written(at))
        cause = (*key_of(row)[:2], kind)
        letters += _rows(person, ("system", row.system_id), f"system.{kind}", cause, line, body, at,
                         link=f"/systems/{row.system.key}/guide", undoable=True)  # fmt: skip
    outbox.post_all(letters)


def _post(
    person: Person, subject: Subject, kind: str, key: Key, line: str, body: str, at: datetime, **more: Any
) -> None:  # fmt: skip
    outbox.post_all(list(_rows(person, subject, kind, key, line, body, at, **more)))


def _rows(
    person: Person, subject: Subject, kind: str, key: Key, line: str, body: str, at: datetime, **more: Any
) -> Iterable[dict[str, Any]]:  # fmt: skip
    same = {
        "kind": kind, "key": key, "subject": subject, "subject_line": " ".join(line.split()), "body_text": body,
        "at": at, "person_id": person.id, "locale": _locale(person), **more,
    }  # fmt: skip
    yield outbox.row(channel=BELL, **same)
    if person.email and person.mail_wish != "off":
        yield outbox.row(channel=MAIL, address=person.email, name=" ".join(person.name.split()), **same)


def _locale(person: Person) -> str:
    return person.locale if person.locale in LOCALES else str(current_app.config["TRACKER"].locale)
