"""A report of somebody with an account, and the letter whose link opens it to them without a sign-in."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from werkzeug.datastructures import FileStorage

from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person
from tracker import attachments
from tracker.accounts.models import Person
from tracker.attachments.models import Attachment
from tracker.db import db
from tracker.issues import actions
from tracker.issues.models import Issue
from tracker.outbox.models import Letter


@dataclass
class Case:
    """A report that waits for its reporter's answer, and the letter that asked for it."""

    issue: Issue
    reporter: Person
    boss: Person
    letter: Letter

    @property
    def link(self) -> str:
        return self.letter.link


def asked(**overrides: Any) -> Case:
    """A report whose reporter was asked something; where mail leaves, by a letter with a link."""
    issue, boss = make_issue(**overrides), make_person("supervisor")
    ask(issue, boss)
    return Case(issue, issue.reporter, boss, mail_to(issue.reporter))


def ask(issue: Issue, boss: Person) -> None:
    """One more question to the reporter."""
    actions.carry_out(issue, "ask", by=actor_of(boss), at=MONDAY, fields={"body": "On which day?"})
    db.session.commit()


def letters_to(person: Person, channel: str = "mail") -> list[Letter]:
    """What this person was written, oldest first."""
    return db.session.query(Letter).filter_by(person_id=person.id, channel=channel).order_by(Letter.id).all()


def mail_to(person: Person) -> Letter:
    """The last mail to this person."""
    return letters_to(person)[-1]


def keep_file(case: Case, body: bytes, name: str, *, issue: Issue | None = None, **given: Any) -> Attachment:
    """One file of the supervisor's, with the report or with another one."""
    subject = ("issue", (issue or case.issue).id)
    upload = FileStorage(BytesIO(body), filename=name)
    (one,) = attachments.store([upload], subject=subject, by=actor_of(case.boss), at=MONDAY, **given)
    db.session.commit()
    return one
