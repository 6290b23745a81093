"""The same pages asked within this process: how many statements each sends, and what it costs in processor time.

Processor time hardly depends on what else the machine does; that of the reference is measured beside it.
"""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from bench.floor import floor
from tracker.db import db
from tracker.unchanged import KEPT

ROUNDS = 60
WARM = 5


def costs(app: Flask, plans: list[dict[str, Any]], url: str) -> dict[str, dict[str, Any]]:
    """`statements` and `cpu` (milliseconds) of each plan by name, and of the reference.

    `changed` is what the first look after a change costs, when nothing is kept from before.
    """
    bare = floor(url).test_client()
    found: dict[str, dict[str, Any]] = {"reference": {"cpu": _cpu(lambda _n: bare.get("/"))}}
    for plan in plans:
        client = app.test_client(use_cookies=False)
        with _counted(app) as statements:
            _ask(client, plan, 0)
        changed = _cpu(lambda n: _ask_anew(app, client, plan, n))  # noqa: B023 - called at once
        kept = _cpu(lambda n: _ask(client, plan, n))  # noqa: B023 - called at once
        found[plan["name"]] = {"statements": len(statements), "cpu": kept, "changed": changed}
    return found


def _ask_anew(app: Flask, client: FlaskClient, plan: dict[str, Any], number: int) -> None:
    app.extensions.pop(KEPT, None)
    _ask(client, plan, number)


def _ask(client: FlaskClient, plan: dict[str, Any], number: int) -> None:
    """One request, in a context of its own as a server gives it."""
    given: dict[str, Any] = {"method": plan.get("method", "GET"), "headers": plan["headers"]}
    if bodies := plan.get("bodies"):
        given["data"] = bodies[number % len(bodies)].replace("{n}", f"inside {number}")
    answer = Context().run(client.open, plan["paths"][number % len(plan["paths"])], **given)
    if answer.status_code != plan.get("status", 200):
        raise RuntimeError(f"{plan['name']}: status {answer.status_code}")


def _cpu(ask: Callable[[int], object]) -> float:
    for number in range(WARM):
        ask(number)
    gc.collect()
    began = time.process_time()
    for number in range(ROUNDS):
        ask(number)
    return round((time.process_time() - began) / ROUNDS * 1000, 2)


@contextmanager
def _counted(app: Flask) -> Iterator[list[str]]:
    """The statements sent until the block ends, without those that only begin or end a transaction or savepoint."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.partition(" ")[0] not in ("BEGIN", "SAVEPOINT", "RELEASE"):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
