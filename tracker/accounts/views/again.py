"""The password once more, before something grave is done; tries are counted like those of a sign-in."""

from flask_babel import gettext as _

from tracker import clock
from tracker.accounts import passwords, throttle
from tracker.accounts.models import Person
from tracker.db import db
from tracker.errors import DomainError


def prove(person: Person, password: str) -> None:
    """Raise DomainError unless this is the person's password.  Commits, so load and lock what follows afterwards."""
    key, now, stored = throttle.account_key(f"password:{person.id}"), clock.now(), person.password_hash
    throttle.note(key, now=now)
    db.session.commit()
    if throttle.exceeded(key, throttle.ACCOUNT_MOST, now=now):
        text = _("Too many tries. Wait 15 minutes.")
        raise DomainError(text, fields={"password": text})
    # Hashing takes long; no lock is held meanwhile.
    db.session.commit()
    if not passwords.matches(stored, password):
        text = _("The password is wrong.")
        raise DomainError(text, fields={"password": text})
    throttle.forget(key)
    db.session.commit()
