"""Limits on tries: counted in the database, so that all nodes count together; under salted keys, for 24 hours."""

from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from flask import current_app
from sqlalchemy import delete, func, select

from tracker.accounts import tokens
from tracker.accounts.models import Attempt
from tracker.db import db

WINDOW = timedelta(minutes=15)
KEPT = timedelta(hours=24)
ACCOUNT_MOST, ADDRESS_MOST = 10, 100
IPV6_PREFIX = 64


def account_key(email: str) -> str:
    """The key of tries on one account, there or not."""
    return _key(f"account:{email}")


def network_key(what: str, address: str | None) -> str:
    """The key of what comes from one network: of IPv6 the part that a household or an office is given.

    One computer there has as many addresses of its own as it likes.  IPv4 that a socket for both shows as IPv6 is
    IPv4, or else all of it would be one network.
    """
    try:
        found = ip_address(address or "")
    except ValueError:
        return _key(f"{what}:{address or ''}")
    found = getattr(found, "ipv4_mapped", None) or found
    near = ip_network((int(found), IPV6_PREFIX), strict=False) if found.version == 6 else found
    return _key(f"{what}:{near}")


def widget_key(widget_id: int) -> str:
    """The key of reports that come by one widget, from wherever."""
    return _key(f"widget:{widget_id}")


def _key(name: str) -> str:
    return tokens.salted(name, current_app.config["SECRET_KEY"])


def note(*keys: str, now: datetime) -> None:
    """Count one try.  The door commits before it counts, so that tries made at the same moment see each other."""
    db.session.add_all([Attempt(key=key, at=now) for key in keys])


def exceeded(key: str, most: int, *, now: datetime) -> bool:
    """Whether there were more than `most` tries in the last 15 minutes, the present one included."""
    count = select(func.count()).select_from(Attempt).where(Attempt.key == key, Attempt.at > now - WINDOW)
    return (db.session.scalar(count) or 0) > most


def tried(key: str, *, now: datetime) -> bool:
    """Whether there was any try in the last 24 hours; nobody remembers longer."""
    count = select(func.count()).select_from(Attempt).where(Attempt.key == key, Attempt.at > now - KEPT)
    return bool(db.session.scalar(count))


def forget(key: str) -> None:
    """Count no longer: the person has proved to be the one."""
    db.session.execute(delete(Attempt).where(Attempt.key == key))


def take_back(key: str, now: datetime) -> None:
    """Do not count the one try noted at this instant."""
    last = select(func.max(Attempt.id)).where(Attempt.key == key, Attempt.at == now).scalar_subquery()
    db.session.execute(delete(Attempt).where(Attempt.id == last))


def prune(now: datetime) -> None:
    """Forget tries after 24 hours."""
    db.session.execute(delete(Attempt).where(Attempt.at < now - KEPT))
