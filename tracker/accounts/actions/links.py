"""One-time links: `setup` makes the first administrator, `sign_in` signs one person in.  Opening changes nothing."""

from datetime import datetime, timedelta

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select, update

from tracker import audit, outbox
from tracker.accounts import queries, tokens
from tracker.accounts.models import Person, SignInLink
from tracker.accounts.rules import SYSTEM, Actor
from tracker.db import changed, db
from tracker.errors import DomainError

SIGN_IN_LIFE = timedelta(minutes=10)
SETUP_LIFE = timedelta(hours=24)


def make_sign_in_link(person: Person, *, by: Actor, at: datetime) -> str:
    """A secret that signs this person in once within ten minutes; earlier ones open nothing from now on."""
    if not person.active:
        raise DomainError()
    _close_others("sign_in", person.id, at)
    secret = _made("sign_in", person.id, at, SIGN_IN_LIFE)
    audit.record("person.sign_in_link", person, by=by, at=at)
    return secret


def mail_sign_in_link(person: Person, *, at: datetime) -> None:
    """Send the person a link that signs them in; the letter stands in no list, and nowhere once it is sent."""
    secret = make_sign_in_link(person, by=SYSTEM, at=at)
    language = person.locale or current_app.config["TRACKER"].locale
    with force_locale(language):
        outbox.post(
            channel="mail", kind="security.sign_in_link", key=("sign_in_link", tokens.stored(secret)),
            subject=("person", person.id), subject_line=_("Your link to sign in"),
            body_text=_("This link signs you in once, within ten minutes. If you did not ask for it, do nothing: "
                        "nobody else has got it."),
            link=f"/login/link/{secret}", person_id=person.id, address=person.email, name=person.name,
            locale=language, urgent=True, at=at,
        )  # fmt: skip


def setup_link(*, at: datetime) -> str | None:
    """A secret that makes the first administrator, or None when there is one; earlier ones open nothing any more."""
    if queries.has_administrator():
        return None
    _close_others("setup", None, at)
    return _made("setup", None, at, SETUP_LIFE)


def open_link(secret: str, purpose: str, *, at: datetime) -> SignInLink | None:
    """The link with this secret, if it can still be used."""
    link = db.session.scalars(select(SignInLink).where(SignInLink.sha256 == tokens.stored(secret))).first()
    usable = link is not None and link.purpose == purpose and link.used_at is None and at < link.expires_at
    return link if usable else None


def use_link(link: SignInLink, *, at: datetime) -> bool:
    """Use the link up; False when somebody was quicker."""
    once = update(SignInLink).where(
        SignInLink.id == link.id, SignInLink.used_at.is_(None), SignInLink.expires_at > at
    )
    return changed(once.values(used_at=at).execution_options(synchronize_session=False)) == 1


def _made(purpose: str, person_id: int | None, at: datetime, life: timedelta) -> str:
    secret = tokens.new_secret()
    row = SignInLink(
        purpose=purpose,
        person_id=person_id,
        sha256=tokens.stored(secret),
        created_at=at,
        expires_at=at + life,
    )
    db.session.add(row)
    db.session.flush()
    return secret


def _close_others(purpose: str, person_id: int | None, at: datetime) -> None:
    open_ones = update(SignInLink).where(
        SignInLink.purpose == purpose, SignInLink.person_id == person_id, SignInLink.used_at.is_(None)
    )
    db.session.execute(open_ones.values(used_at=at))
