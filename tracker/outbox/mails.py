"""A letter as it goes over the wire: the layout around its text, in its reader's language."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup, escape

from tracker import addresses
from tracker.outbox.models import Letter
from tracker.outbox.rules import DIGEST

SETTINGS = "/me"


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


@dataclass(frozen=True)
class Line:
    """One bundled letter in a digest."""

    text: str
    url: str


def envelope(letter: Letter, bundled: Sequence[Letter] = ()) -> Envelope:
    """Lay out one letter; `bundled` are those that a digest stands for."""
    with force_locale(letter.locale):
        lines = [Line(_subject(one), absolute(one.link)) for one in bundled]
        subject = _digest_subject(len(lines)) if letter.kind == DIGEST else _subject(letter)
        body = _body(letter)
        words: dict[str, object] = {
            "title": subject,
            "lang": letter.locale.replace("_", "-"),
            "body": body,
            "body_html": Markup(letter.body_html) if letter.body_html else paragraphs(body),
            "url": absolute(letter.link),
            "lines": lines,
            "settings_url": absolute(SETTINGS) if letter.person_id is not None else "",
        }
        return Envelope(
            address=letter.address or "",
            name=letter.name,
            subject=subject,
            text=_rendered("outbox/mail.txt", words),
            html=_rendered("outbox/mail.html", words),
            message_id=letter.message_id,
            language=letter.locale.replace("_", "-"),
            attempt=letter.attempts,
            doubtful=letter.doubts > 0,
            unsubscribe=absolute(SETTINGS) if letter.kind == DIGEST else "",
        )


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


def _digest_subject(count: int) -> str:
    return ngettext("One message is waiting for you", "%(num)s messages are waiting for you", count)


def _rendered(template: str, words: dict[str, object]) -> str:
    # Not render_template: a letter is written without a request, so nothing of a request may colour it.
    return current_app.jinja_env.get_template(template).render(words)
