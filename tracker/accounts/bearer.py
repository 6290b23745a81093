"""Who sends a token: `Authorization: Bearer …`, looked up by its hash."""

from datetime import datetime

from sqlalchemy import select

from tracker.accounts import queries, tokens
from tracker.accounts.models import Person, Token
from tracker.accounts.rules import ADMIN, Actor
from tracker.db import db


def secret_in(header: str) -> str:
    """The secret of an Authorization header; empty when it brings none."""
    scheme, _blank, secret = header.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def find(secret: str, at: datetime) -> Token | None:
    """The token, unless it ended, was revoked, or its owner's account was closed."""
    found = db.session.scalars(
        select(Token)
        .join(Person, Person.id == Token.person_id)
        .where(Token.sha256 == tokens.stored(secret), Token.revoked_at.is_(None), Person.active)
    ).first()
    if found is None or (found.expires_at is not None and found.expires_at <= at):
        return None
    return found


def actor_of(token: Token, at: datetime) -> Actor:
    """Its owner, with what they may do now and no more than the token's scopes."""
    return queries.actor_of(db.session.get_one(Person, token.person_id), at=at, scopes=token.scopes)


def may_read_figures(header: str, at: datetime) -> bool:
    """Whether the header brings an administrator's token for the figures of the running programs."""
    secret = secret_in(header)
    token = find(secret, at) if secret else None
    if token is None:
        return False
    actor = actor_of(token, at)
    return actor.is_(ADMIN) and bool(actor.scopes & {"metrics", "admin"})
