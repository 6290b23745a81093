"""Files in the attachments' folder: written whole or not at all, under names of our own."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_CHUNK = 256 * 1024
_HALF_DONE = ".incoming-"


class TooLong(Exception):
    """More bytes came than were allowed."""


@dataclass
class Incoming:
    """A file that has arrived, but has no name yet."""

    path: Path
    size: int
    sha256: str

    def replace(self, content: bytes) -> None:
        """Put other bytes in its place, durable before it gets its name."""
        digest = hashlib.sha256(content).hexdigest()
        if digest == self.sha256:
            return
        with self.path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        self.size, self.sha256 = len(content), digest


@contextmanager
def incoming(stream: IO[bytes], folder: Path, most_bytes: int) -> Iterator[Incoming]:
    """Copy a stream into the folder under a passing name; it is gone afterwards unless `keep` named it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(prefix=_HALF_DONE, dir=folder)
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            size, digest = 0, hashlib.sha256()
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > most_bytes:
                    raise TooLong
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        yield Incoming(path, size, digest.hexdigest())
    finally:
        path.unlink(missing_ok=True)


def stored_name(row_id: int, sha256: str) -> str:
    """Where a row's file lies: by its digest, made unique by the row; nothing of it comes from a user."""
    return f"{sha256[:2]}/{sha256[2:4]}/{row_id:x}-{sha256[:32]}"


def keep(arrived: Incoming, folder: Path, name: str) -> None:
    """Give it its name, so that it survives a power cut from here on."""
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    arrived.path.replace(target)
    for above in (target.parent, target.parent.parent, folder):
        _sync_folder(above)


def sweep(folder: Path, is_known: Callable[[list[str]], set[str]], before: float) -> int:
    """Delete files that no row knows and that are older than `before` (seconds since 1970); how many."""
    gone = 0
    for names in _listed(folder, before):
        for name in set(names) - is_known(names):
            (folder / name).unlink(missing_ok=True)
            gone += 1
    return gone


def _listed(folder: Path, before: float, batch: int = 500) -> Iterator[list[str]]:
    names: list[str] = []
    for path in folder.rglob("*") if folder.is_dir() else ():
        try:
            old = path.is_file() and path.stat().st_mtime < before
        except FileNotFoundError:
            continue
        if old:
            names.append(path.relative_to(folder).as_posix())
        if len(names) == batch:
            yield names
            names = []
    if names:
        yield names


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
