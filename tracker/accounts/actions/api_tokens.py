"""API tokens: shown once, stored hashed; the rights are the owner's, narrowed by the scopes."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _

from tracker import audit
from tracker.accounts import names, tokens
from tracker.accounts.models import Person, Token
from tracker.accounts.rules import ADMIN, SCOPES, Actor
from tracker.db import db
from tracker.errors import DomainError

ADMINS_ONLY = frozenset({"admin", "metrics"})


def create_token(
    person: Person,
    *,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> tuple[Token, str]:
    """A new token of this person and its secret, which is never seen again."""
    wanted = [scope for scope in SCOPES if scope in set(scopes)]
    _check(person, set(scopes), expires_at, at)
    secret = tokens.new_api_token()
    token = Token(
        person_id=person.id, name=names.one_line(name)[: names.NAME_MOST], sha256=tokens.stored(secret),
        scopes=wanted, created_at=at, expires_at=expires_at,
    )  # fmt: skip
    db.session.add(token)
    db.session.flush()
    facts = {"token": token.id, "scopes": wanted, "expires_at": expires_at}
    audit.record("person.create_token", person, by=by, at=at, after=facts)
    return token, secret


def revoke_token(token: Token, *, by: Actor, at: datetime) -> None:
    """From the next request on this token opens nothing."""
    if token.revoked_at is None:
        token.revoked_at = at
        audit.record(
            "person.revoke_token", ("person", token.person_id), by=by, at=at, after={"token": token.id}
        )


def _check(person: Person, scopes: set[str], expires_at: datetime | None, at: datetime) -> None:
    fields: dict[str, str] = {}
    if not scopes or scopes - set(SCOPES):
        fields["scopes"] = _("Choose what the token may do")
    elif scopes & ADMINS_ONLY and not any(row.role == ADMIN for row in person.roles):
        fields["scopes"] = _("Only an administrator's token may have this scope")
    if expires_at is not None and expires_at <= at:
        fields["expires_at"] = _("Enter a day that lies ahead")
    if fields:
        raise DomainError(" ".join(fields.values()), fields=fields)
