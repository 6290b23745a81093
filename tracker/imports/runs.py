"""A table of last year's records from its upload to its end: mapped, tried, brought in batch by batch, undone.

Nothing here commits.  Work that takes long is done by `jobs`, one step after the other, each under a lease.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import and_, or_

from tracker import attachments, audit
from tracker.accounts.models import Person
from tracker.accounts.rules import SUPERVISOR, Actor, Limit
from tracker.attachments import actions as attachment_acts
from tracker.attachments import queries as attached
from tracker.attachments.actions import Upload
from tracker.db import claimed, db
from tracker.errors import DomainError, NotAllowed, WrongState
from tracker.imports import labels, sheets, words
from tracker.imports.models import (
    BUSY,
    CHECKED,
    CHECKING,
    DONE,
    DROPPED,
    FAILED,
    MAPPING,
    UNDOING,
    WAITING,
    WORKING,
    ImportRun,
)  # fmt: skip
from tracker.imports.sheets import Reading
from tracker.imports.unreadable import Unreadable
from tracker.systems.models import AISystem

LEASE = timedelta(minutes=5)
# Files up to this size are tried at once, longer ones in the background.
AT_ONCE_BYTES = 300_000


def may(actor: Actor) -> bool:
    """History is brought in by those who supervise everything: a table may tell of any system and unit."""
    return actor.is_(SUPERVISOR) and actor.limits.get(SUPERVISOR, Limit()).everywhere


def begin(upload: Upload, *, by: Actor, at: datetime) -> ImportRun:
    """Keep the file and guess how it is read.  DomainError for what is no table of ours."""
    if not may(by) or by.person_id is None:
        raise NotAllowed("import")
    if (upload.filename or "").lower().endswith((".json", ".zip")):
        raise _no_table("records")
    run = ImportRun(
        by_id=by.person_id,
        at=at,
        filename=(upload.filename or "")[:200],
        stage=MAPPING,
        reading={},
        columns={},
        report={},
    )
    db.session.add(run)
    db.session.flush()
    stored = attachments.store([upload], subject=(ImportRun.kind_name, run.id), by=by, at=at, field="file")
    ending = stored[0].filename.rpartition(".")[2] if stored else ""
    if ending not in (sheets.XLSX, sheets.CSV):
        raise _no_table("kind")
    run.filename = stored[0].filename
    path = path_of(run)
    try:
        encoding = "" if ending == sheets.XLSX else sheets.encoding_of(path)
        how = Reading(ending, encoding, "," if not encoding else sheets.delimiter_of(path, encoding))
        read_as(run, how, head=None)
    except Unreadable as error:
        raise _no_table(error.why) from error
    audit.record("import_run.begin", run, by=by, at=at, after={"sha256": stored[0].sha256})
    return run


def _no_table(why: str) -> DomainError:
    text = str(words.UNREADABLE_WORDS[why])
    return DomainError(text, fields={"file": text})


def read_as(run: ImportRun, how: Reading, head: int | None) -> None:
    """Read the file in this way from now on; without a line of headings the likeliest one is taken.

    Raises Unreadable.  The columns are suggested anew.
    """
    path = path_of(run)
    how = Reading(**asdict(how) | {"head": head or _likely_head(path, how)})
    titles = sheets.headings(path, how)
    run.reading = asdict(how)
    run.columns = {str(place): key for place, key in labels.suggest(titles).items()}
    run.stage, run.report, run.rows, run.done, run.error = MAPPING, {}, 0, 0, ""


def _likely_head(path: Path, how: Reading) -> int:
    """The line among the first ones that names most fields; a title may stand above the headings."""
    known = labels.names()
    best, most = 1, 0
    for number, cells in sheets.first_lines(path, how):
        score = 1000 * len({known[labels.plain(cell)] for cell in cells if labels.plain(cell) in known})
        score += sum(1 for cell in cells if cell.strip()) if not most else 0
        if score > most:
            best, most = number, score
    return best


def path_of(run: ImportRun) -> Path:
    folder: Path = current_app.config["TRACKER"].attachments_dir
    return folder / attached.files(ImportRun.kind_name, run.id)[0].stored_name


def map_columns(run: ImportRun, wanted: Mapping[int, str], system: AISystem | None) -> None:
    """Which column holds which field, and whose system the rows without one tell of.  DomainError for what is wrong."""
    must_be(run, "map", MAPPING, CHECKED)
    chosen = {place: key for place, key in wanted.items() if key}
    wrong = {}
    twice = {key for key in chosen.values() if list(chosen.values()).count(key) > 1}
    for place, key in chosen.items():
        if key not in labels.TARGETS:
            wrong[f"column_{place}"] = _("Choose one of the list")
        elif key in twice:
            wrong[f"column_{place}"] = _("Another column has this field already")
    if not {"description", labels.TITLE} & set(chosen.values()):
        wrong["columns"] = _("Choose the column that tells what happened")
    if not set(chosen.values()) & {"reported_at", "occurred_at", "aware_at", "closed_at"}:
        wrong["when"] = _(
            "Choose a column with a date: when it was reported, happened, became known or was closed"
        )
    if wrong:
        raise DomainError(" ".join(dict.fromkeys(wrong.values())), fields=wrong)
    run.columns = {str(place): key for place, key in chosen.items()}
    run.system_id = system.id if system is not None else None
    run.stage = CHECKING


def start(run: ImportRun, *, by: Actor, at: datetime) -> None:
    """Ask for the rows to be brought in; the scheduler takes it up."""
    must_be(run, "start", CHECKED)
    if not run.report.get("fresh"):
        raise DomainError(_("There is nothing new to bring in."))
    run.stage, run.done = WAITING, 0
    audit.record("import_run.start", run, by=by, at=at, after={"n": run.report["fresh"]})


def ask_undo(run: ImportRun, *, by: Actor, at: datetime) -> None:
    """Ask for the whole import to be taken back."""
    must_be(run, "undo", DONE, FAILED)
    run.stage, run.done = UNDOING, 0
    audit.record("import_run.undo", run, by=by, at=at, after={"n": run.added})


def drop(run: ImportRun, *, by: Actor, at: datetime) -> None:
    """Let go of a file that was not brought in."""
    must_be(run, "drop", MAPPING, CHECKED, CHECKING)
    forget_file(run, at)
    run.stage, run.ended_at = DROPPED, at
    audit.record("import_run.drop", run, by=by, at=at)


def forget_file(run: ImportRun, at: datetime) -> None:
    for one in attached.files(ImportRun.kind_name, run.id):
        attachment_acts.discard(one, at=at)


def claim(now: datetime) -> ImportRun | None:
    """Take one that has something to be done, or that a node which died left behind; none when there is nothing."""
    free = and_(ImportRun.stage.in_(BUSY), or_(ImportRun.lease_until.is_(None), ImportRun.lease_until < now))
    mine = claimed(ImportRun, free, lease_until=now + LEASE)
    if mine is not None and mine.stage == WAITING:
        mine.stage = WORKING
    return mine


def writer(run: ImportRun) -> Actor:
    """Who stands in the trail for what is brought in: the one who asked for it."""
    person: Person = run.by
    return Actor(person_id=person.id, name=person.name, roles=frozenset({SUPERVISOR}))


def must_be(run: ImportRun, act: str, *stages: str) -> None:
    if run.stage not in stages:
        raise WrongState(act=act)
