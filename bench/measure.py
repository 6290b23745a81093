"""The product and the bare reference on the same server, asked by a client in a process of its own."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from flask import Flask, session
from flask_login import login_user
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from bench import answers, words
from bench.places import Place
from tracker.accounts.models import Person
from tracker.db import db
from tracker.issues.models import Issue

CLIENTS = (1, 8)
START_S = 60
PORT = "PORT"
# A session belongs to the browser that signed in.
AGENT = {"User-Agent": "bench"}


def pages(plans: list[dict[str, Any]], place: Place, *, workers: int, seconds: float) -> list[dict[str, Any]]:
    """One figure an operation and number of clients, the reference first."""
    figures: list[dict[str, Any]] = []
    with served(["-m", "bench.floor", place.config.database_url, PORT, str(workers)], place) as port:
        figures += _run({"name": "reference", "paths": ["/"], "must": "/issues/Q-"}, port, seconds)
    serve = ["serve", "--host", "127.0.0.1", "--no-scheduler", "--workers", str(workers), "--port", PORT]
    with served(["-c", "from tracker.cli import main; main()", *serve], place) as port:
        for plan in plans:
            figures += _run(plan, port, seconds)
    return figures


def plans(app: Flask) -> list[dict[str, Any]]:
    """What is asked, as whom, and what each answer must hold."""
    with app.app_context():
        numbers = list(db.session.scalars(select(Issue.number).where(Issue.id % 97 == 3).limit(20)))
        people = {one.name: one for one in db.session.scalars(select(Person).where(Person.id <= 4))}
        with app.test_request_context():
            token, forms = generate_csrf(), {"csrf_token": session["csrf_token"]}
        cookies = {name: _cookie(app, person, forms) for name, person in people.items()}
        db.session.remove()
        db.engine.dispose()
    supervisor = {"Cookie": cookies["supervisor"], **AGENT}
    found = '<a href="/issues/Q-'
    # Ends each title; of a million issues about two have the same.
    code = words.report(77).title.split()[-1]
    form = {"Cookie": cookies["reporter"], **AGENT, "Content-Type": "application/x-www-form-urlencoded"}
    body = f"csrf_token={quote(token)}&system=system-1&impact=blocked&description="
    typed = [body + quote(text) for text in answers.typed()]
    return [
        {"name": "inbox, 50 rows", "paths": ["/inbox"], "headers": supervisor, "must": "Q-"},
        {"name": "issue page", "paths": [f"/issues/{n}" for n in numbers], "headers": supervisor, "must": "Q-"},
        {"name": "search, English word", "paths": [f"/search?q={words.ENGLISH}"], "headers": supervisor, "must": found},
        {"name": "search, 2 characters", "paths": [f"/search?q={quote(words.CHINESE)}"], "headers": supervisor,
         "must": found},
        {"name": "search, rare word", "paths": [f"/search?q={words.RARE}"], "headers": supervisor, "must": found},
        {"name": "search, one hit", "paths": [f"/search?q={code}"], "headers": supervisor, "must": found},
        {"name": "dashboard", "paths": ["/dashboard"], "headers": {"Cookie": cookies["manager"], **AGENT},
         "must": "</html>"},
        {"name": "report", "method": "POST", "paths": ["/report"], "headers": form, "status": 303,
         "bodies": [body + "The+chatbot+lost+the+table+{n}"]},
        {"name": "suggest while typing", "method": "POST", "paths": ["/report/suggest"], "headers": form,
         "bodies": typed},
    ]  # fmt: skip


def _cookie(app: Flask, person: Person, forms: dict[str, str] | None = None) -> str:
    """The cookie of somebody who has signed in, with what a form's CSRF token goes with."""
    client = app.test_client()
    with app.test_request_context(headers=AGENT, environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        session.permanent = True
        login_user(person)
        signed_in = dict(session)
    with client.session_transaction() as kept:
        kept.update({**(forms or {}), **signed_in, "sid": f"bench {person.id}"})
    name = str(app.config["SESSION_COOKIE_NAME"])
    cookie = client.get_cookie(name)
    assert cookie is not None
    return f"{name}={cookie.value}"


def _run(plan: dict[str, Any], port: int, seconds: float) -> Iterator[dict[str, Any]]:
    for clients in CLIENTS:
        whole = {**plan, "port": port, "clients": clients, "seconds": seconds, "most": 100_000}
        whole["start"] = clients * 1_000_000
        with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
            _ask(file, {**whole, "seconds": 1, "most": 10})
            figure = _ask(file, whole)
        yield {"name": plan["name"], "clients": clients, **figure}
        print(
            f"  {plan['name']:<24}{clients:>3} clients  p50 {figure['p50']} ms  {figure['per_second']}/s",
            flush=True,
        )


def _ask(file: Any, plan: dict[str, Any]) -> dict[str, Any]:
    file.seek(0)
    file.truncate()
    json.dump(plan, file)
    file.flush()
    done = subprocess.run(
        [sys.executable, "-m", "bench.load", file.name], capture_output=True, text=True, check=True
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@contextmanager
def served(command: list[str], place: Place) -> Iterator[int]:
    """Run a server, which is told its port in the place of PORT, until the block ends; yields the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, **place.environment}
    process = subprocess.Popen(
        [sys.executable, *(str(port) if word == PORT else word for word in command)],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=START_S)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server did not start")
