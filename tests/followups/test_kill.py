"""The scheduler is killed -9 in the middle of chasing: each step is chased once, none is lost, letters are unique."""

import signal
import subprocess
import sys

from sqlalchemy import func, select

from tests.clock import MONDAY
from tests.factories.chases import chases, letters, local, obligations, tick
from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_system
from tracker.audit.models import Entry
from tracker.db import db

# Dies by SIGKILL before its Nth statement: no chance to roll back, close or say goodbye.
TICKER = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from sqlalchemy import event
from tracker import create_app
from tracker.config import Config
from tracker.db import db
from tracker.followups import firing

folder, database, at, last = sys.argv[1], sys.argv[2], datetime.fromisoformat(sys.argv[3]), int(sys.argv[4])
app = create_app(Config(data_dir=Path(folder), database_url=database, secret_key="the same for both"))
with app.app_context():
    done = 0

    @event.listens_for(db.engine, "before_cursor_execute")
    def count(*_args):
        global done
        done += 1
        if done == last:
            os.kill(os.getpid(), signal.SIGKILL)

    while firing.fire_due(at, 2):
        db.session.commit()
"""
CASES = 9
KILLS = {"sqlite": (8, 33, 60), "postgresql": (27,)}


def test_each_step_is_chased_once_however_often_the_scheduler_is_killed(app, engine, tmp_path):
    make_person("supervisor")
    reporter, system = make_person("reporter"), make_system()
    for _ in range(CASES):
        make_issue(reporter=reporter, system=system)
    tick(MONDAY)
    at = local("2026-11-23 17:00")
    db.session.remove()
    words = [str(tmp_path), app.config["TRACKER"].database_url, at.isoformat()]
    for last in KILLS[engine]:
        killed = subprocess.run([sys.executable, "-c", TICKER, *words, str(last)], check=False, timeout=120)
        assert killed.returncode == -signal.SIGKILL
        assert len(chases()) == len(obligations(state="fired"))
        db.session.remove()
    tick(at)
    assert len(chases()) == CASES
    assert len({one.subject_id for one in chases()}) == CASES
    assert len(letters("mail")) == len({one.idem_key for one in letters("mail")}) == CASES
    trail = select(func.count()).select_from(Entry).where(Entry.action == "issue.chase")
    assert db.session.scalar(trail) == CASES
    assert len(obligations(state="scheduled")) == CASES
