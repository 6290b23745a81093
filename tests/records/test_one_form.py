"""The sections of a record are one form: any of its buttons sends what was typed in all of them."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from tests.clock import MONDAY
from tests.factories.people import actor_of
from tests.factories.records import make_record
from tests.records.test_fill_in import read, token
from tracker.db import db
from tracker.records import actions, queries


def test_one_button_saves_what_was_typed_in_every_section_or_gives_all_of_it_back(
    app: Flask, client: FlaskClient, login: Callable
) -> None:
    record, cast = make_record(state="analysing")
    here = f"/records/{record.number}"
    page = login(client, cast.supervisor).get(f"{here}?all=1")
    drawn = html.fromstring(page.text)
    [whole] = [one for one in drawn.forms if one.get("action", "").startswith(f"{here}/save")]
    boxes = drawn.xpath("//*[self::input or self::textarea or self::select][@form='boxes']")
    assert whole.get("id") == "boxes" and not drawn.xpath("//form//form")
    form = {one.name: one.value or "" for one in boxes if one.get("type") != "checkbox"}
    form |= {"csrf_token": token(page), "section": "D", "affected_count": "about 30"}
    form |= {"root_cause": "An old text.", "record_count": "many", "add-five_whys-what": "Why?"}
    actions.save(record, {"escape_cause": "Theirs"}, by=actor_of(cast.engineer), at=MONDAY)
    db.session.commit()
    refused = client.post(f"{here}/save", data=form)
    assert refused.status_code == 422
    for text in ('value="many"', 'value="about 30"', ">An old text.<", 'value="Why?"', ">Theirs<"):
        assert text in refused.text.replace("\r\n", "").replace("\n", ""), text
    assert read(record).affected_count == "" and record.root_cause == ""
    again = form | {"csrf_token": token(refused), "record_count": "3"}
    saved = client.post(f"{here}/save", data=again)
    assert saved.status_code == 303 and saved.location.endswith("open=D#s-D")
    assert (read(record).affected_count, record.record_count) == ("about 30", 3)
    assert record.root_cause == "An old text."
    assert record.escape_cause == "Theirs", "what was not touched is not written over"
    assert [one.what for one in queries.Whole(record).items["five_whys"]] == ["Why?"]
