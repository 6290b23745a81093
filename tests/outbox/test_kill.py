"""The sender is killed -9 at each point of the talk with the mail server: nothing is lost, what doubles is flagged."""

import os
import signal
import socket
import threading

import pytest
from aiosmtpd.controller import Controller

from tests.factories.outbox import letters, make_letter
from tests.mail_sink import MailSink
from tracker.db import db, writing
from tracker.outbox import jobs

LETTERS = 6


class DeadlySink(MailSink):
    """Kills its caller at the given point of the third letter."""

    def __init__(self, point):
        super().__init__()
        self.point, self.caller, self.seen = point, None, {"MAIL": 0, "RCPT": 0, "DATA": 0}
        self.knows = threading.Lock()

    def at(self, point):
        self.seen[point] += 1
        with self.knows:
            if point == self.point and self.seen[point] == 3 and self.caller is not None:
                os.kill(self.caller, signal.SIGKILL)
                os.waitid(os.P_PID, self.caller, os.WEXITED | os.WNOWAIT)

    async def handle_MAIL(self, server, session, envelope, address, options):
        self.at("MAIL")
        envelope.mail_from = address
        return "250 ok"

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.at("RCPT")
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        answer = await super().handle_DATA(server, session, envelope)
        self.at("DATA")
        return answer


@pytest.fixture
def deadly(request):
    sink = DeadlySink(request.param)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    sink.url = f"smtp://127.0.0.1:{port}"
    yield sink
    controller.stop()


def send(at):
    """In a process of its own, on connections of its own: it dies without a chance to close or say goodbye."""
    try:
        db.engine.dispose(close=False)
        writing.set(True)
        jobs.deliver(at)
    finally:
        os._exit(1)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize(
    "deadly",
    [pytest.param("MAIL", marks=pytest.mark.drill), pytest.param("RCPT", marks=pytest.mark.drill), "DATA"],
    indirect=True,
)
def test_a_killed_sender_loses_nothing_and_doubles_only_under_the_same_name(make_app, clock, deadly):
    app = make_app(smtp_url=deadly.url)
    with app.app_context():
        for number in range(LETTERS):
            make_letter(address=f"p{number}@example.test")
        names = {one.message_id for one in letters()}
        db.session.remove()
        with deadly.knows:
            deadly.caller = os.fork()
            if not deadly.caller:
                send(clock.now())
        assert os.waitstatus_to_exitcode(os.waitpid(deadly.caller, 0)[1]) == -signal.SIGKILL
        assert sorted(one.state for one in letters()) == ["claimed", *["pending"] * 3, *["sent"] * 2]
        deadly.caller = None
        db.session.remove()
        for _ in range(3):
            jobs.deliver(clock.advance(seconds=95))
        assert {one.state for one in letters()} == {"sent"}
        db.session.remove()
    arrived = [mail["Message-ID"] for mail in deadly.messages]
    assert set(arrived) == names
    assert len(arrived) == LETTERS + (deadly.point == "DATA")
    assert len([mail for mail in deadly.messages if mail["X-Chase-Attempt"] == "2"]) == 1
