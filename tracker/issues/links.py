"""A guest's way to their one issue: a secret in a letter or on the receipt, stored as a hash, good for 30 days."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from tracker.accounts import tokens
from tracker.accounts.models import CaseLink
from tracker.accounts.rules import Link
from tracker.db import db
from tracker.issues.models import Issue

LIFE = timedelta(days=30)
GUEST = "guest"


def make(issue: Issue, *, at: datetime) -> str:
    """A fresh secret that opens this issue; earlier ones stay good until their own time is over."""
    return _kept(issue, tokens.new_secret(), at)


def receipt(issue: Issue, *, at: datetime) -> str:
    """The same, short enough to be written down on paper."""
    return _kept(issue, tokens.new_receipt(), at)


def _kept(issue: Issue, secret: str, at: datetime) -> str:
    db.session.add(
        CaseLink(
            purpose=GUEST, subject_kind=issue.kind_name, subject_id=issue.id, name=issue.reporter_name,
            sha256=tokens.stored(secret), created_at=at, expires_at=at + LIFE,
        )
    )  # fmt: skip
    db.session.flush()
    return secret


def path(issue: Issue, *, at: datetime) -> str:
    """The address of the guest's page, by a fresh secret."""
    return f"/i/{make(issue, at=at)}"


def find(secret: str) -> CaseLink | None:
    """The guest's link with this secret, a receipt's in any way people type it, expired or not."""
    kept = tokens.stored(tokens.read_receipt(secret) or secret)
    found = select(CaseLink).where(CaseLink.sha256 == kept, CaseLink.purpose == GUEST)
    return db.session.scalars(found).first()


def is_open(link: CaseLink, *, at: datetime) -> bool:
    """Whether the link still opens its issue."""
    return link.revoked_at is None and at < link.expires_at


def opened(link: CaseLink) -> Link:
    """What the link lets its holder do."""
    return Link(link.id, link.purpose, link.subject_kind, link.subject_id)


def revoke(issue: Issue, *, at: datetime) -> None:
    """No link opens this issue any more."""
    every = update(CaseLink).where(
        CaseLink.subject_kind == issue.kind_name,
        CaseLink.subject_id == issue.id,
        CaseLink.revoked_at.is_(None),
    )
    db.session.execute(every.values(revoked_at=at))
