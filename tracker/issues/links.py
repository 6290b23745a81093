"""The way to one issue without a sign-in: a secret in a letter or on a receipt, stored as a hash, good for 30 days.

Guests have no other way.  Whoever has an account gets such a link in the letters about their own report; it lets them
do what a guest may do, as long as the account is open and the report is theirs, not restricted and not sealed.
"""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from tracker.accounts import tokens
from tracker.accounts.models import CaseLink, Person
from tracker.accounts.rules import Link
from tracker.bulk import Many
from tracker.db import db
from tracker.issues.models import Issue

LIFE = timedelta(days=30)
PREFIX = "/i/"
GUEST = "guest"
_NEW = Many(
    CaseLink.__table__,
    ("purpose", "subject_kind", "subject_id", "person_id", "name", "sha256", "created_at", "expires_at"),
)


def make(issue: Issue, *, at: datetime, person: Person | None = None) -> str:
    """A fresh secret that opens this issue; earlier ones stay good until their own time is over."""
    return _kept(issue, tokens.new_secret(), at, person)


def receipt(issue: Issue, *, at: datetime) -> str:
    """The same, short enough to be written down on paper."""
    return _kept(issue, tokens.new_receipt(), at)


def _kept(issue: Issue, secret: str, at: datetime, person: Person | None = None) -> str:
    _NEW.write([{
        "purpose": GUEST, "subject_kind": issue.kind_name, "subject_id": issue.id,
        "person_id": person.id if person else None, "name": person.name if person else issue.reporter_name,
        "sha256": tokens.stored(secret), "created_at": at, "expires_at": at + LIFE,
    }])  # fmt: skip
    return secret


def path(issue: Issue, *, at: datetime, person: Person | None = None) -> str:
    """The address of the page without a sign-in, by a fresh secret; `person` is its reporter, who has an account."""
    return f"{PREFIX}{make(issue, at=at, person=person)}"


def page(issue: Issue) -> str:
    """The address of the page behind the sign-in."""
    return f"/issues/{issue.number}"


def may_open(issue: Issue, person: Person) -> bool:
    """Whether a letter may open this issue to this person without a sign-in: their own, and nothing to be kept shut."""
    is_theirs = issue.reporter_id == person.id and person.active
    return is_theirs and not issue.restricted and not issue.personal_data


def find(secret: str) -> CaseLink | None:
    """The guest's link with this secret, a receipt's in any way people type it, expired or not."""
    kept = tokens.stored(tokens.read_receipt(secret) or secret)
    found = select(CaseLink).where(CaseLink.sha256 == kept, CaseLink.purpose == GUEST)
    return db.session.scalars(found).first()


def holder(link: CaseLink) -> Person | None:
    """Whose letter brought the link, where they have an account; nobody for a guest's."""
    return db.session.get(Person, link.person_id) if link.person_id is not None else None


def is_open(link: CaseLink, issue: Issue, *, at: datetime) -> bool:
    """Whether the link still opens its issue, as this stands now: asked anew by each request."""
    person = holder(link)
    return link.revoked_at is None and at < link.expires_at and (person is None or may_open(issue, person))


def opened(link: CaseLink) -> Link:
    """What the link lets its holder do."""
    return Link(link.id, link.purpose, link.subject_kind, link.subject_id, link.person_id)


def revoke(issue: Issue, *, at: datetime, guests: bool = True) -> None:
    """No link opens this issue any more; `guests` may keep theirs, which is the only way they have."""
    every = update(CaseLink).where(
        CaseLink.subject_kind == issue.kind_name,
        CaseLink.subject_id == issue.id,
        CaseLink.revoked_at.is_(None),
    )
    which = every if guests else every.where(CaseLink.person_id.is_not(None))
    db.session.execute(which.values(revoked_at=at))
