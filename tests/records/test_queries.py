"""How many questions a page asks the database: none grows with the number of rows."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from tests.factories.records import make_cast, make_record
from tracker.db import db

# The record's own page reads a table for each list that the record has, each once; those that are empty are known to be
# so from one look.
MOST = {"/records": 8, "/records/{number}": 15, "/records/{number}/print": 12, "/approvals": 8}


@pytest.mark.sqlite_only
@pytest.mark.parametrize("path", list(MOST))
def test_a_page_asks_the_database_a_bounded_number_of_questions(
    app: Flask, client: FlaskClient, login: Callable, path: str
) -> None:
    cast = make_cast()
    make_record(cast, state="review")
    record, _ = make_record(cast, state="review", grave=True)
    address = path.format(number=record.number)
    login(client, cast.supervisor).get(address)
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    assert client.get(address).status_code == 200
    assert len([one for one in asked if one.lstrip().upper().startswith("SELECT")]) <= MOST[path]
