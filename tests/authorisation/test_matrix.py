"""Every address of the pages, by every actor: opens for those in the table, stays shut for all others."""

from pathlib import Path

import pytest

from tests.authorisation import walk
from tests.authorisation.matrix import ELSEWHERE, MATRIX
from tests.authorisation.world import ACTORS, make_world

QUERIES = {"GET /chases": "subject", "GET /escalate": "issue"}


def pages(app):
    return {route for route, _rule in walk.routes(app) if "/api/" not in route}


@pytest.mark.sqlite_only
def test_every_address_is_listed_and_none_too_many(app):
    listed = set(MATRIX) | set(ELSEWHERE)
    assert sorted(pages(app) - listed) == []
    assert sorted(listed - pages(app)) == []


def test_what_is_tried_elsewhere_is_tried():
    assert all(any(Path(folder).glob("test_*.py")) for folder in set(ELSEWHERE.values()))


@pytest.mark.parametrize("letter", ACTORS)
@pytest.mark.sqlite_only
def test_the_doors_open_for_those_listed_and_nobody_else(app, clock, login, letter):
    world = make_world(clock.now())
    wrong = []
    for route in walk.in_order(iter(pages(app) - set(ELSEWHERE))):
        client = app.test_client()
        person = world.people[letter]
        if person is not None:
            login(client, person)
        opened = walk.opens(client, route, world, QUERIES)
        if opened != (letter in MATRIX.get(route, "")):
            wrong.append(f"{route}: {'open' if opened else 'shut'} for {ACTORS[letter]}")
    assert wrong == []
