"""`tracker import` and `tracker export`."""

import sys
from pathlib import Path

import click

from tracker import clock
from tracker.cli.ground import bar, config, with_app
from tracker.db import db
from tracker.exports import tables
from tracker.imports import actions
from tracker.imports.formats import FORMATS, read

SHOWN = 20


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--format", "name", required=True, type=click.Choice(list(FORMATS)), help="How the file is written."
)
@click.option("--system", default="", help="The AI system of all rows, in place of what they say.")
@click.option("--dry-run", is_flag=True, help="Read and check everything, keep nothing.")
@with_app()
def import_(file: Path, name: str, system: str, dry_run: bool) -> None:
    """Import issues from FILE.  A second run adds nothing; a broken row is named by its line and skipped (exit 1).

    \b
    Example:
      tracker import reports.jsonl --format avid
      tracker import issues.json --format github --system "Chat assistant" --dry-run
    """
    zone, at = config().zone, clock.now()
    report = actions.Report()
    with bar(f"importing {file.name}", file.stat().st_size) as progress:
        rows = read(file, name, zone=zone, system=system, progress=progress)
        for so_far in actions.write(rows, at=at, zone=zone):
            report = so_far
            if not dry_run:
                db.session.commit()
    db.session.rollback()
    _tell(report, dry_run=dry_run)


def _tell(report: actions.Report, *, dry_run: bool) -> None:
    for line in report.notes[:SHOWN]:
        print(f"note: {line}", file=sys.stderr)
    if len(report.notes) > SHOWN:
        print(
            f"note: {len(report.notes) - SHOWN} more notes; what they name is kept with the issues",
            file=sys.stderr,
        )
    for line in report.bad:
        print(f"skipped: {line}", file=sys.stderr)
    verb = "would add" if dry_run else "added"
    print(f"{verb} {report.added}, already there {report.known}, skipped {len(report.bad)}")
    if report.bad:
        click.get_current_context().exit(1)


@click.command("export")
@click.argument("what", type=click.Choice(list(tables.TABLES)))
@click.option("--format", "form", required=True, type=click.Choice(["jsonl", "csv"]), help="How to write it.")
@with_app(reading=True)
def export_(what: str, form: str) -> None:
    """Write all issues, records, chases or audit entries to standard output.

    Evidence is left out, and of sealed issues the description too.

    \b
    Example:
      tracker export issues --format csv > issues.csv
    """
    with bar(f"exporting {what}", tables.count(what)) as progress:
        tables.write(what, form, sys.stdout, progress)
