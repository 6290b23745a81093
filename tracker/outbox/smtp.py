"""Sending through a real SMTP server: one connection for as many letters as a round has."""

import contextlib
import re
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from types import TracebackType
from urllib.parse import parse_qs, unquote, urlsplit

from tracker.failpoints import reach
from tracker.outbox import rules
from tracker.outbox.mails import Envelope
from tracker.outbox.rules import Outcome

POLICY = SMTP.clone(cte_type="7bit")
STEP_SECONDS = 10


@dataclass(frozen=True)
class Server:
    """Where and how to send: `smtp://user:password@host:port`, `smtps://…`; `?verify=no` trusts any certificate."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    implicit_tls: bool = False
    verify: bool = True

    @classmethod
    def from_url(cls, url: str) -> "Server":
        """Raises ValueError for what is no such address."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("use smtp://USER:PASSWORD@HOST:PORT or smtps://…")
        implicit = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if implicit else 587 if parts.username else 25),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            implicit_tls=implicit,
            verify=parse_qs(parts.query).get("verify") != ["no"],
        )

    @property
    def context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


class Courier:
    """Sends envelopes, one after the other; `with` closes the line at the end.

    Calling it never raises: it says what came of the try, in at most `seconds` by the monotonic clock.
    """

    def __init__(
        self, server: Server, sender: str, *, now: Callable[[], datetime], seconds: float = rules.SEND_SECONDS
    ) -> None:
        self.server, self.sender, self.now, self.seconds = server, sender, now, seconds
        self.line: smtplib.SMTP | None = None
        # Whether the present letter's last dot may have gone: from then on nobody knows what became of it.
        self.begun = False

    def __enter__(self) -> "Courier":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.line is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self.line.quit()
        self._drop()

    def __call__(self, envelope: Envelope) -> Outcome:
        self.begun = False
        deadline = time.monotonic() + self.seconds
        try:
            policy = POLICY if envelope.address.isascii() else POLICY.clone(utf8=True)
            content = written(envelope, self.sender, self.now()).as_bytes(policy=policy)
            with self._line(deadline) as line:
                refusal = _announce(line, parseaddr(self.sender)[1], envelope.address)
                if refusal is not None:
                    return refusal
                return self._hand_over(line, content)
        except Exception as error:
            # Whatever it was, the talk broke off in the middle: an answer still on its way must not be taken for the
            # answer to the next letter.
            self._drop()
            state = rules.UNKNOWN if self.begun else rules.DEFERRED
            return Outcome(state, f"{type(error).__name__}: {error}")

    def _hand_over(self, line: smtplib.SMTP, content: bytes) -> Outcome:
        reach("send.data")
        code, answer = line.docmd("DATA")
        if code != 354:
            return _answer(code, answer)
        reach("send.dot")
        self.begun = True
        line.send(_dotted(content))
        reach("send.reply")
        outcome = _answer(*line.getreply())
        reach("send.replied")
        return outcome

    @contextlib.contextmanager
    def _line(self, deadline: float) -> Iterator[smtplib.SMTP]:
        """The open line; a watchman cuts it at the deadline, since each read has a time limit of its own only."""
        if self.line is not None and not _alive(self.line):
            self._drop()
        fresh = self.line is None
        self.line = self.line or self._new_line()
        watchman = threading.Timer(max(0.0, deadline - time.monotonic()), _cut, [self.line])
        watchman.daemon = True
        watchman.start()
        try:
            if fresh:
                self._open(self.line)
            yield self.line
        finally:
            watchman.cancel()

    def _new_line(self) -> smtplib.SMTP:
        if self.server.implicit_tls:
            return smtplib.SMTP_SSL(timeout=STEP_SECONDS, context=self.server.context)
        return smtplib.SMTP(timeout=STEP_SECONDS)

    def _open(self, line: smtplib.SMTP) -> None:
        server = self.server
        # Certificates are checked against this name, which smtplib else learns only when it connects by itself.
        line._host = server.host  # type: ignore[attr-defined]
        reach("send.connect")
        code, answer = line.connect(server.host, server.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, answer)
        line.ehlo_or_helo_if_needed()
        if not server.implicit_tls and line.has_extn("starttls"):
            line.starttls(context=server.context)
            line.ehlo()
        if server.user:
            line.login(server.user, server.password)
        reach("send.connected")

    def _drop(self) -> None:
        """Hang up without a word: the other side may not be listening any more."""
        if self.line is not None:
            self.line.close()
            self.line = None


def written(envelope: Envelope, sender: str, now: datetime) -> EmailMessage:
    """The mail itself.  Raises ValueError where a header would hold a line end."""
    mail = EmailMessage(policy=POLICY)
    mail["From"] = _address(*parseaddr(sender))
    mail["To"] = _address(envelope.name, envelope.address)
    mail["Subject"] = envelope.subject
    mail["Date"] = format_datetime(now.astimezone(UTC))
    mail["Message-ID"] = envelope.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["Content-Language"] = envelope.language
    if envelope.doubtful:
        mail["X-Chase-Attempt"] = str(envelope.attempt)
    if envelope.thread:
        mail["In-Reply-To"] = mail["References"] = envelope.thread
    if envelope.unsubscribe:
        mail["List-Unsubscribe"] = f"<{envelope.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(envelope.text)
    mail.add_alternative(envelope.html, subtype="html")
    return mail


def _address(name: str, address: str) -> Address:
    user, _, domain = address.rpartition("@")
    return Address(name, user, domain)


def _announce(line: smtplib.SMTP, sender: str, recipient: str) -> Outcome | None:
    """MAIL and RCPT; the outcome when one is refused.  A refused sender is our own fault: wait until it is mended."""
    options = ["SMTPUTF8", "BODY=8BITMIME"] if not recipient.isascii() else []
    reach("send.mail")
    code, answer = line.mail(sender, options)
    if code != 250:
        return Outcome(rules.DEFERRED, _words(code, answer))
    reach("send.rcpt")
    code, answer = line.rcpt(recipient)
    return None if code in (250, 251) else _answer(code, answer)


def _dotted(content: bytes) -> bytes:
    """The mail as the wire wants it (RFC 5321 §4.5.2): a dot before each that begins a line, one alone at the end."""
    stuffed = re.sub(rb"(?m)^\.", b"..", content)
    return stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _answer(code: int, answer: bytes | str) -> Outcome:
    if 200 <= code < 300:
        return Outcome(rules.SENT)
    return Outcome(rules.DEAD if 500 <= code < 600 else rules.DEFERRED, _words(code, answer))


def _words(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {' '.join(text.split())}"


def _alive(line: smtplib.SMTP) -> bool:
    """Whether a line that was used before still answers: servers hang up on the idle."""
    try:
        return line.rset()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _cut(line: smtplib.SMTP) -> None:
    if line.sock is not None:
        with contextlib.suppress(OSError):
            line.sock.shutdown(socket.SHUT_RDWR)
