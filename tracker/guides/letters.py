"""Letters about known issues: one to each person whom a problem met, when it is solved."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import or_, select

from tracker import outbox
from tracker.accounts import wishes
from tracker.accounts.models import Person
from tracker.db import db
from tracker.guides import queries, words
from tracker.guides.models import Affected, KnownIssue
from tracker.issues import letters
from tracker.issues.models import Issue
from tracker.outbox import rules as post_rules
from tracker.outbox.models import Letter

SOLVED = "known.solved"


def tell_all(known: KnownIssue, *, at: datetime) -> int:
    """Tell each of them once, people by bell and mail as they wish, guests who left an address by mail; how many."""
    people, addresses = _people(known), _addresses(known)
    spoken = _languages(addresses)
    locales = {*map(letters.locale_of, people), *spoken.values()}
    wordings = {locale: _wording(known, locale) for locale in locales}
    rows = [
        row for person in people for row in _to_person(known, person, wordings[letters.locale_of(person)], at)
    ]
    rows += [
        outbox.row(
            channel=post_rules.MAIL, address=address, locale=locale, **wordings[locale], **_common(known, at)
        )
        for address, locale in spoken.items()
    ]
    outbox.post_all(rows)
    return len(people) + len(addresses)


def take_back(known: KnownIssue, *, at: datetime) -> None:
    """Cancel those of the last time that still rest, and end the notes on the bells."""
    outbox.cancel(cause=_cause(known), at=at)
    outbox.mark_over(cause=_cause(known), at=at)


def _people(known: KnownIssue) -> Sequence[Person]:
    said = select(Affected.person_id).where(Affected.known_id == known.id)
    about = queries.reports_about([known.id])
    reported = select(Issue.reporter_id).join(about, about.c.issue_id == Issue.id)
    ids = or_(Person.id.in_(said), Person.id.in_(reported))
    return db.session.scalars(select(Person).where(ids, Person.active).order_by(Person.id)).all()


def _addresses(known: KnownIssue) -> list[str]:
    """The addresses that guests left with a report of theirs, each once."""
    about = queries.reports_about([known.id])
    left = select(Issue.reporter_email).join(about, about.c.issue_id == Issue.id)
    wanted = left.where(Issue.reporter_id.is_(None), Issue.reporter_email != "")
    return sorted({one for one in db.session.scalars(wanted) if post_rules.is_address(one)})


def _languages(addresses: Sequence[str]) -> dict[str, str]:
    """The language of each address: that of the first letter there, which is that of the page they reported on."""
    spoken = {one: letters.own_locale() for one in addresses}
    of = {post_rules.recipient(None, one): one for one in addresses}
    written = select(Letter.recipient, Letter.locale).where(Letter.recipient.in_(of))
    for recipient, locale in db.session.execute(written.order_by(Letter.id.desc())):
        spoken[of[recipient]] = locale
    return spoken


def _to_person(
    known: KnownIssue, person: Person, wording: Mapping[str, Any], at: datetime
) -> list[dict[str, Any]]:
    event, locale = wishes.event_of(SOLVED), letters.locale_of(person)
    about: dict[str, Any] = {
        "person_id": person.id,
        "locale": locale,
        "event": event,
        **wording,
        **_common(known, at),
    }
    by_mail: dict[str, Any] = {"address": person.email, "name": " ".join(person.name.split())}
    return [
        outbox.row(channel=channel, **about, **(by_mail if channel == post_rules.MAIL else {}))
        for channel in wishes.channels(person, event)
    ]


def _common(known: KnownIssue, at: datetime) -> dict[str, Any]:
    return {
        "kind": SOLVED, "key": _cause(known), "subject": (known.kind_name, known.id), "at": at,
        "link": f"/known/{known.id}", "undoable": True,
    }  # fmt: skip


def _cause(known: KnownIssue) -> tuple[object, ...]:
    return (known.kind_name, known.id, SOLVED, known.times_solved)


def _wording(known: KnownIssue, locale: str) -> dict[str, Any]:
    """The subject and the text in one language."""
    with force_locale(locale):
        text = current_app.jinja_env.get_template("guides/mail/solved.txt")
        return {
            "subject_line": _("Solved: %(title)s", title=words.read(known).title),
            "body_text": text.render(
                title=words.read(known).title, solution=words.solution(known), foreign=words.foreign(known)
            ).strip() + "\n",
        }  # fmt: skip
