"""The way from a letter to one escalation or one question: a secret, stored as a hash, good for 14 days."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from tracker.accounts import tokens
from tracker.accounts.models import CaseLink, Person
from tracker.accounts.rules import Link
from tracker.db import db
from tracker.records.parts import Escalation, Opinion

LIFE = timedelta(days=14)
ASSIGNEE, OPINION = "assignee", "opinion"


def path(escalation: Escalation, *, at: datetime, person: Person | None = None) -> str:
    """The address of the signed page, by a fresh secret bound to this person or to the outside contact."""
    secret = tokens.new_secret()
    db.session.add(
        CaseLink(
            purpose=ASSIGNEE, subject_kind=escalation.kind_name, subject_id=escalation.id,
            person_id=person.id if person else None, name=person.name if person else escalation.to_name,
            sha256=tokens.stored(secret), created_at=at, expires_at=at + LIFE,
        )
    )  # fmt: skip
    db.session.flush()
    return f"/e/{secret}"


def opinion_path(opinion: Opinion, *, at: datetime) -> str:
    """The address of the signed page on which an outside contact answers, by a fresh secret."""
    secret = tokens.new_secret()
    db.session.add(
        CaseLink(
            purpose=OPINION, subject_kind=opinion.kind_name, subject_id=opinion.id, name=opinion.addressee,
            sha256=tokens.stored(secret), created_at=at, expires_at=at + LIFE,
        )
    )  # fmt: skip
    db.session.flush()
    return f"/o/{secret}"


def find(secret: str, purpose: str = ASSIGNEE) -> CaseLink | None:
    """The link with this secret, expired or not: an assignee's, or of whom an opinion is asked.

    Whose account was closed has none any more.
    """
    mine = CaseLink.sha256 == tokens.stored(secret), CaseLink.purpose == purpose
    open_account = or_(CaseLink.person_id.is_(None), Person.active)
    found = select(CaseLink).outerjoin(Person, Person.id == CaseLink.person_id).where(*mine, open_account)
    return db.session.scalars(found).first()


def is_open(link: CaseLink, *, at: datetime) -> bool:
    """Whether the link still opens its escalation."""
    return link.revoked_at is None and at < link.expires_at


def opened(link: CaseLink) -> Link:
    """What the link lets its holder do."""
    return Link(link.id, link.purpose, link.subject_kind, link.subject_id)


def person_id(link: Link) -> int | None:
    """Whom the link is bound to; None for an outside contact."""
    row = db.session.get(CaseLink, link.id)
    return row.person_id if row is not None else None


def revoke(escalation: Escalation, *, at: datetime) -> None:
    """No link opens this escalation any more."""
    every = update(CaseLink).where(
        CaseLink.subject_kind == escalation.kind_name,
        CaseLink.subject_id == escalation.id,
        CaseLink.revoked_at.is_(None),
    )
    db.session.execute(every.values(revoked_at=at))
