"""Two administrators at one form of the catalogue: what they change apart is merged, what meets is shown twice."""

import re

import pytest
from flask.testing import FlaskClient

from tests.clock import MONDAY
from tests.factories.people import make_person
from tests.posting import send
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.systems.actions import NewSystem, add_system
from tracker.systems.models import AISystem

SYSTEM_BOXES = {
    "name": "客服",
    "operated_by": "us",
    "active": "y",
    "functions": "退貨：期限",
    "description": "舊說明",
}
VERSION_BOXES = {
    "version": "2.1",
    "purpose": "答退貨",
    "limits": "不答法律\n也不答醫療",
    "released_on": "2026-11-02",
}
SYSTEM_PAGE, VERSION_PAGE = "/admin/systems/bot", "/admin/systems/bot/versions/%d"


@pytest.fixture
def page(client: FlaskClient, login) -> dict[str, str]:
    """The addresses of both forms, both saved once so that each box holds something."""
    login(client, make_person("admin", name="乙"))
    bot = add_system(NewSystem(name="客服", key="bot", version="2.1"), by=SYSTEM, at=MONDAY)
    db.session.commit()
    version = VERSION_PAGE % bot.versions[0].id
    assert send(client, SYSTEM_PAGE, SYSTEM_BOXES).status_code == 303
    assert send(client, version, VERSION_BOXES).status_code == 303
    return {"system": SYSTEM_PAGE, "version": version}


def opened(client: FlaskClient, path: str) -> dict[str, str]:
    """What the form sends back to say what stood in each box."""
    found = re.findall(r'name="(seen-\w+)" value="([0-9a-f]+)"', client.get(path).text)
    assert found
    return dict(found)


def the_bot() -> AISystem:
    db.session.expire_all()
    return db.session.query(AISystem).filter_by(key="bot").one()


def test_what_two_change_apart_is_merged(client, page):
    for where, boxes, mine, other in (
        ("system", SYSTEM_BOXES, {"description": "新說明"}, {"functions": "退貨：期限\n訂單"}),
        ("version", VERSION_BOXES, {"purpose": "答退貨與換貨"}, {"released_on": "2026-11-05"}),
    ):
        seen = opened(client, page[where])
        assert send(client, page[where], {**boxes, **seen, **other}).status_code == 303
        assert send(client, page[where], {**boxes, **seen, **mine}).status_code == 303
    bot = the_bot()
    assert bot.description == "新說明"
    assert {one.name for one in bot.functions if one.active} == {"退貨", "訂單"}
    version = bot.versions[0]
    assert (version.purpose, version.limits) == ("答退貨與換貨", "不答法律\n也不答醫療")
    # Midnight in Taipei.
    assert str(version.released_at) == "2026-11-04 16:00:00+00:00"


@pytest.mark.parametrize(
    ("where", "boxes", "field", "theirs", "mine"),
    [
        ("system", SYSTEM_BOXES, "description", "他寫的說明", "我寫的說明"),
        ("version", VERSION_BOXES, "limits", "他寫的限制", "我寫的限制"),
    ],
)
def test_what_meets_is_shown_twice_and_nothing_is_saved(client, page, where, boxes, field, theirs, mine):
    path, seen = page[where], opened(client, page[where])
    assert send(client, path, {**boxes, **seen, field: theirs}).status_code == 303
    answer = send(client, path, {**boxes, **seen, field: mine, "active": ""})
    assert answer.status_code == 409
    assert theirs in answer.text and mine in answer.text and "乙" in answer.text
    bot = the_bot()
    assert theirs in (bot.description, bot.versions[0].limits)
    again = dict(re.findall(r'name="(seen-\w+)" value="([0-9a-f]+)"', answer.text))
    assert send(client, path, {**boxes, **again, field: mine}).status_code == 303
    assert mine in (the_bot().description, the_bot().versions[0].limits)


def test_a_choice_that_meets_is_told_by_its_label(client, page):
    theirs, mine = make_person("engineer", name="甲"), make_person("engineer", name="丙")
    seen = opened(client, page["system"])
    boxes = {**SYSTEM_BOXES, **seen}
    assert send(client, page["system"], {**boxes, "owner_id": str(theirs.id)}).status_code == 303
    answer = send(client, page["system"], {**boxes, "owner_id": str(mine.id)})
    assert answer.status_code == 409
    assert re.search(r'id="owner_id-theirs".*?class="plain-text">甲', answer.text, re.S)
    assert the_bot().owner_id == theirs.id


def test_a_fold_is_open_where_two_meet_in_it(client, page):
    """Who takes the contract out while somebody else writes another sees both, though the vendor's boxes are empty."""
    contract = {"vendor_contract": "C-1"}
    assert send(client, SYSTEM_PAGE, SYSTEM_BOXES | contract).status_code == 303
    held = opened(client, SYSTEM_PAGE)
    assert send(client, SYSTEM_PAGE, SYSTEM_BOXES | held | {"vendor_contract": "C-2"}).status_code == 303
    answer = send(client, SYSTEM_PAGE, SYSTEM_BOXES | held | {"vendor_contract": ""})
    assert answer.status_code == 409 and "C-2" in answer.text
    assert "<details open>" in answer.text
