"""The letters of a chase: to each recipient in their own language, by bell and by mail, what is due and what to do."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from tracker import outbox
from tracker.accounts import wishes
from tracker.accounts.models import Person
from tracker.accounts.queries import actor_of
from tracker.config import LOCALES
from tracker.db import db
from tracker.followups import fixed
from tracker.followups.models import Chase, Clock
from tracker.followups.recipients import CONTACT, Recipient, told
from tracker.followups.subjects import Chased, Subject
from tracker.followups.words import ROLE_WORDS, STEP_WORDS, TODO_WORDS, clock_words, when
from tracker.issues import links as guest_links
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.outbox import habits
from tracker.outbox.models import Letter
from tracker.outbox.rules import TITLE_MARK
from tracker.policies import rules as policy
from tracker.records import links as assignee_links
from tracker.records.parts import Opinion

BELL, MAIL = "bell", "mail"
ENDED_KIND = "chase.ended"
Key = tuple[object, ...]


@dataclass(frozen=True)
class Text:
    """What one letter says."""

    line: str
    body: str


def of_chase(
    row: Chase, clock: Clock, subject: Subject, to: Sequence[Recipient], *, at: datetime
) -> list[dict[str, Any]]:
    """The letters of one firing; the outbox writes none again for those who have theirs already."""
    key = ("chase", row.subject_kind, row.subject_id, row.clock, clock.epoch, row.step, row.occurrence)
    # A step may tell twenty people the same words: they are put together once for each language and reason.
    texts: dict[tuple[str, str, str], Text] = {}
    letters: list[dict[str, Any]] = []
    for one in to:
        same = (_locale(one), one.role, one.deputy_for)
        if same not in texts:
            with _speaking(same[0]):
                reporter = one.role == policy.REPORTER
                texts[same] = (
                    _to_reporter(row, clock, subject) if reporter else _to_staff(row, clock, subject, one)
                )
        letters += _letters(
            one, texts[same], key, f"chase.{row.step}", subject,
            at=at, chase_id=row.id, urgent=_is_urgent(row, clock, one), signs=row.clock == policy.SIGNOFF,
        )  # fmt: skip
    return letters


def _speaking(locale: str) -> AbstractContextManager[None]:
    """The words of this language; to change it costs more than to write the letter, and most offices have one."""
    return nullcontext() if str(get_locale()) == locale else force_locale(locale)


def end(
    subject: Subject, people: Iterable[int], contacts: Mapping[str, str], *, ended_at: datetime, at: datetime
) -> None:
    """Tell everybody who was chased that it is over: on the bell and by mail, outside contacts (by address) by mail."""
    record = subject.record
    root = ("record", record.id) if record is not None else subject.root
    key = ("ended", *root, ended_at.isoformat())
    told_ = [told(one, policy.MANAGERS) for one in _active(people)]
    told_ += [Recipient(None, name, address, "", CONTACT) for address, name in contacts.items()]
    letters: list[dict[str, Any]] = []
    for one in told_:
        with force_locale(_locale(one)):
            text = _ended(subject.number, subject.about.title)
        letters += _letters(one, text, key, ENDED_KIND, subject, at=at)
    outbox.post_all(letters)


def _active(people: Iterable[int]) -> Iterator[Person]:
    return (one for one in (db.session.get_one(Person, each) for each in people) if one.active)


def _ended(number: str, title: str) -> Text:
    return Text(
        _("[%(number)s] has ended; you will not be reminded again", number=number) + TITLE_MARK + title,
        _("“%(title)s” has ended. Thank you; there is nothing left to do.", title=title),
    )


def still_needed(letter: Letter) -> bool:
    """Asked right before a letter leaves: not once the work is done, nor to somebody who may no longer see the case.

    What the system did by itself is told in any case, and what is urgent too.
    """
    row = db.session.get(Chase, letter.chase_id) if letter.chase_id is not None else None
    if row is None:
        return True
    tells_anyway = row.clock == policy.URGENT or row.reason.get("did", "asked") != "asked"
    return (row.outcome == "" or tells_anyway) and _entitled(letter, row)


def _entitled(letter: Letter, row: Chase) -> bool:
    person = db.session.get(Person, letter.person_id) if letter.person_id is not None else None
    if row.subject_kind == fixed.INSPECTION_ROUND:
        return person is not None and person.active
    if row.subject_kind == fixed.OPINION and person is not None and _is_asked(row.subject_id, person):
        return person.active
    issue = db.session.get(Issue, row.issue_id)
    if person is None or issue is None:
        return letter.person_id is None and not (issue is not None and _wants_none(letter, issue))
    return person.active and (
        not issue.restricted or issues.may_view(actor_of(person, at=row.fired_at), issue)
    )


def _is_asked(opinion_id: int, person: Person) -> bool:
    """Whether this is the person whose opinion is asked: they were let in by the question itself."""
    asked = db.session.get(Opinion, opinion_id)
    return asked is not None and asked.to_person_id == person.id


def _wants_none(letter: Letter, issue: Issue) -> bool:
    """Whether this is a reminder to a guest who has ended them since it was written."""
    return issue.reminders_ended_at is not None and letter.address == issue.reporter_email


def _letters(
    one: Recipient, text: Text, key: Key, kind: str, subject: Subject, *, at: datetime, chase_id: int | None = None,
    urgent: bool = False, signs: bool = False,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """One letter a channel."""
    event, locale, line, name = _event(one, kind), _locale(one), _one_line(text.line), _one_line(one.name)
    here = ""
    if decides(one, kind.removeprefix("chase.")) and subject.statutory is None:
        here = f"/decisions/{subject.number}"
    # The record's own page may not open to whoever only stands in.
    end = "/sign" if one.deputy_for and signs else ""
    for channel in _channels(one, subject.about, event, urgent):
        yield outbox.row(
            channel=channel, kind=kind, key=key, subject=subject.root, subject_line=line, body_text=text.body, at=at,
            person_id=one.person_id, address=one.email if channel == MAIL else None, name=name, locale=locale,
            link=here or (_way_in(subject, one, at) if channel == MAIL else path(subject, one)) + end,
            urgent=urgent, chase_id=chase_id, event=event,
        )  # fmt: skip


def _is_urgent(row: Chase, clock: Clock, one: Recipient) -> bool:
    """Harm, personal data, and all that staff owe for S1 wait for no quiet hours, digests or caps."""
    grave = clock.workings["severity"] == "S1" and one.role != policy.REPORTER
    return row.clock == policy.URGENT or row.clock in fixed.BY_LAW or grave


def _event(one: Recipient, kind: str) -> str:
    """Work of one's own that falls due, somebody else's that one must see to, an answer that one owes as a user."""
    if kind == ENDED_KIND:
        return habits.ENDED
    return {policy.OWNER: habits.OVERDUE, policy.REPORTER: habits.MINE}.get(one.role, habits.OTHERS)


def _channels(one: Recipient, issue: Chased, event: str, urgent: bool) -> Collection[str]:
    """The bell for people, mail for addresses, as each of them chose.  Demo cases write no mail."""
    person = one.person
    if person is None:
        ended = one.role == policy.REPORTER and issue.reminders_ended_at is not None
        return [MAIL] if one.email and not issue.is_demo and not ended else []
    wanted = wishes.channels(person, event, urgent=urgent)
    if event != habits.ENDED:
        # The ledger says of everybody it names that their bell rang.
        wanted = wanted or (BELL,)
    return wanted if one.email and not issue.is_demo else [channel for channel in wanted if channel == BELL]


def _way_in(subject: Subject, one: Recipient, at: datetime) -> str:
    """A mail's link opens the one case without a sign-in for guests and for whom an escalation went to."""
    if one.role == policy.REPORTER:
        return guest_links.path(subject.issue, at=at) if one.person_id is None else path(subject, one)
    if subject.escalation is not None and one.role in (policy.OWNER, CONTACT):
        person = db.session.get(Person, one.person_id) if one.person_id is not None else None
        return assignee_links.path(subject.escalation, at=at, person=person)
    if subject.opinion is not None and one.role == CONTACT:
        return assignee_links.opinion_path(subject.opinion, at=at)
    if one.role == CONTACT:
        # Nothing is left to do, and the pages behind a sign-in are not theirs.
        return ""
    return path(subject, one)


def decides(one: Recipient, step: str) -> bool:
    """Whether this letter asks a manager for a decision: it has climbed to them."""
    return one.role == policy.MANAGERS and step in fixed.CLIMBED


def path(subject: Subject, one: Recipient | None = None) -> str:
    """Where in the product the recipient acts on it."""
    if subject.round is not None:
        return f"/inspections/rounds/{subject.round.id}"
    if one is not None and one.role == policy.REPORTER:
        return f"/issues/{subject.issue.number}"
    if subject.statutory is not None:
        return f"/statutory/{subject.number}"
    if subject.escalation is not None:
        return f"/escalations/{subject.escalation.id}"
    if subject.opinion is not None:
        return f"/opinions/{subject.opinion.id}"
    return (
        f"/records/{subject.record.number}"
        if subject.record is not None
        else f"/issues/{subject.issue.number}"
    )


def _to_staff(row: Chase, clock: Clock, subject: Subject, one: Recipient) -> Text:
    number = subject.number
    severity = str(clock.workings["severity"])
    said = {"number": number, "step": STEP_WORDS[row.step], "clock": clock_words(row.clock, subject)}
    if str(said["step"]) == str(said["clock"]):
        # What is urgent has one word for the step and for its clock.
        line = _("[%(number)s][%(severity)s] %(step)s", severity=severity, number=number, step=said["step"])
    elif subject.round is not None:
        # A round has no severity of its own.
        line = _("[%(number)s] %(step)s: %(clock)s", **said)
    else:
        line = _("[%(number)s][%(severity)s] %(step)s: %(clock)s", severity=severity, **said)
    line += TITLE_MARK + subject.about.title
    lines = [
        _("%(clock)s was due on %(when)s.", clock=clock_words(row.clock, subject), when=when(clock.due_at))
        if clock.due_at is not None and clock.due_at <= row.fired_at and row.clock != policy.URGENT
        else _(
            "%(clock)s is due on %(when)s.", clock=clock_words(row.clock, subject), when=when(clock.due_at)
        ),
        _("Next: %(todo)s", todo=TODO_WORDS[_asked(row, subject, one)]),
        _("You get this as: %(role)s.", role=ROLE_WORDS[one.role]),
    ]
    if row.clock == policy.URGENT:
        lines[0] = _("Reported on %(when)s: harm, personal data or S1.", when=when(subject.issue.reported_at))
    if row.step == fixed.CLOSE_UNANSWERED:
        lines[0] = _("The user was asked and did not answer.")
    if one.deputy_for:
        lines.append(_("You stand in for %(name)s, who is away.", name=one.deputy_for))
    return Text(line, "\n".join(lines))


def _asked(row: Chase, subject: Subject, one: Recipient) -> str:
    """The clock whose work the letter asks for: a manager whom a case has climbed to decides."""
    return fixed.DECIDE if row.clock not in fixed.BY_LAW and decides(one, row.step) else row.clock


def _to_reporter(row: Chase, clock: Clock, subject: Subject) -> Text:
    """Plain words: what we wait for, until when, and what happens then."""
    number, last = subject.issue.number, when(clock.due_at)
    if clock.name != policy.USER_ANSWER:
        return Text(
            _("[%(number)s] Your report takes longer than planned", number=number),
            _("We have reminded those who work on it. You need not do anything; you will hear from us."),
        )
    asked = str(clock.workings["want"]["key"]).partition(":")[2]
    question = _("We asked you something and need your answer.")
    if asked == "solved":
        question = _("Is your problem solved? Please tell us.")
    if clock.workings["want"]["may_close"]:
        after = _(
            "Without an answer we close this report after %(when)s. You can reopen it within 30 days.",
            when=last,
        )
        return Text(_("[%(number)s] Still waiting for your answer, until %(when)s", number=number, when=last),
                    f"{question}\n{after}")  # fmt: skip
    return Text(_("[%(number)s] Still waiting for your answer", number=number), question)


def _locale(one: Recipient) -> str:
    return one.locale if one.locale in LOCALES else _default()


def _default() -> str:
    return str(current_app.config["TRACKER"].locale)


def _one_line(text: str) -> str:
    return " ".join(text.split())
