"""`tracker user` and `tracker token`: people without the pages."""

from datetime import datetime

import click

from tracker import addresses, clock
from tracker.accounts import actions, queries
from tracker.accounts.models import Person
from tracker.accounts.rules import AUDITOR, ROLES, SCOPES, SYSTEM
from tracker.cli.ground import Instant, aware, with_app
from tracker.db import db


@click.group("user")
def user_() -> None:
    """Add a person, or make a one-time sign-in link.

    \b
    Example:
      tracker user link kim@example.tw
    """


@user_.command()
@click.argument("email")
@click.option("--name", required=True, help="The name that others see.")
@click.option(
    "--role", "roles", multiple=True, required=True, type=click.Choice(ROLES), help="May be repeated."
)
@click.option("--password", required=True, help="At least ten characters.")
@click.option("--until", type=Instant(), help="When an auditor's role ends.")
@with_app()
def add(email: str, name: str, roles: tuple[str, ...], password: str, until: datetime | None) -> None:
    """Add a person with roles and a password.

    \b
    Example:
      tracker user add kim@example.tw --name "Kim" --role supervisor --role manager --password "four plain words here"
      tracker user add eye@example.tw --name "Eye" --role auditor --until 2026-12-31 --password "four plain words here"
    """
    if until is not None and AUDITOR not in roles:
        raise click.UsageError("--until goes with --role auditor")
    at = clock.now()
    plain = [role for role in roles if role != AUDITOR or until is None]
    person = actions.create_person(name=name, email=email, roles=plain, password=password, by=SYSTEM, at=at)
    if until is not None:
        actions.grant(person, AUDITOR, until=aware(until), by=SYSTEM, at=at)
    db.session.commit()
    print(f"{person.email}: {', '.join(roles)}")


@user_.command()
@click.argument("email")
@with_app()
def link(email: str) -> None:
    """Print a link that signs this person in once, within ten minutes; it goes nowhere by mail.

    \b
    Example:
      tracker user link kim@example.tw
    """
    secret = actions.make_sign_in_link(_person(email), by=SYSTEM, at=clock.now())
    db.session.commit()
    print(f"{addresses.settled() or 'http://localhost:8000'}/login/link/{secret}")


@click.group("token")
def token_() -> None:
    """Create an API token.

    \b
    Example:
      tracker token create kim@example.tw --scope read --scope write
    """


@token_.command()
@click.argument("email")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES), help="May be repeated."
)
@click.option("--name", default="command line", show_default=True, help="What the token is for.")
@with_app()
def create(email: str, scopes: tuple[str, ...], name: str) -> None:
    """Make a token with the rights of this person, narrowed by the scopes; it is shown once, on the last line.

    \b
    Example:
      tracker token create kim@example.tw --scope read --scope write
    """
    person = _person(email)
    _token, secret = actions.create_token(person, name=name, scopes=scopes, by=SYSTEM, at=clock.now())
    db.session.commit()
    print(f"token of {person.email} for {', '.join(scopes)}; it is not shown again:")
    print(secret)


def _person(email: str) -> Person:
    person = queries.by_email(email)
    if person is None or not person.active:
        raise click.ClickException(f"nobody has the address {email}")
    return person
