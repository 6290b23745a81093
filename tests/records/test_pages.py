"""Every page of a record opens for those who may see it, in every state."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.people import make_person
from tests.factories.records import make_record
from tracker.records import rules


@pytest.mark.parametrize("state", rules.STATES)
@pytest.mark.sqlite_only
def test_the_page_opens_in_every_state_for_the_supervisor(
    app: Flask, client: FlaskClient, login: Callable, state: str
) -> None:
    record, cast = make_record(state=state, grave=True)
    answer = login(client, cast.supervisor).get(f"/records/{record.number}")
    assert answer.status_code == 200, answer.text
    assert record.number in answer.text


@pytest.mark.parametrize("page", ["print", "versions", "sign"])
@pytest.mark.parametrize("grave", [False, True])
def test_the_other_pages_open(
    app: Flask, client: FlaskClient, login: Callable, page: str, grave: bool
) -> None:
    record, cast = make_record(state="review", grave=grave)
    answer = login(client, cast.supervisor).get(f"/records/{record.number}/{page}")
    assert answer.status_code == 200, answer.text


def test_the_lists_open(app: Flask, client: FlaskClient, login: Callable) -> None:
    record, cast = make_record(state="review", grave=True)
    login(client, cast.supervisor)
    assert record.number in client.get("/records").text
    assert record.number in client.get("/records?format=csv").text
    assert record.number in client.get("/approvals").text


@pytest.mark.sqlite_only
@pytest.mark.parametrize("verb", [verb for verb in rules.WORKFLOW if verb not in ("acknowledge", "fix")])
def test_the_form_of_each_move_opens(app: Flask, client: FlaskClient, login: Callable, verb: str) -> None:
    start = sorted(rules.WORKFLOW[verb].starts)[0]
    record, cast = make_record(state=start)
    answer = login(client, cast.supervisor).get(f"/records/{record.number}/{verb}")
    assert answer.status_code == 200, answer.text


def test_a_reporter_and_a_stranger_find_no_record(app: Flask, client: FlaskClient, login: Callable) -> None:
    record, cast = make_record()
    for person in (cast.reporter, make_person("engineer"), make_person("admin")):
        assert login(client, person).get(f"/records/{record.number}").status_code == 404
