"""A letter as the row that is written of it.  What the letters of one cause share is reckoned once for all of them."""

import re
from collections.abc import Sequence
from datetime import datetime
from email.utils import parseaddr
from functools import lru_cache
from typing import Any, Required, TypedDict

from flask import current_app
from flask_babel import gettext as _

from tracker.errors import DomainError
from tracker.outbox import rules

SUBJECT_LENGTH = 200
_SEVERAL_LINES = re.compile("[\r\n\0]")


class Said(TypedDict, total=False):
    """What one letter says to whom.  `link` is a path in the product; `event` stands in the words of `habits`."""

    subject_line: Required[str]
    body_text: Required[str]
    body_html: str | None
    person_id: int | None
    address: str | None
    name: str
    locale: str
    link: str
    event: str
    urgent: bool


class Cause:
    """What letters are written for: `key` names it (case, epoch, step …), `kind` what sort of letters, `subject` whom
    they are about.

    With recipient, channel and kind the key makes a letter unique.  A letter of an `undoable` act rests 30 seconds,
    one with `not_before` until then (quiet hours).
    """

    def __init__(
        self, key: Sequence[object], kind: str, subject: tuple[str, int], at: datetime, *, undoable: bool = False,
        chase_id: int | None = None, not_before: datetime | None = None,
    ) -> None:  # fmt: skip
        self.kind, self.at = kind, at
        self.due = max(at + rules.HOLD if undoable else at, not_before or at)
        self._secret, self._domain = str(current_app.config["SECRET_KEY"]), _domain()
        self._key_of = rules.idem_keys(key)
        self._shared: dict[str, Any] = {
            "cause": rules.cause_of(key), "kind": kind, "held": "", "subject_kind": subject[0],
            "subject_id": subject[1], "chase_id": chase_id, "undoable": undoable, "withheld": False, "fence": 0,
            "next_try": self.due, "attempts": 0, "doubts": 0, "created_at": at, "last_error": "",
        }  # fmt: skip

    def letter(
        self, channel: str, *, subject_line: str, body_text: str, body_html: str | None = None,
        person_id: int | None = None, address: str | None = None, name: str = "", locale: str = "zh_Hant_TW",
        link: str = "", event: str = "", urgent: bool = False,
    ) -> dict[str, Any]:  # fmt: skip
        """One letter to be written, as `Said` says it; a mail without an address is kept.

        Raises DomainError for a subject or address of several lines.
        """
        _one_line(subject_line, name, address or "")
        if address and not rules.is_address(address):
            raise DomainError(_("“%(address)s” is not a mail address.", address=address))
        recipient = rules.recipient(person_id, address)
        idem_key = self._key_of(recipient, channel, self.kind)
        state = self._first_state(channel, address)
        return {
            **self._shared, "idem_key": idem_key, "recipient": recipient, "person_id": person_id,
            "address": address or None, "name": name, "channel": channel, "event": event, "urgent": urgent,
            "locale": locale, "subject_line": subject_line[:SUBJECT_LENGTH], "body_text": body_text,
            "body_html": body_html, "link": link, "state": state,
            "message_id": rules.message_id(idem_key, self._secret, self._domain),
            "sent_at": self.at if state == rules.SENT else None,
        }  # fmt: skip

    def _first_state(self, channel: str, address: str | None) -> str:
        if channel == rules.BELL:
            return rules.SENT if self.due <= self.at else rules.PENDING
        return rules.PENDING if address else rules.KEPT


def _one_line(*texts: str) -> None:
    if _SEVERAL_LINES.search(" ".join(texts)):
        raise DomainError(_("The subject, the name and the address of a letter are one line each."))


def _domain() -> str:
    """The right half of Message-IDs: that of our own mail address."""
    return _domain_of(current_app.config["TRACKER"].mail_from)


@lru_cache(maxsize=8)
def _domain_of(mail_from: str) -> str:
    return parseaddr(mail_from)[1].rpartition("@")[2] or "localhost"
