"""`tracker backup`, `tracker restore`, `tracker audit`."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import func, select

from tracker import audit, clock, estimates
from tracker.audit.models import Entry
from tracker.cli.ground import config, migrate, with_app
from tracker.cli.progress import bar
from tracker.db import db
from tracker.exports import backup as copies
from tracker.exports import restore as returns
from tracker.exports.dump import Moved


@click.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_app(reading=True)
def backup_(folder: Path) -> None:
    """Back up the database and the attachments into FOLDER, which must be new; people may go on working.

    \b
    Example:
      tracker backup /srv/backups/2026-11-23
    """
    with _steps("backing up") as steps:
        made = copies.backup(folder, attachments=config().attachments_dir, at=clock.now(), progress=steps)
    rows = sum(facts["rows"] for facts in made["tables"].values())
    print(f"{folder}: {rows} rows, {len(made['attachments'])} attachments")


@click.command("restore")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Put the backup in place of what is there.")
@with_app(migrated=False)
def restore_(folder: Path, replace: bool) -> None:
    """Restore the backup in FOLDER into an empty installation.  Letters are held until `tracker resume --since …`.

    \b
    Example:
      tracker restore /srv/backups/2026-11-23
      tracker restore /srv/backups/2026-11-23 --replace
    """
    migrate()
    try:
        with _steps("restoring") as steps:
            made = returns.restore(
                folder, attachments=config().attachments_dir, at=clock.now(), replace=replace, progress=steps
            )
    finally:
        # Also what a restore that failed has put back.
        db.session.commit()
    estimates.renew()
    broken = sum(1 for _ in audit.verify())
    print(
        f"restored as of {made['made_at']}; audit trail: {'whole' if not broken else f'{broken} broken entries'}"
    )
    print("letters and chases are held; let them go on with: tracker resume --since INSTANT")


class _steps:
    """A progress bar whose length becomes known only when the work begins."""

    def __init__(self, what: str) -> None:
        self.what = what
        console = Console(stderr=True)
        self.progress = Progress(console=console, transient=True, disable=not console.is_terminal)

    def __enter__(self) -> "_steps":
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def __call__(self, total: int) -> Moved:
        task = self.progress.add_task(self.what, total=total)
        return lambda size: self.progress.advance(task, size)


@click.group("audit")
def audit_() -> None:
    """Check the audit trail.

    \b
    Example:
      tracker audit verify
    """


@audit_.command()
@with_app(reading=True)
def verify() -> None:
    """Recompute every hash of the trail; exit 1 naming each entry that was changed or is missing.

    \b
    Example:
      tracker audit verify
    """
    entries = db.session.scalar(select(func.count(Entry.id))) or 0
    broken = 0
    with bar("checking", None):
        for line in audit.verify():
            broken += 1
            print(line)
    if broken:
        raise click.ClickException(f"{broken} of {entries} entries do not hold")
    print(f"{entries} entries, all whole")
