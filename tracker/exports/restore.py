"""Bringing a backup back: checked first, loaded in one transaction, its letters held until somebody says since when."""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, text, update

from tracker import index, schema
from tracker.accounts.models import Person, SignInLink
from tracker.db import db
from tracker.errors import DomainError
from tracker.exports.backup import FORMAT, MANIFEST, backup
from tracker.exports.dump import AT_ONCE, DOCUMENTS, Layout, Moved, file_digest, layout_of, read_table
from tracker.followups import restoring
from tracker.index import ddl
from tracker.issues.models import Issue
from tracker.records.models import Record


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a whole backup; DomainError naming the file that is missing or changed."""
    path = folder / MANIFEST
    if not path.is_file():
        raise DomainError(f"{folder} holds no backup: {MANIFEST} is missing")
    try:
        manifest: Any = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise DomainError(f"{path} is damaged") from error
    if isinstance(manifest, dict) and manifest.get("format") != FORMAT:
        raise DomainError(
            f"{folder} has the backup format {manifest.get('format')!r}, this program reads {FORMAT}"
        )
    if not _is_manifest(manifest):
        raise DomainError(f"{path} is damaged")
    if not schema.knows(manifest["revision"]):
        raise DomainError(
            f"{folder} was made by another version of this program (revision {manifest['revision']}); "
            "nothing was restored"
        )
    for place, digest in _digests(manifest):
        file = folder / place
        inside = file.resolve().is_relative_to(folder.resolve())
        if not inside or not file.is_file() or file_digest(file) != digest:
            raise DomainError(f"{file} is missing or damaged; nothing was restored")
    return dict(manifest)


def _is_manifest(found: Any) -> bool:
    """Whether it says of each table and file what a backup of ours says."""
    if not isinstance(found, dict) or not isinstance(found.get("revision"), str):
        return False
    tables, files = found.get("tables"), found.get("attachments")
    if (
        not isinstance(tables, dict)
        or not isinstance(files, dict)
        or not isinstance(found.get("made_at"), str)
    ):
        return False
    named = all(name.isidentifier() and isinstance(facts, dict) and isinstance(facts.get("rows"), int)
                for name, facts in tables.items())  # fmt: skip
    return named and all(
        isinstance(facts, dict) and isinstance(facts.get("sha256"), str)
        for facts in [*tables.values(), *files.values()]
    )


def _digests(manifest: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, facts in manifest["tables"].items():
        yield f"tables/{name}.jsonl.gz", facts["sha256"]
    for name, facts in manifest["attachments"].items():
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise DomainError(f"the backup names a file outside of itself: {name}")
        yield f"attachments/{name}", facts["sha256"]


def is_empty() -> bool:
    """Whether nobody has used this installation yet: no people, no cases."""
    used = any(db.session.scalar(select(one).limit(1)) for one in (Person.id, Issue.id, Record.id))
    # The load has a connection of its own, for which this one must not hold SQLite's write lock.
    db.session.rollback()
    return not used


def restore(
    folder: Path, *, attachments: Path, at: datetime, replace: bool, progress: Callable[[int], Moved]
) -> dict[str, Any]:
    """Load the backup into an empty installation, or with `replace` in place of what is there; returns its manifest.

    The database is at the backup's revision while it is loaded and at this program's afterwards.  What was there is
    copied first, and put back when the load fails: the caller commits in either case.
    """
    manifest = read_manifest(folder)
    if not replace and not is_empty():
        raise DomainError("this installation is not empty: --replace puts the backup in its place")
    moved = progress(sum(facts["rows"] for facts in manifest["tables"].values()))
    for name in manifest["attachments"]:
        target = attachments / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / "attachments" / name, target)
    if schema.current() == manifest["revision"]:
        _bring_back(folder, manifest, moved)
    else:
        _bring_back_older(folder, manifest, moved, at=at)
    _end_sessions(at)
    # What this copy would send may have been sent by the installation it came from (`tracker resume`).
    restoring.hold(at)
    return manifest


def _bring_back(folder: Path, manifest: dict[str, Any], moved: Moved) -> None:
    with db.engine.begin() as connection:
        _load(connection, folder, manifest, moved)
    schema.upgrade()
    _index_again(folder, manifest)


def _bring_back_older(folder: Path, manifest: dict[str, Any], moved: Moved, *, at: datetime) -> None:
    """The schema itself is made anew, which is no transaction: so what is there is put by."""
    with TemporaryDirectory(prefix="tracker-restore-") as place:
        aside = Path(place) / "before"
        before = backup(aside, attachments=Path(place) / "none", at=at, progress=lambda _steps: _uncounted)
        try:
            _at_revision(manifest["revision"])
            _bring_back(folder, manifest, moved)
        except BaseException:
            db.session.rollback()
            _at_revision(before["revision"])
            _bring_back(aside, before, _uncounted)
            raise


def _at_revision(revision: str) -> None:
    """An empty schema of the backup's own time; only an installation that is emptied anyway comes here."""
    if schema.current():
        with db.engine.begin() as connection:
            _empty(connection, layout_of(connection))
    schema.downgrade("base")
    schema.upgrade(revision)


def _uncounted(_size: int) -> None:
    """Progress of what nobody waits for."""


def _end_sessions(at: datetime) -> None:
    """A session or link that was ended after the backup was made must not live again: everybody signs in anew."""
    # Higher than any that was given out before, whoever's password changed how often.
    db.session.execute(update(Person).values(session_epoch=int(at.timestamp()) // 60))
    db.session.execute(delete(SignInLink))


def _load(connection: Connection, folder: Path, manifest: dict[str, Any], moved: Moved) -> None:
    layout = layout_of(connection)
    missing = sorted(set(manifest["tables"]) - {table.name for table in layout.tables})
    if missing:
        raise DomainError(f"the database has no table {missing[0]}; nothing was restored")
    _empty(connection, layout)
    for table in layout.tables:
        if table.name in manifest["tables"] and table.name != DOCUMENTS:
            _fill(connection, table, folder, layout.later.get(table.name, []), moved)
    for table in layout.tables:
        if table.name in manifest["tables"] and layout.later.get(table.name):
            _set_references(connection, table, folder, layout.later[table.name])
    if connection.dialect.name == "postgresql":
        _continue_counting(connection, layout.tables)


def _empty(connection: Connection, layout: Layout) -> None:
    """Take every row away, references first."""
    for table in layout.tables:
        names = [name for name in layout.later.get(table.name, []) if table.c[name].nullable]
        if names:
            connection.execute(update(table).values(dict.fromkeys(names)))
    for table in reversed(layout.tables):
        connection.execute(delete(table))
    ddl.empty(connection)


def _fill(connection: Connection, table: Table, folder: Path, later: Iterable[str], moved: Moved) -> None:
    rows = read_table(folder / "tables" / f"{table.name}.jsonl.gz", table)
    while some := list(islice(rows, AT_ONCE)):
        connection.execute(insert(table), [{**row, **dict.fromkeys(later)} for row in some])
        moved(len(some))


def _set_references(connection: Connection, table: Table, folder: Path, later: list[str]) -> None:
    """Set what refers to rows that came later, to this table's own rows or around a circle."""
    key = next(iter(table.primary_key.columns))
    change = (
        update(table).where(key == bindparam("_row")).values({name: bindparam(f"_{name}") for name in later})
    )
    rows = (
        row
        for row in read_table(folder / "tables" / f"{table.name}.jsonl.gz", table)
        if any(row[n] for n in later)
    )
    while some := list(islice(rows, AT_ONCE)):
        connection.execute(
            change, [{"_row": row[key.name], **{f"_{n}": row[n] for n in later}} for row in some]
        )


def _continue_counting(connection: Connection, tables: list[Table]) -> None:
    """Let PostgreSQL's sequences go on after the highest id."""
    for table in tables:
        for column in table.primary_key.columns:
            sequence = connection.scalar(
                text("SELECT pg_get_serial_sequence(:table, :column)"),
                {"table": table.name, "column": column.name},
            )
            if sequence:
                highest = connection.scalar(select(func.max(column)))
                connection.execute(
                    text("SELECT setval(CAST(:sequence AS regclass), :value, :used)"),
                    {"sequence": sequence, "value": highest or 1, "used": highest is not None},
                )


def _index_again(folder: Path, manifest: dict[str, Any]) -> None:
    """Index the documents under this engine's own index."""
    if DOCUMENTS not in manifest["tables"]:
        return
    with db.engine.connect() as connection:
        table = next(table for table in layout_of(connection).tables if table.name == DOCUMENTS)
    rows = read_table(folder / "tables" / f"{DOCUMENTS}.jsonl.gz", table)
    while some := list(islice(rows, AT_ONCE)):
        index.put_many([(row["id"], row["public"], row["staff"]) for row in some])
    db.session.flush()
