"""`tracker chase`, `tracker resume`, `tracker jobs`."""

from datetime import datetime

import click

from tracker import clock, scheduler
from tracker.cli.ground import Instant, app, aware, with_app
from tracker.db import db
from tracker.followups import actions, queries, restoring
from tracker.followups.jobs import tick, tick_at

SHOWN = 10_000


@click.command("chase")
@click.option(
    "--once", is_flag=True, required=True, help="Look once and end; the scheduler does it every few seconds."
)
@click.option("--at", type=Instant(), help="As if it were this instant.")
@click.option("--dry-run", is_flag=True, help="Show who would be chased; change nothing.")
@with_app()
def chase_(once: bool, at: datetime | None, dry_run: bool) -> None:
    """Look once for what is due, and chase it.

    \b
    Example:
      tracker chase --once --dry-run
      tracker chase --once --at 2026-11-23T09:00+08:00
    """
    now = aware(at) if at else scheduler.present()
    if not dry_run:
        print(f"{tick_at(now) if at else tick(now)} steps fired")
        return
    while actions.take(now) >= actions.TAKEN:
        pass
    planned = queries.would_send(now, limit=SHOWN)
    for one in planned:
        what, decision = one.obligation, one.decision
        to = (
            ", ".join(f"{person.name} ({person.role})" for person in decision.to) or f"nobody: {decision.why}"
        )
        where = (
            decision.subject.about.number if decision.subject else f"{what.subject_kind} {what.subject_id}"
        )
        step = decision.turn.fires.step.name if decision.turn else what.step
        print(f"{where}: {what.clock}, {step}, due {what.due_at:%Y-%m-%d %H:%M}Z, to {to}")
    db.session.rollback()
    print(f"{len(planned)} steps would fire")


@click.command("resume")
@click.option(
    "--since", type=Instant(), required=True, help="When the lost installation sent its last letters."
)
@with_app()
def resume_(since: datetime) -> None:
    """After a restore, let letters and chases go on; what fell due before SINCE counts as sent.

    \b
    Example:
      tracker resume --since 2026-11-23T02:30+08:00
    """
    passed = restoring.resume(aware(since), clock.now())
    db.session.commit()
    print(f"letters go out again; {passed} steps due before that instant are passed by")


@click.group("jobs")
def jobs_() -> None:
    """List the scheduled jobs, or run one now.

    \b
    Example:
      tracker jobs list
    """


@jobs_.command("list")
def list_jobs() -> None:
    """Print each job's name and how often it runs.

    \b
    Example:
      tracker jobs list
    """
    for job in scheduler.JOBS:
        often = f"every {job.seconds} s"
        print(f"{job.name:10} {often:18} {job.what}")


@jobs_.command()
@click.argument("name")
@click.option("--at", type=Instant(), help="As if it were this instant.")
@with_app()
def once(name: str, at: datetime | None) -> None:
    """Run the job NAME once, now.

    \b
    Example:
      tracker jobs once chase --at 2026-11-23T09:00+08:00
    """
    if name not in {job.name for job in scheduler.JOBS}:
        raise click.UsageError(f"there is no job {name!r}; see tracker jobs list")
    answer = scheduler.run_once(app(), name, aware(at) if at else None)
    print(f"{name}: done" + (f", {answer}" if answer else ""))
