"""The bytes of files that come with records: a ZIP of their JSON and of `files/<SHA-256>`, or JSON alone without any.

Every file of a record is held against its digest before anything of the record is written.
"""

import hashlib
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from tracker import attachments
from tracker.attachments.models import Attachment
from tracker.db import db
from tracker.errors import DomainError
from tracker.imports import record_file
from tracker.imports.rows import BadRow

FOLDER = "files/"
CHUNK = MIB = 1024 * 1024
PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError)
Read = Iterator[tuple[int, dict[str, Any] | BadRow]]


@dataclass(frozen=True)
class Files:
    """What came along; `keep` is false where everything is only looked at."""

    archive: zipfile.ZipFile | None = None
    keep: bool = True

    def check(self, found: Mapping[str, Any]) -> None:
        """Raise BadRow for a file of this record that is not what its digest says, or cannot be read."""
        for name, sha256 in _listed(found):
            entry = self._entry(sha256)
            if entry is None or self.archive is None:
                continue
            _must_be_short(name, entry)
            try:
                with self.archive.open(entry) as stream:
                    digest = hashlib.sha256()
                    while chunk := stream.read(CHUNK):
                        digest.update(chunk)
            except BROKEN:
                raise BadRow(f"file {name} ({sha256[:12]}…) is damaged in the ZIP") from None
            if digest.hexdigest() != sha256:
                raise BadRow(f"file {name} ({sha256[:12]}…) is not what its digest says")

    def bring(self, subjects: Sequence[tuple[str, int]]) -> int:
        """Keep the bytes of these subjects' files; answers how many stayed where the records came from."""
        missing = 0
        for kind, subject_id in subjects:
            mine = (
                Attachment.subject_kind == kind,
                Attachment.subject_id == subject_id,
                Attachment.stored_name == "",
            )
            for row in db.session.scalars(select(Attachment).where(*mine).order_by(Attachment.id)):
                entry = self._entry(row.sha256)
                if entry is None or self.archive is None:
                    missing += 1
                elif self.keep:
                    self._keep(row, entry)
        return missing

    def _keep(self, row: Attachment, entry: zipfile.ZipInfo) -> None:
        assert self.archive is not None
        try:
            with self.archive.open(entry) as stream:
                attachments.take_in(row, stream)
        except DomainError as error:
            raise BadRow(f"file {row.filename}: {error.text}") from error
        except BROKEN:
            raise BadRow(f"file {row.filename} is damaged in the ZIP") from None

    def _entry(self, sha256: str) -> zipfile.ZipInfo | None:
        if self.archive is None:
            return None
        try:
            return self.archive.getinfo(f"{FOLDER}{sha256}")
        except KeyError:
            return None


NO_FILES = Files()


def _must_be_short(name: str, entry: zipfile.ZipInfo) -> None:
    """Raise BadRow for more than one file may hold, by what the ZIP says of it, before any of it is unpacked.

    It cannot hold more than it says: reading ends there.
    """
    most = current_app.config["TRACKER"].upload_max_mib
    if entry.file_size > most * MIB:
        raise BadRow(f"file {name} is over {most} MiB")
    _must_be_readable(name, entry)


def _must_be_readable(name: str, entry: zipfile.ZipInfo) -> None:
    if entry.compress_type not in PACKED:
        raise BadRow(f"{name} is packed in a way that is not read; only stored and deflated are")


def _listed(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Name and digest of each file of a record."""
    rows = [*(found.get("attachments") or ()), *(found.get("reproduction_files") or ())]
    return [(str(one.get("name") or ""), str(one.get("sha256"))) for one in rows]


@contextmanager
def opened(path: Path, *, keep: bool = True) -> Iterator[tuple[Read, Files]]:
    """The records of a file, and the bytes that came with them."""
    if not zipfile.is_zipfile(path):
        yield record_file.read(path), NO_FILES
        return
    try:
        archive = zipfile.ZipFile(path)
    except BROKEN:
        yield iter([(1, BadRow("the ZIP is damaged"))]), NO_FILES
        return
    with archive:
        yield _read(archive), Files(archive, keep)


def _read(archive: zipfile.ZipFile) -> Read:
    """The records of its JSON files.  A name of the ZIP never becomes one on the disk, and a ZIP in it stays closed."""
    entries = [one for one in archive.infolist() if one.filename.endswith((".json", ".jsonl"))]
    if not entries:
        yield 1, BadRow("no JSON in the ZIP")
    if sum(one.file_size for one in entries) > record_file.BYTES_MOST:
        yield 1, BadRow("the JSON in the ZIP is over 512 MiB; export the records in parts")
        return
    for entry in entries:
        try:
            _must_be_readable(entry.filename, entry)
            with archive.open(entry) as stream:
                content = stream.read(entry.file_size)
        except BadRow as error:
            yield 1, error
            continue
        except BROKEN:
            yield 1, BadRow(f"{entry.filename} is damaged in the ZIP")
            continue
        yield from record_file.read_bytes(content)
