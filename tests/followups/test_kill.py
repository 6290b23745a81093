"""The scheduler is killed -9 in the middle of chasing: each step is chased once, none is lost, letters are unique."""

import os
import signal

from sqlalchemy import event, func, select

from tests.clock import MONDAY
from tests.factories.chases import chases, letters, local, obligations, tick
from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_system
from tracker.audit.models import Entry
from tracker.db import db, writing
from tracker.followups import firing

CASES = 9
KILLS = {"sqlite": (8, 33, 60), "postgresql": (27,)}


def dies(at, last):
    """A scheduler in a process of its own, which dies by SIGKILL before its statement `last`; how it ended.

    It has no chance to roll back, close or say goodbye.
    """
    process = os.fork()
    if not process:
        try:
            _chase_until(at, last)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def _chase_until(at, last):
    """Chase on connections of one's own, to the last statement."""
    db.engine.dispose(close=False)
    writing.set(True)
    done = 0

    def count(*_args):
        nonlocal done
        done += 1
        if done == last:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(db.engine, "before_cursor_execute", count)
    while firing.fire_due(at, 2):
        db.session.commit()


def test_each_step_is_chased_once_however_often_the_scheduler_is_killed(app, engine):
    make_person("supervisor")
    reporter, system = make_person("reporter"), make_system()
    for _ in range(CASES):
        make_issue(reporter=reporter, system=system)
    tick(MONDAY)
    at = local("2026-11-23 17:00")
    db.session.remove()
    for last in KILLS[engine]:
        assert dies(at, last) == -signal.SIGKILL
        assert len(chases()) == len(obligations(state="fired"))
        db.session.remove()
    tick(at)
    assert len(chases()) == CASES
    assert len({one.subject_id for one in chases()}) == CASES
    assert len(letters("mail")) == len({one.idem_key for one in letters("mail")}) == CASES
    trail = select(func.count()).select_from(Entry).where(Entry.action == "issue.chase")
    assert db.session.scalar(trail) == CASES
    assert len(obligations(state="scheduled")) == CASES
