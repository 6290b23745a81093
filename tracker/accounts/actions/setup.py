"""The first administrator; the set-up closes with them for ever."""

from datetime import datetime

from sqlalchemy import select

from tracker import audit
from tracker.accounts import queries
from tracker.accounts.actions.links import use_link
from tracker.accounts.actions.people import create_person
from tracker.accounts.models import Organisation, Person, SignInLink
from tracker.accounts.rules import ADMIN, MANAGER, REPORTER, SUPERVISOR, SYSTEM
from tracker.db import db, locked
from tracker.errors import NotFound


def create_first_administrator(
    link: SignInLink, *, name: str, email: str, password: str, locale: str, also_works: bool, at: datetime
) -> Person:
    """Make the first administrator and close the set-up; `also_works` makes them supervisor and manager too.

    Raises NotFound when the link was used meanwhile, DomainError with the fields that are wrong.
    """
    queries.organisation()
    organisation = db.session.scalars(locked(select(Organisation))).one()
    if organisation.set_up_at is not None or queries.has_administrator() or not use_link(link, at=at):
        raise NotFound()
    roles = (REPORTER, ADMIN, SUPERVISOR, MANAGER) if also_works else (REPORTER, ADMIN)
    person = create_person(
        name=name, email=email, password=password, locale=locale, roles=roles, by=SYSTEM, at=at
    )
    organisation.set_up_at = at
    audit.record(
        "organisation.set_up",
        ("organisation", organisation.id),
        by=SYSTEM,
        at=at,
        after={"person": person.id},
    )
    return person
