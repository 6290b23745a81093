"""What the letters of a chase say: what is due, what to do next, why one is told; each in the reader's language."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from tracker.config import LOCALES
from tracker.followups import fixed
from tracker.followups.models import Clock
from tracker.followups.recipients import Recipient
from tracker.followups.subjects import Subject
from tracker.followups.words import ROLE_WORDS, TODO_WORDS, clock_words, step_words, when
from tracker.outbox.rules import TITLE_MARK
from tracker.policies import rules as policy


@dataclass(frozen=True)
class Text:
    """What one letter says."""

    line: str
    body: str


@dataclass(frozen=True)
class Fired:
    """A line of the ledger as its letters need it: which step of which clock."""

    chase_id: int
    clock: Clock
    step: str
    occurrence: int
    subject: Subject
    did: str = ""
    """What the system did itself."""

    @property
    def severity(self) -> str:
        return str(self.clock.workings["severity"])


class Phrases:
    """What many letters say alike, put together once for each language; `own` is that of the installation."""

    def __init__(self) -> None:
        self.own = str(current_app.config["TRACKER"].locale)
        self._known: dict[tuple[str, ...], str] = {}

    def locale_of(self, one: Recipient) -> str:
        """The language of a recipient; the installation's for those who have chosen none."""
        return one.locale if one.locale in LOCALES else self.own

    def __call__(self, locale: str, what: str, of: str, say: Callable[[], object]) -> str:
        """`say`, which depends on nothing but the language and what it is `of`."""
        key = (locale, what, of)
        if key not in self._known:
            self._known[key] = str(say())
        return self._known[key]


class Wording:
    """The words of one chase: put together once for each language, and each reason why one is told."""

    def __init__(self, fired: Fired, at: datetime, phrases: Phrases) -> None:
        self.fired, self.at, self.phrase = fired, at, phrases
        self.clock, self.subject = fired.clock, fired.subject
        self._texts: dict[tuple[str, str, str], Text] = {}
        self._begun: dict[str, tuple[str, str]] = {}

    def to(self, one: Recipient) -> Text:
        """What the letter to this recipient says."""
        same = (self.phrase.locale_of(one), one.role, one.deputy_for)
        if same not in self._texts:
            with speaking(same[0]):
                reporter = one.role == policy.REPORTER
                self._texts[same] = self._to_reporter(one) if reporter else self._to_staff(one, same[0])
        return self._texts[same]

    def _to_staff(self, one: Recipient, locale: str) -> Text:
        if locale not in self._begun:
            self._begun[locale] = self._line(locale), self._first(locale)
        line, first = self._begun[locale]
        asked = self._asked(one)
        lines = [first]
        if self.fired.step != fixed.CLOSE_UNANSWERED:
            lines.append(
                self.phrase(locale, "next", asked, lambda: _("Next: %(todo)s", todo=TODO_WORDS[asked]))
            )
        lines.append(
            self.phrase(
                locale,
                "role",
                one.role,
                lambda: _("You are told this as: %(role)s.", role=ROLE_WORDS[one.role]),
            )
        )
        if one.deputy_for:
            lines.append(_("You stand in for %(name)s, who is away.", name=one.deputy_for))
        return Text(line, "\n".join(lines))

    def _line(self, locale: str) -> str:
        fired, subject = self.fired, self.subject
        number, severity = subject.number, fired.severity
        step = self.phrase(locale, "step", fired.step + fired.did, lambda: step_words(fired.step, fired.did))
        clock = self._called(locale)
        if step == clock:
            # What is urgent has one word for the step and for its clock.
            line = _("[%(number)s][%(severity)s] %(step)s", severity=severity, number=number, step=step)
        elif subject.round is not None:
            # A round has no severity of its own.
            line = _("[%(number)s] %(step)s: %(clock)s", number=number, step=step, clock=clock)
        else:
            line = _(
                "[%(number)s][%(severity)s] %(step)s: %(clock)s",
                severity=severity, number=number, step=step, clock=clock,
            )  # fmt: skip
        return one_line(line + TITLE_MARK + subject.about.title)

    def _called(self, locale: str) -> str:
        """The name of the clock; a statutory one is called by its rule as well."""
        name, subject = self.clock.name, self.subject
        if subject.statutory is not None:
            return clock_words(name, subject)
        return self.phrase(locale, "clock", name, lambda: clock_words(name, subject))

    def _first(self, locale: str) -> str:
        due = self.clock.due_at
        if self.fired.step == fixed.CLOSE_UNANSWERED:
            return _("The user was asked and did not answer.")
        if self.clock.name == policy.URGENT:
            reported = when(self.subject.issue.reported_at)
            return _("Reported on %(when)s: harm, personal data or S1.", when=reported)
        if due is not None and due <= self.at:
            return _("%(clock)s was due on %(when)s.", clock=self._called(locale), when=when(due))
        return _("%(clock)s is due on %(when)s.", clock=self._called(locale), when=when(due))

    def _asked(self, one: Recipient) -> str:
        """The clock whose work the letter asks for: a manager whom a case has climbed to decides."""
        name = self.clock.name
        return fixed.DECIDE if name not in fixed.BY_LAW and decides(one, self.fired.step) else name

    def _to_reporter(self, one: Recipient) -> Text:
        """A whole letter of plain words; to a guest's address, which nobody has verified, nothing that was typed."""
        plain, about = self._waits(), self.subject.about
        lines = [plain.body, "", _("Issue number: %(number)s", number=about.number)]
        if one.person is not None:
            lines = [_("Dear %(name)s,", name=one_line(one.name)), "", *lines]
            lines += [_("About: %(title)s", title=about.title)]
        lines += ["", _("You are told this because you reported this problem or follow it.")]
        return Text(plain.line, "\n".join(lines))

    def _waits(self) -> Text:
        """What we wait for, until when, and what happens then."""
        clock, number, last = self.clock, self.subject.issue.number, when(self.clock.due_at)
        if clock.name != policy.USER_ANSWER:
            return Text(
                one_line(_("[%(number)s] Your report takes longer than planned", number=number)),
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
            line = _("[%(number)s] Still waiting for your answer, until %(when)s", number=number, when=last)
            return Text(one_line(line), f"{question}\n{after}")
        return Text(one_line(_("[%(number)s] Still waiting for your answer", number=number)), question)


def ended(number: str, title: str) -> Text:
    """That a case is over, to whoever was chased about it."""
    line = _("[%(number)s] has ended; you will not be reminded again", number=number) + TITLE_MARK + title
    body = _("“%(title)s” has ended. Thank you; there is nothing left to do.", title=title)
    return Text(one_line(line), body)


def decides(one: Recipient, step: str) -> bool:
    """Whether this letter asks a manager for a decision: it has climbed to them."""
    return one.role == policy.MANAGERS and step in fixed.CLIMBED


def speaking(locale: str) -> AbstractContextManager[None]:
    """The words of this language; to change it costs more than to write the letter, and most offices have one."""
    return nullcontext() if str(get_locale()) == locale else force_locale(locale)


def one_line(text: str) -> str:
    """The text without its line breaks, as a subject line has to be."""
    return " ".join(text.split())
