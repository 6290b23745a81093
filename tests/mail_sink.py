"""A real SMTP server on loopback that keeps what it receives."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class MailSink:
    """What came in, oldest first; `answers` are given to the next messages instead of accepting them."""

    url: str = ""
    messages: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    peers: list[object] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called by aiosmtpd for each message; an answer like `451 later` refuses it."""
        self.peers.append(session.peer)
        if self.answers:
            return self.answers.pop(0)
        content = (
            envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        )
        self.envelopes.append(envelope)
        self.messages.append(message_from_bytes(content, policy=policy.default))
        return "250 kept"

    @property
    def subjects(self) -> list[str]:
        return [message["subject"] for message in self.messages]


@pytest.fixture
def mail_sink() -> Iterator[MailSink]:
    """A running SMTP server; its `url` goes into TRACKER_SMTP_URL, its `messages` are what it received."""
    sink = MailSink()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    sink.url = f"smtp://127.0.0.1:{port}"
    yield sink
    controller.stop()
