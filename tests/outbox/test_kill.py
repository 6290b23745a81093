"""The sender is killed -9 at each point of the talk with the mail server: nothing is lost, what doubles is flagged."""

import os
import signal
import socket
import subprocess
import sys

import pytest
from aiosmtpd.controller import Controller

from tests.factories.outbox import letters, make_letter
from tests.mail_sink import MailSink
from tracker.db import db
from tracker.outbox import jobs

SENDER = """
import sys
from datetime import datetime
from pathlib import Path
from tracker import create_app
from tracker.config import Config
from tracker.outbox import jobs

folder, database, smtp, at = sys.argv[1:]
app = create_app(Config(data_dir=Path(folder), database_url=database, secret_key="the same for both", smtp_url=smtp))
with app.app_context():
    jobs.deliver(datetime.fromisoformat(at))
"""
LETTERS = 6


class DeadlySink(MailSink):
    """Kills its caller at the given point of the third letter."""

    def __init__(self, point):
        super().__init__()
        self.point, self.caller, self.seen = point, None, {"MAIL": 0, "RCPT": 0, "DATA": 0}

    def at(self, point):
        self.seen[point] += 1
        if point == self.point and self.seen[point] == 3 and self.caller is not None:
            os.kill(self.caller.pid, signal.SIGKILL)
            self.caller.wait()

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


@pytest.mark.parametrize(
    "deadly",
    [pytest.param("MAIL", marks=pytest.mark.drill), pytest.param("RCPT", marks=pytest.mark.drill), "DATA"],
    indirect=True,
)
def test_a_killed_sender_loses_nothing_and_doubles_only_under_the_same_name(
    make_app, clock, deadly, tmp_path
):
    app = make_app(smtp_url=deadly.url)
    with app.app_context():
        for number in range(LETTERS):
            make_letter(address=f"p{number}@example.test")
        names = {one.message_id for one in letters()}
        db.session.remove()
        words = [str(tmp_path), app.config["TRACKER"].database_url, deadly.url, clock.now().isoformat()]
        deadly.caller = subprocess.Popen([sys.executable, "-c", SENDER, *words], stderr=subprocess.DEVNULL)
        assert deadly.caller.wait(timeout=60) == -signal.SIGKILL
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
