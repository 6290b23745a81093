"""Real processes to be killed: schedulers and web servers on one database, a mail server with a bad temper.

A nursery, forked before any thread begins, bears them: a new one costs a fork, not another import of everything.
"""

import asyncio
import os
import random
import signal
import socket
import time
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from werkzeug.serving import make_server

from tests.live import Silent
from tracker import create_app
from tracker.config import Config
from tracker.db import db
from tracker.followups import jobs, letters
from tracker.outbox import jobs as post
from tracker.scheduler import present


class Sink:
    """Takes letters slowly, now and then refuses one for a while or for good, or hangs up after the last dot."""

    def __init__(self, seed: int = 1) -> None:
        self.chance, self.arrived, self.refused = random.Random(seed), Counter[str](), set[str]()
        self.hold_s = 0.0
        self.holding = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = (
            envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        )
        name = message_from_bytes(content, policy=policy.compat32)["Message-ID"]
        mood = self.chance.random()
        if self.hold_s:
            self.holding, seconds, self.hold_s = True, self.hold_s, 0.0
            self.arrived[name] += 1
            await asyncio.sleep(seconds)
            return "250 at last"
        if mood < 0.03:
            return "451 later"
        if mood < 0.034:
            self.refused.add(name)
            return "550 never"
        self.arrived[name] += 1
        if mood < 0.06:
            server.transport.abort()
        await asyncio.sleep(self.chance.choice((0, 0, 0.01, 0.1)))
        return "250 kept"


class Nursery:
    """Bears nodes and knows which are alive; `kinds` is how many of each there should be."""

    def __init__(self, config: Config, shift: Path) -> None:
        self.mine, theirs = Pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                _bear(theirs, config, shift)
            finally:
                os._exit(0)
        self.alive: dict[int, tuple[str, int]] = {}

    def spawn(self, kind: str, port: int = 0) -> int:
        self.mine.send((kind, port))
        pid: int = self.mine.recv()
        self.alive[pid] = (kind, port)
        return pid

    def kill(self, pid: int) -> tuple[str, int]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return self.alive.pop(pid)

    def end(self) -> None:
        for pid in list(self.alive):
            self.kill(pid)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def _bear(orders: Connection, config: Config, shift: Path) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    app = create_app(config)
    while True:
        kind, port = orders.recv()
        child = os.fork()
        if child == 0:
            try:
                _work(app, shift) if kind == "scheduler" else _serve(app, port)
            finally:
                os._exit(1)
        orders.send(child)


def shifted(shift: Path) -> datetime:
    """The instant by the database's clock, moved on by what the drill says."""
    return present() + timedelta(seconds=float(shift.read_text("ascii")))


def _work(app: Any, shift: Path) -> None:
    """What the scheduler's jobs do, without the seconds of rest between them."""
    with app.app_context():
        while True:
            with suppress(Exception):
                now = shifted(shift)
                jobs.tick(now)
                done = post.deliver(now, needed=letters.still_needed)
                if done["stale"]:
                    jobs.count_stale(done["stale"])
            db.session.remove()
            time.sleep(0.05)


def _serve(app: Any, port: int) -> None:
    """Serve where the killed one did; its port is free a moment after its death."""
    while True:
        try:
            line = socket.create_server(("127.0.0.1", port))
        except OSError:
            time.sleep(0.02)
        else:
            break
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Silent, fd=line.fileno())
    server.serve_forever()
