"""Schedulers and web servers under kill -9 while the mail server misbehaves: what was lost, what was doubled."""

import os
import random
import signal
import socket
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import func, or_, select

from tests.drills.clients import Reporters
from tests.drills.processes import Nursery, Sink, shifted
from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_system, make_unit
from tracker import create_app
from tracker.accounts.actions import create_token
from tracker.accounts.rules import SYSTEM
from tracker.audit.models import Entry
from tracker.config import Config
from tracker.db import db
from tracker.followups import invariants
from tracker.followups.models import Chase, Obligation, Tick
from tracker.issues.models import Issue
from tracker.outbox.models import Letter
from tracker.outbox.rules import DUE_STATES
from tracker.rearm import CLOCKS, Rearm
from tracker.scheduler import present
from tracker.schema import upgrade

pytestmark = pytest.mark.drill

KILLS = int(os.environ.get("KILLS", "100"))
PER_WAVE = 10
PEOPLE, CASES = 30, 60
NODES = {"postgresql": (3, 2), "sqlite": (1, 1)}
BUMP = timedelta(days=8).total_seconds()
LEASE = 100.0


class Drill:
    """One run: the database, its population, the sink and the nodes."""

    def __init__(self, url: str, engine: str, folder: Path) -> None:
        self.engine, self.chance, self.shift = engine, random.Random(7), folder / "shift"
        self.say(0)
        mail, *self.ports = (_free_port() for _ in range(1 + NODES[engine][1]))
        config = Config(data_dir=folder, database_url=url, secret_key="the drill's own", argon2_time_cost=1,
                        argon2_memory_kib=8, smtp_url=f"smtp://127.0.0.1:{mail}", testing=True)  # fmt: skip
        self.app: Flask = create_app(config)
        with self.app.app_context():
            upgrade()
            self.populate()
            db.session.remove()
            db.engine.dispose()
        self.nursery = Nursery(config, self.shift)
        self.sink = Sink()
        self.server = Controller(self.sink, hostname="127.0.0.1", port=mail)
        self.server.start()
        self.attempted = self.killed = 0

    def populate(self) -> None:
        """Each person is the one supervisor of a unit with two cases: a chase tells one person."""
        reporter, system, at = make_person("reporter", email=None), make_system(), present()
        admin = make_person(roles=("admin", "supervisor"), email=None)
        _token, self.token = create_token(admin, name="drill", scopes=("read", "write"), by=SYSTEM, at=at)
        self.system = system.key
        for number in range(CASES):
            if number % (CASES // PEOPLE) == 0:
                unit = make_unit()
                owner = make_person("supervisor", unit_limit=unit)
            make_issue(reporter=reporter, system=system, unit_id=unit.id, assignee_id=owner.id, at=at)
        self.population = set(db.session.scalars(select(Issue.id)))

    def say(self, seconds: float) -> None:
        """Move the schedulers' time on, to so many seconds from now."""
        beside = self.shift.with_suffix(".new")
        beside.write_text(str(seconds), "ascii")
        beside.rename(self.shift)
        self.seconds = seconds

    def begin(self) -> None:
        schedulers, webs = NODES[self.engine]
        for _ in range(schedulers):
            self.nursery.spawn("scheduler")
        for port in self.ports[:webs]:
            self.nursery.spawn("web", port)
        self.clients = Reporters(self.ports, self.token, self.system)
        self.quieten()

    def wave(self, kills: int) -> None:
        """Time jumps; everybody is due; processes die at any moment; then all that is left comes to its end."""
        self.attempted += self.due(shifted(self.shift) + timedelta(seconds=BUMP))
        self.say(self.seconds + BUMP)
        for _ in range(kills):
            time.sleep(self.chance.uniform(0.02, 0.6))
            kind, port = self.nursery.kill(self.chance.choice(list(self.nursery.alive)))
            self.nursery.spawn(kind, port)
            self.killed += 1
        self.quieten()

    def due(self, now) -> int:
        waiting = select(func.count()).where(
            Obligation.state == "scheduled",
            Obligation.due_at <= now,
            Obligation.subject_id.in_(self.population),
        )
        return self.read(waiting)

    def read(self, question) -> int:
        found = db.session.scalar(question)
        db.session.rollback()
        return found or 0

    def quieten(self, seconds: float = 600) -> None:
        """Wait until nothing of the population is due and no letter is under way; leases of the dead run out."""
        open_letters = select(func.count()).where(
            Letter.channel == "mail", Letter.address.is_not(None), Letter.digest_id.is_(None),
            or_(Letter.state.in_(DUE_STATES), Letter.state == "claimed"),
        )  # fmt: skip
        changed = select(func.count()).where(Rearm.reader == CLOCKS, Rearm.subject_id.in_(self.population))
        until, before, same = time.monotonic() + seconds, -1, 0
        while time.monotonic() < until:
            left = self.read(open_letters)
            due = self.due(shifted(self.shift)) + self.read(changed)
            if not left and not due:
                return
            same = same + 1 if left == before and not due else 0
            before = left
            if same >= 5:
                self.say(self.seconds + LEASE)
                same = 0
            time.sleep(0.3)
        raise AssertionError(
            f"not quiet: {self.read(open_letters)} letters, {self.due(shifted(self.shift))} steps"
        )

    def zombie(self) -> None:
        """The only sender is stopped while the server has its letter; another takes over; then it goes on."""
        for pid in [pid for pid, (kind, _port) in self.nursery.alive.items() if kind == "scheduler"]:
            self.nursery.kill(pid)
        sleeper = self.nursery.spawn("scheduler")
        self.sink.hold_s = 2.0
        self.attempted += self.due(shifted(self.shift) + timedelta(seconds=BUMP))
        self.say(self.seconds + BUMP)
        until = time.monotonic() + 60
        while not self.sink.holding and time.monotonic() < until:
            time.sleep(0.02)
        os.kill(sleeper, signal.SIGSTOP)
        self.say(self.seconds + LEASE)
        for _ in range(NODES[self.engine][0]):
            self.nursery.spawn("scheduler")
        self.quieten()
        os.kill(sleeper, signal.SIGCONT)
        until = time.monotonic() + 60
        while not self.read(select(func.sum(Tick.stale))) and time.monotonic() < until:
            time.sleep(0.2)

    def end(self) -> None:
        self.server.stop()
        self.nursery.end()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def drill(engine, tmp_path, request) -> Iterator[Drill]:
    url = f"sqlite:///{tmp_path}/drill.sqlite3"
    if engine == "postgresql":
        from tests import postgres

        url = postgres.create_database(request.getfixturevalue("postgresql_server"), "tracker_drill")
    made = Drill(url, engine, tmp_path)
    with made.app.app_context():
        yield made
        made.end()
        db.session.remove()
        db.engine.dispose()


def test_nothing_is_lost_however_often_processes_are_killed(drill):
    began = time.monotonic()
    drill.begin()
    for _ in range(KILLS // PER_WAVE):
        drill.wave(PER_WAVE)
    drill.zombie()
    drill.clients.end()
    drill.quieten()
    report(drill, time.monotonic() - began)


def report(drill: Drill, seconds: float) -> None:
    chases = db.session.scalars(select(Chase).where(Chase.subject_id.in_(drill.population))).all()
    keys = [db.session.get_one(Obligation, one.obligation_id) for one in chases]
    decided = {(one.subject_id, one.clock, one.epoch, one.step, one.occurrence) for one in keys}
    told = {
        one.message_id for one in db.session.scalars(select(Letter).where(Letter.state == "sent", mail()))
    }
    resent = db.session.scalars(select(Entry).where(Entry.action == "letter.resend"))
    flagged = {one.after["message_id"] for one in resent}
    doubled = {name for name, times in drill.sink.arrived.items() if times > 1}
    extra = sum(drill.sink.arrived.values()) - len(drill.sink.arrived)
    titles = list(db.session.scalars(select(Issue.title).where(Issue.id.not_in(drill.population))))
    lost_reports = set(drill.clients.answered) - set(titles)
    stale = db.session.scalar(select(func.sum(Tick.stale)))
    sys.stdout.write(
        f"\n{drill.engine}: {drill.killed} kills of {NODES[drill.engine]} schedulers and web servers, {seconds:.0f} s\n"
        f"  chases: attempted {drill.attempted}, recorded {len(chases)}, lost {drill.attempted - len(chases)}, "
        f"doubled by decision {len(chases) - len(decided)}\n"
        f"  letters: {len(told)} sent, lost {len(told - set(drill.sink.arrived))}, doubled on the wire {extra} of "
        f"{sum(drill.sink.arrived.values())} (same Message-ID, {len(doubled - flagged)} not flagged), "
        f"{len(drill.sink.refused)} refused by the server\n"
        f"  reports: {drill.clients.attempts} tries, {len(drill.clients.answered)} answered, "
        f"{len(lost_reports)} lost, {len(titles) - len(set(titles))} doubled\n"
        f"  words of sleepers refused: {stale}\n"
    )
    assert len(chases) == drill.attempted == len(decided)
    assert told <= set(drill.sink.arrived)
    assert doubled <= flagged
    assert lost_reports == set()
    assert len(titles) == len(set(titles))
    assert stale
    now = shifted(drill.shift)
    assert {one.name for one in invariants.broken(now)} <= {"silent"}


def mail():
    return (Letter.channel == "mail") & Letter.address.is_not(None) & Letter.digest_id.is_(None)
