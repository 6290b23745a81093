"""What a system is called: in the reader's language, on every page that names it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_system
from tracker.db import db


@pytest.mark.parametrize(("locale", "shown"), [("en", "Draft grading"), ("zh_Hant_TW", "作業初評")])
def test_pages_name_a_system_in_the_readers_language(
    client: FlaskClient, login: Callable, locale: str, shown: str
) -> None:
    system = make_system(name="作業初評", name_en="Draft grading")
    number = make_issue(system=system).number
    boss = make_person(roles=("supervisor", "manager"), locale=locale)
    other = {"Draft grading": "作業初評", "作業初評": "Draft grading"}[shown]
    login(client, boss)
    for path in ("/inbox", "/systems", f"/issues/{number}", "/records", "/dashboard"):
        page = client.get(path).text
        assert shown in page and other not in page, path


def test_a_system_without_an_english_name_keeps_its_own(client: FlaskClient, login: Callable) -> None:
    make_system(name="公文翻譯")
    db.session.commit()
    assert "公文翻譯" in login(client, make_person("supervisor", locale="en")).get("/inbox").text
