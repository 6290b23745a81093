"""`tracker serve` and `tracker scheduler`."""

import gc
import os
import signal
import socket
import threading

import click
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from waitress.server import create_server

from tracker import addresses, clock, create_app, scheduler
from tracker.accounts import actions as accounts
from tracker.cli import logs, workers
from tracker.cli.ground import config, ensure_rows, migrate, refusals, require_migrated
from tracker.cli.workers import Role
from tracker.db import db

# SQLite has one writer and Python one lock a process: more threads only wait (docs/operating.md has the figures).
THREADS = 4
EVERYWHERE = ("0.0.0.0", "::")
# New objects between two looks of the garbage collector: a page makes some thousands that go by themselves.
GARBAGE = 20_000


@click.command("serve")
@click.option("--host", default="0.0.0.0", show_default=True, help="127.0.0.1 answers to this computer only.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--workers",
    "processes",
    type=click.IntRange(1, 64),
    help="Processes that answer; one a core, on SQLite always 1.",
)
@click.option("--no-scheduler", is_flag=True, help="Serve only; `tracker scheduler` runs elsewhere.")
@refusals()
def serve_(host: str, port: int, processes: int | None, no_scheduler: bool) -> None:
    """Serve the pages and the API, by default with the scheduler.

    An embedded database is migrated first and served by one process; a PostgreSQL that is behind is refused.

    \b
    Example:
      tracker serve --port 8000
      tracker serve --host 127.0.0.1 --workers 4 --no-scheduler
    """
    app = create_app()
    with app.app_context():
        logs.set_up(config().log_format)
        many = _processes(processes)
        _prepare()
        setup = accounts.setup_link(at=clock.now())
        base_url = addresses.settled()
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    sock = listen(host, port)
    _tell(base_url, host, int(sock.getsockname()[1]), setup)
    if many > 1:
        _share(sock, many, with_scheduler=not no_scheduler)
        return
    running = None if no_scheduler else scheduler.start(app)
    signal.signal(signal.SIGTERM, workers.told_to_end)
    try:
        answer(app, sock)
    finally:
        _end(app, running)


def _share(sock: socket.socket, many: int, *, with_scheduler: bool) -> None:
    """Answer in many processes, for Python runs one thread at a time in each: the idle one takes the next connection.

    The scheduler is a process of its own beside them.
    """
    roles = [Role(f"worker {number}", _answer_alone, (sock,)) for number in range(1, many + 1)]
    settle()
    workers.run([*roles, Role("scheduler", schedule)] if with_scheduler else roles)


def _answer_alone(sock: socket.socket) -> None:
    app = create_app()
    logs.set_up(app.config["TRACKER"].log_format)
    # Ctrl+C reaches every process of a terminal; the one that watches says when to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, workers.told_to_end)
    try:
        answer(app, sock)
    finally:
        _end(app, None)


def answer(app: Flask, sock: socket.socket) -> None:
    """Answer requests on this socket until this process is told to end."""
    # What proxies say of the caller is believed, or thrown away, by the application itself (`web/proxies.py`).
    server = create_server(
        app, sockets=[sock], threads=THREADS, ident="tracker", clear_untrusted_proxy_headers=False
    )
    settle()
    server.run()


def settle() -> None:
    """What has been loaded by now stays for ever: the collector need not look through it again, nor at the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


def listen(host: str, port: int) -> socket.socket:
    """The socket that every process answers on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise click.ClickException(f"{host}:{port} cannot be served: {error.strerror}") from error


def _processes(asked: int | None) -> int:
    if config().embedded:
        if asked is not None and asked > 1:
            raise click.UsageError("SQLite is served by one process; --workers is for PostgreSQL")
        return 1
    return asked or os.cpu_count() or 1


@click.command("scheduler")
@refusals()
def scheduler_() -> None:
    """Run the scheduler alone; on PostgreSQL two or more of them may run beside the web nodes.

    \b
    Example:
      tracker scheduler
    """
    print("scheduler runs; stop it with Ctrl+C", flush=True)
    schedule()


def schedule() -> None:
    """Tick until this process is told to end."""
    app = create_app()
    with app.app_context():
        logs.set_up(config().log_format)
        require_migrated()
        ensure_rows()
    settle()
    running = scheduler.start(app)
    ended = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: ended.set())
    ended.wait()
    _end(app, running)


def _prepare() -> None:
    if config().embedded:
        migrate()
    else:
        require_migrated()
        ensure_rows()


def _end(app: Flask, running: BackgroundScheduler | None) -> None:
    if running is not None:
        scheduler.stop(running)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _tell(base_url: str, host: str, port: int, setup: str | None) -> None:
    here = base_url or f"http://localhost:{port}"
    print(f"網址 / Address: {here}", flush=True)
    if host in EVERYWHERE and not base_url and (address := _own_address()):
        print(f"同一網路的電腦與手機 / From this network: http://{address}:{port}", flush=True)
    if setup is not None:
        print("建立第一位管理員，24 小時內有效，只能使用一次 /", end=" ")
        print(f"Make the first administrator (once, within 24 hours):\n  {here}/setup/{setup}", flush=True)


def _own_address() -> str:
    """This computer's address in its own network; connecting a datagram socket sends nothing."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
    except OSError:
        return ""
