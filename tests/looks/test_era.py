"""Years as each person counts them: their own wish first, else the organisation's."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.issues import make_issue
from tests.factories.people import make_person
from tracker.accounts import queries
from tracker.accounts.models import Person
from tracker.db import db

Login = Callable[[FlaskClient, Person], FlaskClient]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("house", "wish", "shown"),
    [(False, "", "2026年"), (True, "", "民國115年"), (True, "ce", "2026年"), (False, "roc", "民國115年")],
)
def test_dates_follow_the_reader_and_then_the_organisation(
    app: Flask, client: FlaskClient, login: Login, house: bool, wish: str, shown: str
) -> None:
    queries.organisation().minguo_dates = house
    issue, reader = make_issue(), make_person("supervisor")
    db.session.commit()
    login(client, reader)
    given = {
        "name": reader.name,
        "locale": "zh_Hant_TW",
        "theme": "auto",
        "text_size": "",
        "mail_wish": "now",
    }
    assert client.post("/me", data=given | {"era": wish}).status_code == 303
    page = client.get(f"/issues/{issue.number}").text
    other = "民國" if shown == "2026年" else "2026年"
    assert f"{shown}11月23日" in page and other not in page
