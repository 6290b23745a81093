"""`tracker import` and `tracker export`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

import click

from tracker import clock, estimates
from tracker.cli.ground import config, with_app
from tracker.cli.progress import bar
from tracker.db import db
from tracker.exports import avid, comparison, record_zip, tables
from tracker.imports import actions, record_bytes, record_writing
from tracker.imports.formats import FORMATS, read
from tracker.imports.reading import json_pieces

SHOWN, RECORDS = 20, "records"


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--format", "name", required=True, type=click.Choice([*FORMATS, RECORDS]), help="How the file is written."
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
      tracker import records.zip --format records
    """
    zone, at = config().zone, clock.now()
    if name == RECORDS:
        _records(file, system, at, dry_run=dry_run)
        return
    report = actions.Report()
    with bar(f"importing {file.name}", file.stat().st_size) as progress:
        rows = read(file, name, zone=zone, system=system, progress=progress)
        for so_far in actions.write(rows, at=at, zone=zone):
            report = so_far
            if not dry_run:
                db.session.commit()
    db.session.rollback()
    if not dry_run:
        estimates.renew()
    _tell(report, dry_run=dry_run)


def _records(file: Path, system: str, at: datetime, *, dry_run: bool) -> None:
    """Finished records as `export records` or the menu of a record wrote them, each whole or not at all."""
    if system:
        raise click.UsageError("--system does not go with records: each names its own")
    report = actions.Report()
    with record_bytes.opened(file, keep=not dry_run) as (found, came):
        for so_far in record_writing.write(found, at, came):
            report = so_far
            if not dry_run:
                db.session.commit()
        db.session.rollback()
    if not dry_run:
        estimates.renew()
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
@click.argument("what", type=click.Choice([*tables.TABLES, "avid"]))
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv", "zip"]),
    help="How to write it; avid is always jsonl, zip is records with their files.",
)
@click.option("--to", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write into this file.")
@click.option(
    "--sealed", is_flag=True, help="For records: with the evidence of cases that personal data seals."
)
@click.option("--compare", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="For avid: the file that was imported; prints by field what came back.")  # fmt: skip
@with_app(reading=True)
def export_(what: str, form: str | None, path: Path | None, compare: Path | None, sealed: bool) -> None:
    """Write all issues, records, chases or audit entries, by default to standard output.

    Evidence is left out, and of sealed issues the description too.  `avid` writes the AVID cases of the case library
    as AVID report JSON, one report a line.

    \b
    Example:
      tracker export issues --format csv > issues.csv
      tracker export records --format zip --sealed --to records.zip
      tracker export avid --to reports.jsonl --compare imported.jsonl
    """
    if what != "avid" and (form is None or compare is not None):
        raise click.UsageError(
            "--format jsonl or csv is needed" if form is None else "--compare goes with avid"
        )
    if sealed and what != "records":
        raise click.UsageError("--sealed goes with records")
    if what == "avid" and form == "csv":
        raise click.UsageError("avid is written as jsonl")
    if form == "zip":
        if what != "records" or path is None:
            raise click.UsageError("zip goes with records and --to")
        with bar("exporting records", tables.count(what)) as progress:
            record_zip.write(path, progress, sealed=sealed)
        return
    with written(path) as out:
        if what == "avid":
            _avid(out, compare)
        else:
            with bar(f"exporting {what}", tables.count(what)) as progress:
                tables.write(what, str(form), out, progress, sealed=sealed)


def _avid(out: TextIO, compare: Path | None) -> None:
    """The AVID cases of the library; what came back of a file goes to standard error."""
    reports = list(avid.library(config().zone))
    out.writelines(avid.lines(reports))
    if compare is not None:
        before = [piece.raw for piece in json_pieces(compare, lambda size: None) if piece.raw is not None]
        for line in comparison.table(comparison.compare(comparison.paired(before, reports))):
            print(line, file=sys.stderr)


@contextmanager
def written(path: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that stands under its name only when it is whole."""
    if path is None:
        yield sys.stdout
        return
    unfinished = path.with_name(f"{path.name}.part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as out:
            yield out
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
