"""A letter as it goes over the wire: the layout around its text, in its reader's language."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup, escape

from tracker import addresses
from tracker.outbox import leaving
from tracker.outbox.habits import DUTIES
from tracker.outbox.models import Letter
from tracker.outbox.rules import DIGEST

SETTINGS = "/me/notifications"
# The rooms whose letters say in their own words why one gets them.
SAY_WHY = frozenset({"issue", "record", "chase", "known"})


@dataclass(frozen=True)
class Envelope:
    """One mail, ready to send.  `attempt` counts from 1; `doubtful` when an earlier one may have arrived."""

    address: str
    name: str
    subject: str
    text: str
    html: str
    message_id: str
    language: str
    attempt: int = 1
    doubtful: bool = False
    unsubscribe: str = ""
    thread: str = ""


@dataclass(frozen=True)
class Line:
    """One bundled letter in a digest: what it is about, until when, what to do next."""

    text: str
    url: str = ""
    due: str = ""
    todo: str = ""
    overdue: bool = False


LineOf = Callable[[Letter], Line | None]


def no_line(_letter: Letter) -> Line | None:
    """Nothing is known of a letter beside what stands in it."""
    return None


def envelope(
    letter: Letter, bundled: Sequence[Letter] = (), *, line: LineOf = no_line, locale: str = ""
) -> Envelope:
    """Lay out one letter; `bundled` are those that a digest stands for, which is written in the reader's `locale`."""
    digest = letter.kind == DIGEST
    spoken = (digest and locale) or letter.locale
    events = {one.event for one in bundled} if digest else {letter.event}
    ends = absolute(leaving.path(letter.person_id, events) or leaving.of_guest(letter))
    with force_locale(spoken):
        lines = [_line(one, line) for one in bundled]
        subject = _digest_subject(lines) if digest else _subject(letter)
        body = _body(letter)
        words: dict[str, object] = {
            "title": subject,
            "lang": spoken.replace("_", "-"),
            "body": body,
            "body_html": Markup(letter.body_html) if letter.body_html else paragraphs(body),
            "url": absolute(letter.link),
            "lines": lines,
            "unsigned": any(leaving.opens_unsigned(one) and absolute(one.link) for one in (letter, *bundled)),
            "why": letter.withheld or letter.kind.partition(".")[0] not in SAY_WHY,
            "unsubscribe_url": ends,
            "duty": bool(events & DUTIES),
            "settings_url": absolute(SETTINGS) if letter.person_id is not None else "",
        }
        return Envelope(
            address=letter.address or "",
            name=letter.name,
            subject=subject,
            text=re.sub(r"\n{3,}", "\n\n", _rendered("outbox/mail.txt", words)).lstrip("\n"),
            html=_rendered("outbox/mail.html", words),
            message_id=letter.message_id,
            language=spoken.replace("_", "-"),
            attempt=letter.attempts,
            doubtful=letter.doubts > 0,
            unsubscribe=ends,
            thread=thread_of(letter),
        )


def thread_of(letter: Letter) -> str:
    """What all letters about one subject answer to, so that mail programs keep them together; none for a digest."""
    if letter.kind == DIGEST or not letter.subject_id:
        return ""
    domain = letter.message_id.rpartition("@")[2].rstrip(">")
    return f"<{letter.subject_kind}.{letter.subject_id}.thread@{domain}>"


def absolute(link: str) -> str:
    """A path in the product as an address that a mail can hold; empty while the product knows no address of its own."""
    if not link or link.startswith(("http://", "https://")):
        return link
    base = addresses.settled()
    return base + link if base else ""


def paragraphs(text: str) -> Markup:
    """Plain text as HTML: blank lines part paragraphs, line ends stay."""
    parts = re.split(r"\n\s*\n", text.strip())
    return Markup("\n").join(
        Markup("<p>%s</p>") % Markup("<br>\n").join(escape(line) for line in part.splitlines())
        for part in parts
    )


def _subject(letter: Letter) -> str:
    return letter.subject_line or _("News about a case of yours")


def _body(letter: Letter) -> str:
    if letter.withheld:
        return _("The text of this letter was masked. Open the page to read what you may see.")
    return letter.body_text


def _line(letter: Letter, line: LineOf) -> Line:
    """A letter as a line: as the work stands now where somebody knows, else as it was written."""
    known = None if letter.withheld else line(letter)
    return replace(known or Line(_subject(letter)), url=absolute(letter.link))


def _digest_subject(lines: Sequence[Line]) -> str:
    work = sum(bool(one.todo) for one in lines)
    overdue = sum(one.overdue for one in lines)
    if work != len(lines):
        return ngettext("One message is waiting for you", "%(num)s messages are waiting for you", len(lines))
    text = ngettext("One case needs you", "%(num)s cases need you", work)
    if not overdue:
        return text
    return ngettext("%(first)s (%(num)s overdue)", "%(first)s (%(num)s overdue)", overdue, first=text)


def _rendered(template: str, words: dict[str, object]) -> str:
    # Not render_template: a letter is written without a request, so nothing of a request may colour it.
    return current_app.jinja_env.get_template(template).render(words)
