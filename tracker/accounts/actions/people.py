"""Verbs of one person: create, change, absence, password, close the account."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update

from tracker import audit, outbox
from tracker.accounts import names, passwords, queries
from tracker.accounts.actions.roles import grant, keep_one_administrator
from tracker.accounts.models import CaseLink, Person, SignInLink, Token
from tracker.accounts.rules import ADMIN, REPORTER, Actor
from tracker.db import db
from tracker.errors import DomainError

WISHES = (
    "locale", "timezone", "theme", "text_size", "keys_on", "era", "mail_wish", "wishes", "quiet_from", "quiet_until",
    "quiet_days", "digest_at", "digest_weekly",
)  # fmt: skip


def create_person(
    *,
    name: str,
    email: str = "",
    phone: str = "",
    unit_id: int | None = None,
    roles: Iterable[str] = (REPORTER,),
    password: str = "",
    locale: str = "",
    is_demo: bool = False,
    by: Actor,
    at: datetime,
) -> Person:
    """Add a person; without an address they are known by name only.  Raises DomainError naming the fields."""
    facts = _checked({"name": name, "email": email, "phone": phone}, person_id=None)
    person = Person(**facts, unit_id=unit_id, locale=locale, is_demo=is_demo, created_at=at)
    db.session.add(person)
    db.session.flush()
    audit.record("person.create", person, by=by, at=at, after={"unit": unit_id}, texts=_texts(facts))
    for role in roles:
        grant(person, role, by=by, at=at)
    if password:
        set_password(person, password, by=by, at=at)
    return person


def save_person(person: Person, changes: Mapping[str, Any], *, by: Actor, at: datetime) -> bool:
    """Change name, email, phone, unit_id or deputy_id; tells whether anything differed."""
    facts = {key: changes[key] for key in ("name", "email", "phone") if key in changes}
    wanted: dict[str, Any] = _checked(facts, person_id=person.id)
    wanted.update({key: changes[key] for key in ("unit_id", "deputy_id") if key in changes})
    if wanted.get("deputy_id") not in (None, person.deputy_id):
        _check_deputy(person, wanted["deputy_id"], at)
    before = {key: getattr(person, key) for key, value in wanted.items() if getattr(person, key) != value}
    for key in before:
        setattr(person, key, wanted[key])
    if before:
        codes = {key: wanted[key] for key in before if key.endswith("_id")}
        texts = {key: str(wanted[key] or "") for key in before if key not in codes}
        olds = {key: before[key] for key in codes}
        if "email" in before:
            # What went to the old address may be read by somebody else from now on, or always was.
            _end_links_of_letters(person, at=at)
        audit.record("person.save", person, by=by, at=at, before=olds, after=codes, texts=texts)
    return bool(before)


def save_wishes(person: Person, wishes: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """How the person likes the pages and letters: language, colours, size of text, keys, mail."""
    before = {
        key: getattr(person, key) for key in WISHES if key in wishes and getattr(person, key) != wishes[key]
    }
    for key in before:
        setattr(person, key, wishes[key])
    if before:
        audit.record(
            "person.wishes", person, by=by, at=at, before=before, after={key: wishes[key] for key in before}
        )


def set_absence(
    person: Person,
    *,
    away_from: datetime | None,
    until: datetime | None,
    deputy_id: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Be away from one instant until another (or until further notice), with a deputy; no start ends the absence."""
    if away_from is not None and until is not None and until <= away_from:
        raise DomainError(
            _("The end must be after the start."), fields={"until": _("Enter an end after the start")}
        )
    if away_from is not None and deputy_id is None and until is None:
        text = _("Choose a deputy, or say until when")
        raise DomainError(text, fields={"deputy_id": text})
    if deputy_id is not None and (away_from is not None or deputy_id != person.deputy_id):
        _check_deputy(person, deputy_id, at)
        _check_namer(person, deputy_id, by)
    after = {"away_from": away_from, "away_until": until if away_from else None, "deputy_id": deputy_id}
    before = {key: getattr(person, key) for key in after}
    for key, value in after.items():
        setattr(person, key, value)
    audit.record(
        "person.absence" if away_from else "person.return", person, by=by, at=at, before=before, after=after
    )


def set_password(person: Person, password: str, *, by: Actor, at: datetime) -> None:
    """Set the password and end every open session.  Raises DomainError when it is short or easy to guess."""
    problem = password_problem(password, person)
    if problem:
        raise DomainError(problem, fields={"password": problem})
    person.password_hash = passwords.hashed(password)
    person.session_epoch += 1
    audit.record("person.password", person, by=by, at=at)


def password_problem(password: str, person: Person) -> str:
    """Why this password is refused, or nothing."""
    if len(password) < names.PASSWORD_LEAST:
        return _("Use at least %(count)s characters", count=names.PASSWORD_LEAST)
    if len(password) > names.PASSWORD_MOST:
        return _("Use at most %(count)s characters", count=names.PASSWORD_MOST)
    if names.is_guessable(password, person.name, person.email or ""):
        return _("This password is easy to guess. Use a longer one, such as three or four words.")
    return ""


def end_sessions(person: Person, *, by: Actor, at: datetime) -> None:
    """Sign the person out everywhere; their open pages notice at the next request."""
    person.session_epoch += 1
    audit.record("person.end_sessions", person, by=by, at=at)


def deactivate(person: Person, *, by: Actor, at: datetime) -> None:
    """Close the account: no sign-in, session, token, link or letter any more.  The last administrator stays."""
    if not person.active:
        return
    keep_one_administrator(without=person.id, at=at)
    person.active = False
    person.session_epoch += 1
    db.session.execute(
        update(Token).where(Token.person_id == person.id, Token.revoked_at.is_(None)).values(revoked_at=at)
    )
    links = update(SignInLink).where(SignInLink.person_id == person.id, SignInLink.used_at.is_(None))
    db.session.execute(links.values(used_at=at))
    _end_links_of_letters(person, at=at)
    outbox.cancel_waiting(person_id=person.id, at=at)
    audit.record("person.deactivate", person, by=by, at=at, before={"active": True}, after={"active": False})


def _end_links_of_letters(person: Person, *, at: datetime) -> None:
    """Nothing opens by a letter that this person was sent so far."""
    sent = update(CaseLink).where(CaseLink.person_id == person.id, CaseLink.revoked_at.is_(None))
    db.session.execute(sent.values(revoked_at=at))


def reactivate(person: Person, *, by: Actor, at: datetime) -> None:
    """Open a closed account again, with its roles as they were."""
    if not person.active:
        person.active = True
        audit.record(
            "person.reactivate", person, by=by, at=at, before={"active": False}, after={"active": True}
        )


def _checked(facts: Mapping[str, str], *, person_id: int | None) -> dict[str, Any]:
    """The same facts as they are stored, or DomainError with a text per field."""
    stored: dict[str, Any] = {key: names.one_line(text or "") for key, text in facts.items()}
    problems: dict[str, str] = {}
    if "name" in stored and not names.is_name(stored["name"]):
        problems["name"] = _("Enter a name of at most %(count)s characters", count=names.NAME_MOST)
    if "phone" in stored and (
        len(stored["phone"]) > names.PHONE_MOST or not names.is_printable(stored["phone"])
    ):
        problems["phone"] = _("Enter a phone number of at most %(count)s characters", count=names.PHONE_MOST)
    if "email" in stored:
        stored["email"] = names.address(facts["email"] or "") or None
        problems.update(_address_problem(stored["email"], person_id))
    if problems:
        raise DomainError(" ".join(problems.values()), fields=problems)
    return stored


def _address_problem(email: str | None, person_id: int | None) -> dict[str, str]:
    if email is None:
        return {}
    if not names.is_address(email):
        return {"email": _("Enter an e-mail address like name@example.tw")}
    found = queries.by_email(email)
    if found is not None and found.id != person_id:
        return {"email": _("%(name)s has this address already", name=found.name)}
    return {}


def _check_deputy(person: Person, deputy_id: int, at: datetime) -> None:
    deputy = db.session.get(Person, deputy_id)
    if deputy is None or deputy.id == person.id or not queries.may_stand_in(deputy, at):
        text = _("Choose a colleague who can sign in as the deputy")
        raise DomainError(text, fields={"deputy_id": text})


def _check_namer(person: Person, deputy_id: int, by: Actor) -> None:
    """Who enters another's absence cannot come into their tasks and signatures that way; an administrator may."""
    themselves = deputy_id == by.person_id and deputy_id != person.deputy_id
    if themselves and not by.is_(ADMIN):
        text = _("You cannot name yourself: ask an administrator or the person")
        raise DomainError(text, fields={"deputy_id": text})


def _texts(facts: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in facts.items() if value}
