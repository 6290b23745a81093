"""Letters to the reporter, those who follow and the one who handles the issue: bell and mail, in their language.

Never evidence and never a sealed title.  A guest's address is not verified: it gets fixed words, the number and a
link, nothing that anybody typed (reliability T4).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import current_app, has_request_context
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from tracker import outbox
from tracker.accounts import wishes
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.issues import links
from tracker.issues.models import Issue, Participant
from tracker.outbox import rules as post_rules
from tracker.outbox.models import Letter

SUBJECTS = {
    "received": _l("We have your report"),
    "ask": _l("We need one more thing from you"),
    "message": _l("A message about your report"),
    "answer": _l("Our solution; please tell us whether it works"),
    "closed": _l("Closed; you can reopen it for 30 days"),
}
# News by what was done: the subject, and what it means for the reporter.
NEWS = {
    "confirm": (_l("We know what you need"), _l("We have confirmed what you need and are working on it.")),
    "escalate": (
        _l("Handed to the engineers"),
        _l("Your report was handed to the engineers, who look for the cause."),
    ),
    "relapse": (
        _l("The problem is back"),
        _l("The same problem was reported again, so we are working on it anew."),
    ),
    "reopen": (_l("Your report is open again"), _l("Your report was opened again and we are working on it.")),
    "merge": (
        _l("Goes on together with the same problem"),
        _l("Others reported the same problem. The reports go on together, and you get the same answer."),
    ),
    "undo": (_l("A step was taken back"), _l("What we told you last was taken back: please go by the page.")),
}
LETTER_OF = {
    "ask": "ask", "message": "message", "answer": "answer", "deliver": "answer", "close": "closed", "finish": "closed",
    "confirm": "progress", "escalate": "progress", "relapse": "progress", "reopen": "progress", "merge": "progress",
    "undo": "progress",
}  # fmt: skip
STAFF_SUBJECTS = {
    "reporter_wrote": _l("The reporter wrote"),
    "reply": _l("The reporter answered"),
    "solved": _l("The reporter says it is solved"),
    "unsolved": _l("The reporter says it is not solved"),
    "reopen": _l("Opened again"),
    "withdraw": _l("Withdrawn by the reporter"),
    "handed_over": _l("You now take care of this issue"),
    "taken_back": _l("You take care of this issue no longer"),
    "need_owner": _l("You see to what was asked for"),
    "need_again": _l("It is time to look at this need again"),
    "mentioned": _l("Somebody names you in an internal note"),
}
# Letters of acts that can be taken back rest for half a minute, so that they need not have been.
HELD = frozenset({"ask", "message", "answer", "close", "merge", "handed_over", "need_owner"})
# By which name the letters of an act go.
_LETTERS_OF_ACT = {"issue.assign": "handed_over"}
ONE_A_DAY = timedelta(hours=24)


def mails() -> bool:
    """Whether letters leave the house at all; without a mail server people look at bell, lists and receipts."""
    return bool(current_app.config["TRACKER"].smtp_url)


def reaches(issue: Issue) -> bool:
    """Whether word of ours comes to the reporter by itself: by the bell of an account, or by mail to an address."""
    return issue.reporter is not None or (mails() and bool(issue.reporter_email))


def goes_out(issue: Issue) -> bool:
    """Whether anybody gets word when we write to the reporter: they, or who follows the report."""
    return reaches(issue) or db.session.scalar(_following(issue).limit(1)) is not None


def received(issue: Issue, *, at: datetime, held: bool = False) -> None:
    """Their number and what happens next, for who reported."""
    if issue.reporter is not None:
        _to_person(issue, issue.reporter, "received", cause="created", at=at, held=held)
    else:
        to_guest(issue, "received", cause="created", at=at, held=held)


def tell_reporter(issue: Issue, verb: str, *, cause: object, by: Actor, at: datetime, said: str = "") -> None:
    """What happened, for the reporter and those who follow; not for the one who did it."""
    kind, held = LETTER_OF[verb], verb in HELD and not by.is_system
    for person in _hearers(issue, by):
        quoted = said if person.id == issue.reporter_id else ""
        _to_person(issue, person, kind, verb, cause=cause, at=at, said=quoted, signed=by.name, held=held)
    if issue.reporter is None:
        to_guest(issue, kind, verb, cause=cause, at=at, held=held)


def tell_handler(issue: Issue, verb: str, *, cause: object, by: Actor, at: datetime) -> None:
    """What the reporter did, for the one who handles the issue."""
    handler = db.session.get(Person, issue.assignee_id) if issue.assignee_id else None
    if handler is not None:
        tell_staff(issue, handler, verb, cause=cause, by=by, at=at)


def tell_staff(issue: Issue, person: Person, verb: str, *, cause: object, by: Actor, at: datetime) -> None:
    """What concerns somebody who works on it; not the one who did it."""
    if not person.active or person.id == by.author_id:
        return
    with force_locale(locale_of(person)):
        line = _subject(issue, STAFF_SUBJECTS[verb])
        body = _rendered("staff", issue, person.name, what=str(STAFF_SUBJECTS[verb]), part=verb)
        _post(issue, person, line, body, f"issue.{verb}", cause, at, held=verb in HELD)


def take_back(issue: Issue, act: str, *, cause: object, at: datetime) -> bool:
    """Cancel the letters of an act that still rest; whether some had gone."""
    for key in _causes(issue, act, cause):
        outbox.cancel(cause=key, at=at)
    causes = [":".join(map(str, key)) for key in _causes(issue, act, cause)]
    gone = select(Letter.id).where(
        Letter.cause.in_(causes), Letter.state != post_rules.CANCELLED, Letter.next_try <= at,
        (Letter.channel == post_rules.BELL) | Letter.address.is_not(None),
    )  # fmt: skip
    return db.session.scalar(gone.limit(1)) is not None


def _causes(issue: Issue, act: str, cause: object) -> list[tuple[object, ...]]:
    """A person's letters are told apart from a guest's by their kind."""
    if act == "issue.say":
        return [(issue.kind_name, issue.id, kind, f"m{cause}") for kind in ("message", "issue.message")]
    name = _LETTERS_OF_ACT.get(act) or LETTER_OF.get(act.partition(".")[2], act.partition(".")[2])
    return [(issue.kind_name, issue.id, kind, cause) for kind in (name, f"issue.{name}")]


def to_guest(
    issue: Issue, kind: str, verb: str = "", *, cause: object, at: datetime, held: bool = False
) -> None:
    """A mail with a fresh link to the address a guest left; the first word goes to one address once a day."""
    address = issue.reporter_email
    if not address or not post_rules.is_address(address):
        return
    if kind == "received" and _wrote_lately(address, at):
        return
    locale = _language_of_guest(issue, kind)
    with force_locale(locale):
        title, news = _title(kind, verb)
        outbox.post(
            channel=post_rules.MAIL, kind=f"issue.{kind}", key=("issue", issue.id, kind, cause), at=at, address=address,
            subject=(issue.kind_name, issue.id), subject_line=_subject(issue, title),
            body_text=_rendered("guest", issue, "", what=title, news=news, promised=_promised(issue, kind, at)),
            link=links.path(issue, at=at), locale=locale, undoable=held,
        )  # fmt: skip


def _promised(issue: Issue, kind: str, at: datetime) -> datetime | None:
    """By when who reported hears from us, where the first clock of their report is known as it is written."""
    known = kind == "received" and issue.next_due_clock == "first_response" and issue.next_due_at > at
    return issue.next_due_at if known else None


def _language_of_guest(issue: Issue, kind: str) -> str:
    """That of the page on which they left their address; later, that of the first letter there about this report."""
    if kind == "received" and issue.taken_by_id is None and has_request_context():
        return str(get_locale() or own_locale())
    there = Letter.recipient == post_rules.recipient(None, issue.reporter_email)
    mine = (there, Letter.subject_kind == issue.kind_name, Letter.subject_id == issue.id)
    return db.session.scalar(select(Letter.locale).where(*mine).order_by(Letter.id).limit(1)) or own_locale()


def _hearers(issue: Issue, by: Actor) -> Iterable[Person]:
    wanted = Person.id.in_(_following(issue)) | (Person.id == issue.reporter_id)
    found = db.session.scalars(select(Person).where(wanted, Person.active).order_by(Person.id))
    return [person for person in found if person.id != by.author_id]


def _following(issue: Issue) -> Select[Any]:
    return select(Participant.person_id).where(
        Participant.issue_id == issue.id,
        Participant.until.is_(None),
        Participant.role.in_(("follower", "me_too")),
    )


def _to_person(
    issue: Issue,
    person: Person,
    kind: str,
    verb: str = "",
    *,
    cause: object,
    at: datetime,
    said: str = "",
    signed: str = "",
    held: bool = False,
) -> None:
    sealed = issue.personal_data or issue.restricted
    with force_locale(locale_of(person)):
        title, news = _title(kind, verb)
        line = _subject(issue, title)
        body = _rendered(
            kind, issue, person.name, news=news, said="" if sealed else said, signed=signed,
            own=person.id == issue.reporter_id, promised=_promised(issue, kind, at),
        )  # fmt: skip
        _post(issue, person, line, body, f"issue.{kind}", cause, at, held=held)


def _post(
    issue: Issue,
    person: Person,
    line: str,
    body: str,
    kind: str,
    cause: object,
    at: datetime,
    *,
    held: bool = False,
) -> None:
    letter = partial(
        outbox.row, kind=kind, key=("issue", issue.id, kind, cause), subject=(issue.kind_name, issue.id), at=at,
        subject_line=line, body_text=body, person_id=person.id, locale=locale_of(person),
        event=wishes.event_of(kind), undoable=held,
    )  # fmt: skip
    channels = wishes.channels(person, wishes.event_of(kind))
    letters = []
    if post_rules.BELL in channels:
        letters.append(letter(channel=post_rules.BELL, link=links.page(issue)))
    if post_rules.MAIL in channels:
        way, name = way_by_mail(issue, person, at=at), _one_line(person.name)
        letters.append(letter(channel=post_rules.MAIL, address=person.email, name=name, link=way))
    outbox.post_all(letters)


def way_by_mail(issue: Issue, person: Person, *, at: datetime) -> str:
    """Where a mail leads this person: to their own report without a sign-in, anybody else to the page behind it."""
    opens = mails() and links.may_open(issue, person)
    return links.path(issue, at=at, person=person) if opens else links.page(issue)


def _rendered(name: str, issue: Issue, to: str, **more: object) -> str:
    """The text of a letter; no page's context is needed, so that the scheduler can write too."""
    return (
        current_app.jinja_env.get_template(f"issues/mail/{name}.txt")
        .render(issue=issue, to=to, **more)
        .strip()
        + "\n"
    )


def _title(kind: str, verb: str) -> tuple[str, str]:
    """What a letter is called; of news, what it means for the reporter too."""
    title, news = NEWS[verb] if kind == "progress" else (SUBJECTS[kind], "")
    return str(title), str(news)


def _subject(issue: Issue, words: object) -> str:
    return _("[%(number)s] %(words)s", number=issue.number, words=str(words))


def locale_of(person: Any) -> str:
    """In which language a person is written to."""
    return person.locale or own_locale()


def own_locale() -> str:
    """The house's own language, for those whose wish is not known."""
    return str(current_app.config["TRACKER"].locale)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _wrote_lately(address: str, at: datetime) -> bool:
    lately = select(Letter.id).where(
        Letter.recipient == post_rules.recipient(None, address), Letter.kind == "issue.received",
        Letter.created_at > at - ONE_A_DAY,
    )  # fmt: skip
    return db.session.scalar(lately.limit(1)) is not None
