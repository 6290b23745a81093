"""The scheduler: one table of jobs, read by APScheduler.  It only ticks; all truth lies in the tables.

Correct with any number of nodes at once: every job may run twice.  A job that fails is logged and runs again next
time; it never takes the scheduler down.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from apscheduler.events import EVENT_SCHEDULER_SHUTDOWN
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask

from tracker import clock, estimates
from tracker.accounts import jobs as accounts
from tracker.api import jobs as api
from tracker.attachments import jobs as attachments
from tracker.config import Config
from tracker.dashboards import jobs as dashboards
from tracker.db import db, writing
from tracker.errors import DomainError
from tracker.exports import jobs as exports
from tracker.followups import jobs as followups
from tracker.followups import letters, lines, restoring, storm, undelivered
from tracker.guides import jobs as guides
from tracker.hours import habits
from tracker.imports import jobs as imports
from tracker.issues import jobs as issues
from tracker.needs import jobs as needs
from tracker.outbox import jobs as outbox
from tracker.outbox.rules import DEAD
from tracker.triage import jobs as triage

LATE_SECONDS = 3600
"""A job whose time passed while the machine slept still runs: everything it does goes by what is due, not by when."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """One job: its name, what it does, every how many seconds; `at_will` does it for an instant that somebody names.

    Nothing hangs on an hour of the night, when an office computer is off: what is due once a day looks for itself.
    """

    name: str
    run: Callable[[datetime], object]
    seconds: int
    what: str = ""
    at_will: Callable[[datetime], object] | None = None


def deliver(now: datetime) -> object:
    """Send letters, unless a restored copy holds them back."""
    held = restoring.is_held()
    db.session.rollback()
    if held:
        return {}
    done = outbox.deliver(
        now,
        needed=lambda letter: letters.still_needed(letter) and not undelivered.became_note(letter, now),
        readers=outbox.Readers(habits.habit, lambda letter: lines.line(letter, now)),
    )
    if done[DEAD]:
        undelivered.tell(now)
        db.session.commit()
    if done["stale"]:
        followups.count_stale(done["stale"])
    if storm.tell(now):
        db.session.commit()
    return done


JOBS = (
    Job("chase", followups.tick, 5, what="Take what changed, chase what is due.", at_will=followups.tick_at),
    Job("letters", deliver, seconds=5, what="Send letters."),
    Job("tally", dashboards.tally, seconds=5, what="Keep the sums of the overview true."),
    Job(
        "audit", followups.audit, seconds=60, what="Look once an hour whether each promise of chasing holds."
    ),
    Job("prune", accounts.prune, seconds=3600, what="Forget tries, ended sessions and dead links."),
    Job("answers", api.forget_answers, seconds=3600, what="Forget the answers kept for repeated API calls."),
    Job("drafts", issues.forget_drafts, seconds=3600, what="Forget what was typed long ago and never sent."),
    Job("learn", issues.learn, seconds=1800, what="Learn once a day which words tell issues apart."),
    Job(
        "review",
        guides.remind_reviewers,
        seconds=3600,
        what="Remind of answers that have to be looked at again.",
    ),
    Job("sweep", attachments.sweep, seconds=4 * 3600, what="Delete files that stand in no case."),
    Job(
        "imports", imports.run_imports, seconds=5, what="Try, bring in and take back tables of past records."
    ),
    Job(
        "batches",
        triage.work_off,
        seconds=2,
        what="Go on with the acts on many issues that people asked for.",
    ),
    Job(
        "snoozed", issues.wake_snoozed, seconds=30, what="Bring back the issues that were to come back later."
    ),
    Job("alike", issues.group_alike, seconds=5, what="Look at new reports for others like them."),
    Job("needs", needs.remind, seconds=1800, what="Say which needs are due to be looked at again."),
    Job("bundles", exports.make_bundles, seconds=5, what="Make the ZIP files that people asked for."),
    Job(
        "estimates", estimates.keep, seconds=6 * 3600, what="Count rows anew, so that each is found quickly."
    ),
    Job(
        "backup",
        exports.nightly_backup,
        seconds=1800,
        what="Back up once a night, or later when it was missed.",
    ),
)

LEAVE = Job("leave", followups.leave, seconds=0, what="Say that this node ends by itself.")


def job(name: str) -> Job:
    """The job of this name; DomainError when there is none."""
    for one in JOBS:
        if one.name == name:
            return one
    raise DomainError(f"no job {name!r}; there are: {', '.join(one.name for one in JOBS)}")


def run_once(app: Flask, name: str, at: datetime | None = None) -> object:
    """Run one job now, as if the instant were `at`; answers what the job answers.  Raises what the job raises."""
    chosen = job(name)
    with _ground(app):
        return (chosen.at_will or chosen.run)(at) if at is not None else chosen.run(present())


def present() -> datetime:
    """The instant that chasing goes by: PostgreSQL's clock, one for all nodes, or this process's."""
    return followups.database_time() or clock.now()


def start(app: Flask) -> BackgroundScheduler:
    """Start ticking in the background; `stop` ends it."""
    config: Config = app.config["TRACKER"]
    # That a tick is passed over while the one before still works is as it should be.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(timezone=config.zone, job_defaults={"coalesce": True, "max_instances": 1})
    for one in JOBS:
        scheduler.add_job(
            _safely, IntervalTrigger(seconds=one.seconds), args=(app, one), id=one.name, name=one.name,
            misfire_grace_time=LATE_SECONDS,
        )  # fmt: skip
    scheduler.add_listener(lambda _event: _safely(app, LEAVE), EVENT_SCHEDULER_SHUTDOWN)
    scheduler.start()
    return scheduler


def stop(scheduler: BackgroundScheduler) -> None:
    """Let what runs come to its end, then stop."""
    scheduler.shutdown(wait=True)


def _safely(app: Flask, one: Job) -> None:
    try:
        with _ground(app):
            one.run(present())
    except Exception:
        log.exception("job %s failed and will run again", one.name)


@contextmanager
def _ground(app: Flask) -> Iterator[None]:
    """An app context with a session of its own, which takes SQLite's write lock where it begins."""
    with app.app_context():
        token = writing.set(True)
        try:
            yield
        except BaseException:
            db.session.rollback()
            raise
        finally:
            writing.reset(token)
            db.session.remove()
