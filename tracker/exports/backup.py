"""A backup: every table and every attachment in one folder, taken while people work, checked by digests.

It holds no secret key and no password in clear; what it holds of people it holds in clear, so keep it where only
those may look who may see every case.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from tracker import schema
from tracker.db import db, writing
from tracker.errors import DomainError
from tracker.exports.dump import Moved, file_digest, layout_of, write_table

MANIFEST = "manifest.json"
FORMAT = 1


def backup(
    folder: Path, *, attachments: Path, at: datetime, progress: Callable[[int], Moved]
) -> dict[str, Any]:
    """Write a backup into `folder`, which must not exist or be empty; returns its manifest.

    `progress` is told how many steps there will be and answers with the function that counts them.
    Nothing half done is left under the folder's name: it is written beside and renamed at the end.
    """
    if folder.exists() and any(folder.iterdir()):
        raise DomainError(f"{folder} is not empty; give a new folder for each backup")
    beside = folder.parent / f".{folder.name}.partial"
    shutil.rmtree(beside, ignore_errors=True)
    (beside / "tables").mkdir(parents=True, mode=0o700)
    try:
        manifest = _written(beside, attachments=attachments, at=at, progress=progress)
        if folder.exists():
            folder.rmdir()
        beside.rename(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return manifest


def _written(
    folder: Path, *, attachments: Path, at: datetime, progress: Callable[[int], Moved]
) -> dict[str, Any]:
    with snapshot() as connection:
        layout = layout_of(connection)
        total = sum(
            connection.scalar(select(func.count()).select_from(table)) or 0 for table in layout.tables
        )
        files = attachment_files(attachments)
        moved = progress(total + len(files))
        tables = {
            table.name: write_table(connection, table, folder / "tables" / f"{table.name}.jsonl.gz", moved)
            for table in layout.tables
        }
        revision = schema.current()
    # After the rows: what they name was stored before them and is never changed, so no row misses its file.
    kept = {}
    for path in attachment_files(attachments):
        try:
            kept[path] = _copy(attachments / path, folder / "attachments" / path)
        except FileNotFoundError:
            # An upload that was given up, or swept away, since the list was made.
            continue
        moved(1)
    manifest = {
        "format": FORMAT, "made_at": at.astimezone(UTC).isoformat(), "revision": revision,
        "engine": db.engine.dialect.name, "tables": tables, "attachments": kept,
    }  # fmt: skip
    _keep(folder / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True))
    return manifest


@contextmanager
def snapshot() -> Iterator[Connection]:
    """A connection that sees the database as it stood at one instant, and takes no lock from those who write."""
    token = writing.set(False)
    try:
        with db.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            with connection.begin():
                yield connection
    finally:
        writing.reset(token)


def attachment_files(folder: Path) -> list[str]:
    """All files below the folder, as relative paths; files that are still being written begin with a dot."""
    if not folder.is_dir():
        return []
    found = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return sorted(path.relative_to(folder).as_posix() for path in found)


def _copy(source: Path, target: Path) -> dict[str, Any]:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return {"size": target.stat().st_size, "sha256": file_digest(target)}


def _keep(path: Path, text: str) -> None:
    """Write a file and see it safely on the disk: it says that the backup is whole."""
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
