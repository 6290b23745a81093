"""Asking every address as one actor, and reading whether the door opened."""

import re
from collections.abc import Iterator
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.authorisation.world import World

CLOSED = frozenset({401, 403, 404, 410})
PLACE = re.compile(r"<(?:[^:<>]+:)?(\w+)>")
CHOICES = re.compile(r"<any\(([^)]*)\):\w+>")
# What signs out, ends sessions or moves the case on is asked last.
LATE = (
    "/me/security/sessions",
    "/logout",
    "withdraw",
    "return",
    "/active",
    "/delete",
    "/sessions",
    "/restrict",
)


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    """Every method and rule, `GET /inbox`, choices spelt out one by one."""
    for rule in app.url_map.iter_rules():
        choices = CHOICES.search(rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            for choice in choices.group(1).split(",") if choices else [""]:
                yield f"{method} {CHOICES.sub(choice, rule.rule)}", rule


def address(route: str, world: World) -> str:
    """The route with the world's own things in its places."""
    path = route.partition(" ")[2]
    room = path.split("/")[3 if path.startswith("/api/") else 1]

    def value(match: re.Match[str]) -> str:
        found: Any = world.values[match.group(1)]
        return str(found.get(room, "") if isinstance(found, dict) else found)

    return PLACE.sub(value, path)


def opens(client: FlaskClient, route: str, world: World, queries: dict[str, str]) -> bool:
    """Whether the address answers this visitor at all: not sent to the sign-in, not refused, not hidden."""
    method = route.partition(" ")[0]
    query = {queries[route]: world.values["number"]["issues"]} if route in queries else {}
    with client.open(address(route, world), method=method, query_string=query) as answer:
        return _is_open(route, answer)


def _is_open(route: str, answer: TestResponse) -> bool:
    assert answer.status_code < 500, f"{route}: {answer.status_code}"
    to_sign_in = answer.status_code in (302, 303) and "/login?" in answer.headers.get("Location", "")
    return answer.status_code not in CLOSED and not to_sign_in


def in_order(found: Iterator[str]) -> list[str]:
    """Reading first, what ends things last."""
    return sorted(
        found, key=lambda route: (any(word in route for word in LATE), not route.startswith("GET"), route)
    )
