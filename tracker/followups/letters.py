"""The letters of a chase: to each recipient in their own language, by bell and by mail, what is due and what to do."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from tracker import outbox
from tracker.accounts import wishes
from tracker.accounts.models import Person
from tracker.accounts.queries import actor_of
from tracker.db import db
from tracker.followups import fixed, wording
from tracker.followups.models import Chase
from tracker.followups.recipients import CONTACT, Recipient, told
from tracker.followups.subjects import Subject
from tracker.followups.wording import Fired, Phrases, Text, Wording
from tracker.issues import letters as issue_letters
from tracker.issues import links as guest_links
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.outbox import Cause, habits
from tracker.outbox.models import Letter
from tracker.policies import rules as policy
from tracker.records import links as assignee_links
from tracker.records.parts import Opinion

BELL, MAIL = "bell", "mail"
ENDED_KIND = "chase.ended"


class Scribe:
    """Writes the letters of one instant; what is the same for many of them is found once."""

    def __init__(self, at: datetime) -> None:
        self.at, self.phrases = at, Phrases()
        self._readers: dict[tuple[object, str, bool], _Reader] = {}

    def of_chase(self, fired: Fired, to: Sequence[Recipient]) -> list[dict[str, Any]]:
        """The letters of one firing; the outbox writes none again for those who have theirs already."""
        clock, subject = fired.clock, fired.subject
        part = (clock.subject_kind, clock.subject_id, clock.name, clock.epoch, fired.step, fired.occurrence)
        cause = Cause(("chase", *part), f"chase.{fired.step}", subject.root, self.at, chase_id=fired.chase_id)
        words, way = Wording(fired, self.at, self.phrases), _Way(subject, self.at, fired)
        waits_for_nothing, grave = _waits_for_nothing(clock.name), fired.severity == "S1"
        letters: list[dict[str, Any]] = []
        for one in to:
            # All that staff owe for S1 is urgent too.
            urgent = waits_for_nothing or (grave and one.role != policy.REPORTER)
            letters += self._letters(cause, one, words.to(one), way, subject, _event(one), urgent=urgent)
        return letters

    def of_end(
        self, subject: Subject, people: Iterable[int], contacts: Mapping[str, str], ended_at: datetime
    ) -> list[dict[str, Any]]:
        """That a case is over, to everybody who was chased."""
        record = subject.record
        root = ("record", record.id) if record is not None else subject.root
        cause = Cause(("ended", *root, ended_at.isoformat()), ENDED_KIND, subject.root, self.at)
        way = _Way(subject, self.at)
        to = [told(one, policy.MANAGERS) for one in _active(people)]
        to += [Recipient(None, name, address, "", CONTACT) for address, name in contacts.items()]
        letters: list[dict[str, Any]] = []
        for one in to:
            with wording.speaking(self.phrases.locale_of(one)):
                text = wording.ended(subject.number, subject.about.title)
            letters += self._letters(cause, one, text, way, subject, habits.ENDED)
        return letters

    def _letters(
        self, cause: Cause, one: Recipient, text: Text, way: "_Way", subject: Subject, event: str, *,
        urgent: bool = False,
    ) -> Iterator[dict[str, Any]]:  # fmt: skip
        """One letter a channel."""
        reader = self._reader(one, event, urgent)
        channels = reader.channels
        if (
            one.person is None
            and one.role == policy.REPORTER
            and subject.about.reminders_ended_at is not None
        ):
            channels = ()
        for channel in channels:
            mail = channel == MAIL
            if mail and way.is_demo:
                continue
            yield cause.letter(
                channel, subject_line=text.line, body_text=text.body, person_id=one.person_id,
                address=one.email if mail else None, name=reader.name, locale=reader.locale, event=event,
                urgent=urgent, link=way.by_mail(one) if mail else way.on_site(one),
            )  # fmt: skip

    def _reader(self, one: Recipient, event: str, urgent: bool) -> "_Reader":
        """The bell for people, mail for addresses, as each of them chose."""
        key = (one.person_id or (one.email, one.name), event, urgent)
        if key not in self._readers:
            name, locale = wording.one_line(one.name), self.phrases.locale_of(one)
            self._readers[key] = _Reader(name, locale, _channels(one, event, urgent))
        return self._readers[key]


class _Reader(NamedTuple):
    name: str
    locale: str
    channels: Sequence[str]


def _channels(one: Recipient, event: str, urgent: bool) -> Sequence[str]:
    if one.person is None:
        return (MAIL,) if one.email else ()
    wanted: Sequence[str] = wishes.channels(one.person, event, urgent=urgent)
    if event != habits.ENDED:
        # The ledger says of everybody it names that their bell rang.
        wanted = wanted or (BELL,)
    return wanted if one.email else [channel for channel in wanted if channel == BELL]


class _Way:
    """Where the letters of one chase lead their readers."""

    def __init__(self, subject: Subject, at: datetime, fired: Fired | None = None) -> None:
        self.subject, self.at = subject, at
        # Demo cases write no mail.
        self.is_demo = subject.about.is_demo
        self.step, self.signs = (
            (fired.step, fired.clock.name == policy.SIGNOFF) if fired is not None else ("", False)
        )
        self.path = lru_cache(maxsize=None)(lambda role: path(subject, role))

    def on_site(self, one: Recipient) -> str:
        return (self._decision(one) or self.path(one.role)) + self._end(one)

    def by_mail(self, one: Recipient) -> str:
        return (self._decision(one) or self._way_in(one)) + self._end(one)

    def _decision(self, one: Recipient) -> str:
        asks = wording.decides(one, self.step) and self.subject.statutory is None
        return f"/decisions/{self.subject.number}" if asks else ""

    def _end(self, one: Recipient) -> str:
        """The record's own page may not open to whoever only stands in."""
        return "/sign" if one.deputy_for and self.signs else ""

    def _way_in(self, one: Recipient) -> str:
        """A mail's link opens the one case without a sign-in for its reporter and for whom an escalation went to."""
        subject, at = self.subject, self.at
        if one.role == policy.REPORTER and one.person is None:
            return guest_links.path(subject.issue, at=at)
        if one.role == policy.REPORTER and one.person is not None:
            return issue_letters.way_by_mail(subject.issue, one.person, at=at)
        if subject.escalation is not None and one.role in (policy.OWNER, CONTACT):
            person = db.session.get(Person, one.person_id) if one.person_id is not None else None
            return assignee_links.path(subject.escalation, at=at, person=person)
        if subject.opinion is not None and one.role == CONTACT:
            return assignee_links.opinion_path(subject.opinion, at=at)
        if one.role == CONTACT:
            # Nothing is left to do, and the pages behind a sign-in are not theirs.
            return ""
        return self.path(one.role)


def end(
    subject: Subject, people: Iterable[int], contacts: Mapping[str, str], *, ended_at: datetime, at: datetime
) -> None:
    """Tell everybody who was chased that it is over: on the bell and by mail, outside contacts (by address) by mail."""
    outbox.post_all(Scribe(at).of_end(subject, people, contacts, ended_at))


def _active(people: Iterable[int]) -> Iterator[Person]:
    return (one for one in (db.session.get_one(Person, each) for each in people) if one.active)


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


def _waits_for_nothing(clock: str) -> bool:
    """Harm, personal data and what the law asks for wait for no quiet hours, digests or caps."""
    return clock == policy.URGENT or clock in fixed.BY_LAW


def _event(one: Recipient) -> str:
    """Work of one's own that falls due, an answer that one owes as a user, somebody else's that one must see to."""
    return {policy.OWNER: habits.OVERDUE, policy.REPORTER: habits.MINE}.get(one.role, habits.OTHERS)


def path(subject: Subject, role: str = "") -> str:
    """Where in the product the recipient acts on it."""
    if subject.round is not None:
        return f"/inspections/rounds/{subject.round.id}"
    if role == policy.REPORTER:
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
