"""Picking a person: a list while it is short, a search among names and units once it is long, no scripts needed."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from wtforms import SelectChoice

from tests.factories.people import make_person
from tests.factories.records import make_record
from tracker.accounts.forms.picking import A_LIST, meant
from tracker.accounts.models import Person
from tracker.db import db

Login = Callable[[FlaskClient, Person], FlaskClient]
LISTED = [
    SelectChoice("", "–"),
    SelectChoice("person:1", "王小明（資訊組）"),
    SelectChoice("person:2", "王大明（教務組）"),
]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("person:1", "person:1"),
        ("王小明（資訊組）", "person:1"),
        ("王小明(資訊組)", "person:1"),
        ("小明", "person:1"),
        ("教務", "person:2"),
        ("王", None),
        ("陳", None),
        ("", None),
    ],
)
def test_a_name_is_read_as_the_one_it_can_only_mean(typed: str, value: str | None) -> None:
    assert meant(LISTED, typed) == value


@pytest.mark.sqlite_only
def test_many_deputies_are_searched_and_a_typed_name_is_taken(
    app: Flask, client: FlaskClient, login: Login
) -> None:
    me = make_person("supervisor")
    others = [make_person("reporter", name=f"同事{number:02}") for number in range(A_LIST + 1)]
    page = login(client, me).get("/me/absence").text
    assert '<datalist id="deputy_id-all">' in page and '<option value="同事07"' in page
    answer = client.post("/me/absence", data={"away_from": "明天", "until": "", "deputy_id": "同事07"})
    assert answer.status_code == 303, answer.text
    db.session.expire_all()
    assert db.session.get(Person, me.id).deputy_id == others[7].id
    unknown = client.post("/me/absence", data={"away_from": "明天", "until": "", "deputy_id": "沒有這個人"})
    assert unknown.status_code == 422 and 'value="沒有這個人"' in unknown.text


@pytest.mark.sqlite_only
def test_a_case_goes_to_engineers_not_to_everybody(app: Flask, client: FlaskClient, login: Login) -> None:
    record, cast = make_record(state="opened")
    stranger = make_person("reporter", name="櫃台同仁")
    page = login(client, cast.supervisor).get(f"/records/{record.number}/assign").text
    assert cast.engineer.name in page and stranger.name not in page
