"""`tracker serve` and `tracker scheduler`."""

import signal
import socket
import threading
from types import FrameType
from typing import NoReturn

import click
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from waitress.server import create_server

from tracker import addresses, clock, create_app, scheduler
from tracker.accounts import actions as accounts
from tracker.cli import logs
from tracker.cli.ground import config, ensure_rows, migrate, require_migrated
from tracker.db import db

# SQLite has one writer and Python one lock: more threads only wait (measured with the bench, see docs).
THREADS = {"sqlite": 4, "postgresql": 8}
EVERYWHERE = ("0.0.0.0", "::")


@click.command("serve")
@click.option("--host", default="0.0.0.0", show_default=True, help="127.0.0.1 answers to this computer only.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--no-scheduler", is_flag=True, help="Serve only; `tracker scheduler` runs elsewhere.")
def serve_(host: str, port: int, no_scheduler: bool) -> None:
    """Serve the pages and the API, by default with the scheduler in the same process.

    An embedded database is migrated first; a PostgreSQL that is behind is refused.

    \b
    Example:
      tracker serve --port 8000
      tracker serve --host 127.0.0.1 --no-scheduler
    """
    app = create_app()
    with app.app_context():
        logs.set_up(config().log_format)
        _prepare()
        setup = accounts.setup_link(at=clock.now())
        base_url = addresses.settled()
        db.session.commit()
        db.session.remove()
        threads = THREADS["sqlite" if config().embedded else "postgresql"]
    server = create_server(
        app, host=host, port=port, threads=threads, ident="tracker", clear_untrusted_proxy_headers=True
    )
    running = None if no_scheduler else scheduler.start(app)
    _tell(base_url, host, int(server.effective_port), setup)
    signal.signal(signal.SIGTERM, _stop)
    try:
        server.run()
    finally:
        _end(app, running)


@click.command("scheduler")
def scheduler_() -> None:
    """Run the scheduler alone; on PostgreSQL two or more of them may run beside the web nodes.

    \b
    Example:
      tracker scheduler
    """
    app = create_app()
    with app.app_context():
        logs.set_up(config().log_format)
        require_migrated()
        ensure_rows()
    running = scheduler.start(app)
    ended = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: ended.set())
    print("scheduler runs; stop it with Ctrl+C", flush=True)
    ended.wait()
    _end(app, running)


def _prepare() -> None:
    if config().embedded:
        migrate()
    else:
        require_migrated()
        ensure_rows()


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Waitress ends its requests and returns when this is raised in its loop."""
    raise SystemExit(0)


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
