"""Where a filled database lies: a folder that is kept, and used again by the next run of the same size.

`filled.json` in it says what it was filled with; a filling that was broken off has none, and is done anew.
"""

import json
import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests import postgres
from tracker.config import Config

FOLDER = Path(__file__).resolve().parent / "results"
# Grows when `fill` writes other rows than before.
VERSION = 1
# A server as an office would set it up, but for a power cut while it is being filled.
POSTGRESQL = ("shared_buffers=512MB", "max_connections=80", "maintenance_work_mem=256MB", "max_wal_size=4GB")


@dataclass(frozen=True)
class Place:
    """The settings of the filled installation, for this process and for the server's environment."""

    folder: Path
    issues: int
    config: Config
    environment: dict[str, str]

    @property
    def is_filled(self) -> bool:
        """Whether what we want lies there already."""
        try:
            said = json.loads((self.folder / "filled.json").read_text("utf-8"))
        except FileNotFoundError:
            return False
        return bool(said == self._said)

    def note_filled(self) -> None:
        """Let the next run use it again."""
        (self.folder / "filled.json").write_text(json.dumps(self._said), "utf-8")

    @property
    def _said(self) -> dict[str, int]:
        return {"issues": self.issues, "version": VERSION}


def place(stack: ExitStack, database: str, issues: int, *, keep: Path | None, fresh: bool) -> Place:
    """The place for this engine and size; PostgreSQL is a server of its own that runs as long as `stack`."""
    folder = (keep or FOLDER / f"{database}-{issues}").resolve()
    config = Config(data_dir=folder, secret_key="a key for the benchmark alone")
    where = Place(folder, issues, config, {})
    if folder.exists() and (fresh or not where.is_filled):
        _empty(folder)
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{folder}/tracker.sqlite3"
    if database == "postgresql":
        url = _postgresql(stack, folder, durable=where.is_filled)
    environment = {
        "TRACKER_DATA_DIR": str(folder), "TRACKER_DATABASE_URL": url, "TRACKER_SECRET_KEY": config.secret_key,
    }  # fmt: skip
    return Place(
        folder,
        issues,
        Config(data_dir=folder, database_url=url, secret_key=config.secret_key),
        environment,
    )


def _postgresql(stack: ExitStack, folder: Path, *, durable: bool) -> str:
    options = POSTGRESQL if durable else (*POSTGRESQL, *postgres.CARELESS)
    server = stack.enter_context(postgres.running(folder / "postgresql", options))
    return postgres.database(server, "bench")


def _empty(folder: Path) -> None:
    """Take away what an earlier filling left; a folder of anything else is refused."""
    known = ("tracker.sqlite3", "filled.json", "postgresql", "secret_key", "attachments", "backups")
    strange = [one.name for one in folder.iterdir() if not one.name.startswith(known)]
    if strange:
        raise SystemExit(f"{folder} holds {', '.join(strange)}: not a folder of the benchmark, left as it is")
    shutil.rmtree(folder)
