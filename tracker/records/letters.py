"""Letters about a record: to whom it was escalated, to the supervisor it belongs to, to those who must sign.

Never evidence; no words of anybody when personal data is concerned (decisions §5).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select

from tracker import outbox
from tracker.accounts import queries as people
from tracker.accounts import rules as roles
from tracker.accounts import wishes
from tracker.accounts.models import Person, TeamMember
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.issues import queries as issues
from tracker.issues.models import Issue, IssueRecord
from tracker.outbox import rules as post_rules
from tracker.records import because, links, rules
from tracker.records.models import Record
from tracker.records.parts import Escalation

SUBJECTS = {
    "escalated": _l("Please take this anomaly"),
    "duty": _l("You are on duty: please take this anomaly"),
    "sent_again": _l("Not solved yet: please take this anomaly again"),
    "escalation_ended": _l("No longer with you"),
    "acknowledge": _l("Taken"),
    "return": _l("Returned"),
    "verify": _l("A correction was reported; please verify it"),
    "uncorrected": _l("The report of a correction was taken back"),
    "question": _l("More details are needed"),
    "update": _l("Progress was reported"),
    "answer": _l("An answer to your question"),
    "review": _l("Please sign the record"),
    "approve": _l("Please approve the record"),
    "back": _l("The solution did not hold"),
    "reissue": _l("The anomaly came back"),
    "voided": _l("A signature no longer stands"),
    "ticket_done": _l("A ticket is done at the other side; please verify it"),
    "ticket_asked": _l("What does this state of a ticket mean?"),
    "led_lacks": _l("The leading record is corrected; this one still lacks something"),
    "opinion": _l("Your opinion is asked"),
    "opinion_answered": _l("An opinion you asked for is there"),
    "opinion_moved": _l("Your opinion is wanted by another date"),
    "opinion_withdrawn": _l("Your opinion is no longer asked"),
    "lesson": _l("A lesson waits to be read by you"),
}


def to_assignees(
    escalation: Escalation, kind: str, *, cause: object, at: datetime, by: Actor, said: str = ""
) -> None:
    """Bell and mail to whoever it was escalated to; the mail's link opens the one escalation without a sign-in."""
    record = escalation.record
    urgent = record.severity == "S1"
    for person in assignees(escalation):
        if person.id != by.person_id:
            _to_person(
                record, person, kind, cause, at, f"/escalations/{escalation.id}", said, urgent, escalation
            )
    if escalation.to_email and post_rules.is_address(escalation.to_email):
        _to_contact(escalation, kind, cause, at, said, urgent)


def assignees(escalation: Escalation) -> list[Person]:
    """The person, or the members of the team, with an open account; deputies of those away too."""
    if escalation.to_team_id is not None:
        members = select(TeamMember.person_id).where(TeamMember.team_id == escalation.to_team_id)
        wanted: ColumnElement[bool] = Person.id.in_(members)
    else:
        wanted = Person.id == escalation.to_person_id
    return list(db.session.scalars(select(Person).where(wanted, Person.active).order_by(Person.id)))


def to_owner(record: Record, kind: str, *, cause: object, at: datetime, by: Actor, said: str = "") -> None:
    """To the supervisor the record belongs to, unless they did it themselves."""
    owner = db.session.get(Person, record.owner_id) if record.owner_id else None
    if owner is not None and owner.active and owner.id != by.person_id:
        _to_person(record, owner, kind, cause, at, f"/records/{record.number}", said)


def to_signers(record: Record, role: str, kind: str, *, cause: object, at: datetime, by: Actor) -> None:
    """To everybody who may sign in this role for this case."""
    issue = record.primary_issue
    holders: Sequence[Person] = people.people_with(
        role, at=at, unit_id=issue.unit_id, system_id=record.system_id
    )
    # Who is away hears of it too; their deputy signs meanwhile, but for a restricted case that is not theirs to see.
    away = [one.deputy for one in holders if one.is_away(at) and one.deputy is not None and one.deputy.active]
    if issue.restricted:
        away = [one for one in away if issues.may_view(people.actor_of(one, at=at), issue)]
    for person in dict.fromkeys((*holders, *away)):
        if person.id != by.person_id:
            _to_person(record, person, kind, cause, at, f"/records/{record.number}/sign")


def ask_to_sign(record: Record, *, cause: object, at: datetime, by: Actor) -> None:
    """The record waits for its signatures: first the supervisor's."""
    to_signers(record, roles.SUPERVISOR, "review", cause=cause, at=at, by=by)


def ask_to_approve(record: Record, *, cause: object, at: datetime, by: Actor) -> None:
    """The supervisor has signed; a grave record needs a manager too."""
    if record.severity in rules.GRAVE or record.long_form:
        to_signers(record, roles.MANAGER, "approve", cause=cause, at=at, by=by)


def _to_person(
    record: Record, person: Person, kind: str, cause: object, at: datetime, link: str, said: str = "",
    urgent: bool = False, escalation: Escalation | None = None, due_at: datetime | None = None,
) -> None:  # fmt: skip
    with force_locale(person.locale or _house_locale()):
        same = _letter(record, kind, cause, at, person.name, said, escalation, due_at) | {
            "person_id": person.id, "locale": person.locale or _house_locale(), "urgent": urgent,
        }  # fmt: skip
        same["event"] = wishes.event_of(same["kind"])
        channels = wishes.channels(person, same["event"], urgent=urgent)
        if post_rules.BELL in channels:
            outbox.post(channel=post_rules.BELL, link=link, **same)
        if post_rules.MAIL in channels:
            mail_link = links.path(escalation, at=at, person=person) if escalation is not None else link
            outbox.post(
                channel=post_rules.MAIL,
                address=person.email,
                name=_one_line(person.name),
                link=mail_link,
                **same,
            )


def _to_contact(
    escalation: Escalation, kind: str, cause: object, at: datetime, said: str, urgent: bool
) -> None:
    with force_locale(_house_locale()):
        same = _letter(escalation.record, kind, cause, at, escalation.to_name, said, escalation)
        outbox.post(
            channel=post_rules.MAIL, address=escalation.to_email, name=_one_line(escalation.to_name),
            link=links.path(escalation, at=at), locale=_house_locale(), urgent=urgent, **same,
        )  # fmt: skip


def _letter(
    record: Record,
    kind: str,
    cause: object,
    at: datetime,
    to: str,
    said: str,
    escalation: Escalation | None,
    due_at: datetime | None = None,
) -> dict[str, Any]:
    issue = record.primary_issue
    sealed = issue.personal_data or issue.restricted
    template = current_app.jinja_env.get_template("records/mail/letter.txt")
    what = str(SUBJECTS[kind])
    if escalation is not None and escalation.state in rules.ESCALATION_OPEN:
        due_at = escalation.due_at
    body = template.render(
        record=record, title=issue.title, to=to, what=what, kind=kind,
        said="" if sealed else because.told(said), escalation=escalation, due_at=due_at,
    )  # fmt: skip
    line = _(
        "[%(number)s][%(severity)s] %(words)s", number=record.number, severity=record.severity, words=what
    )
    return {
        "kind": f"record.{kind}", "key": ("record", record.id, kind, cause), "subject": (record.kind_name, record.id),
        "at": at, "subject_line": line, "body_text": body.strip() + "\n",
    }  # fmt: skip


def tell(
    record: Record, person: Person, kind: str, *, cause: object, at: datetime, link: str, said: str = "",
    due_at: datetime | None = None,
) -> None:  # fmt: skip
    """One letter about a record to one person, by bell and mail as they wish."""
    _to_person(record, person, kind, cause, at, link, said, due_at=due_at)


def tell_contact(
    record: Record,
    name: str,
    address: str,
    kind: str,
    *,
    cause: object,
    at: datetime,
    link: str = "",
    said: str = "",
    due_at: datetime | None = None,
) -> None:
    """One letter about a record to somebody outside."""
    with force_locale(_house_locale()):
        outbox.post(
            channel=post_rules.MAIL, address=address, name=_one_line(name), link=link, locale=_house_locale(),
            **_letter(record, kind, cause, at, name, said, None, due_at),
        )  # fmt: skip


def withhold_about(issue: Issue) -> None:
    """Empty the letters of all records of an issue whose title was sealed."""
    numbers = select(IssueRecord.record_number).where(IssueRecord.issue_id == issue.id)
    for record_id in db.session.scalars(select(Record.id).where(Record.number.in_(numbers))):
        outbox.withhold(subject=(Record.kind_name, record_id), subject_lines=True)


def _house_locale() -> str:
    return str(current_app.config["TRACKER"].locale)


def _one_line(text: str) -> str:
    return " ".join(text.split())
