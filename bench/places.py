"""Where a filled database lies: a folder of its own under bench/results, reused by the next run of the same size."""

import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests import postgres
from tracker.config import Config

FOLDER = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True)
class Place:
    """The settings of the filled installation, for this process and for the server's environment."""

    config: Config
    environment: dict[str, str]


def place(stack: ExitStack, database: str, issues: int, *, fresh: bool) -> Place:
    """The place for this engine and size; PostgreSQL is a server of its own that lives as long as `stack`."""
    folder = FOLDER / f"{database}-{issues}"
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{folder}/tracker.sqlite3"
    if database == "postgresql":
        server = stack.enter_context(postgres.running())
        url = postgres.create_database(server, "bench")
    config = Config(data_dir=folder, database_url=url, secret_key="a key for the benchmark alone")
    environment = {
        "TRACKER_DATA_DIR": str(folder), "TRACKER_DATABASE_URL": url, "TRACKER_SECRET_KEY": config.secret_key,
    }  # fmt: skip
    return Place(config, environment)
