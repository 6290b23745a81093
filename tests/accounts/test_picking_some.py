"""Picking several people out of 2,000: by name, a few at a time, without scripts and with them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy import insert
from werkzeug.datastructures import MultiDict

from tests.browser import axe
from tests.clock import MONDAY
from tests.factories.people import make_person, make_team, make_unit
from tracker.accounts.forms.several import PickingForm, PickSomeField
from tracker.accounts.models import Person, Team, TeamMember
from tracker.db import db
from tracker.training.models import TrainingSession

Login = Callable[[FlaskClient, Person], FlaskClient]
ROWS = [
    (1, "王小明（資訊組）"),
    (2, "王大明（教務組）"),
    (3, "陳美玲"),
    *((at, f"同事{at}") for at in range(100, 130)),
]


class Form(PickingForm):
    """A form with such a field alone."""

    who = PickSomeField("Who")


@pytest.fixture
def field(app: Flask) -> Iterator[Callable[..., PickSomeField]]:
    def read(*sent: str) -> Any:
        form = Form(MultiDict([("who", one) for one in sent]), meta={"csrf": False})
        form.who.offer(ROWS)
        form.who.validate(form)
        return form.who

    with app.test_request_context("/", method="POST"):
        yield read


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("sent", "ids", "unread"),
    [
        ((), [], ()),
        (("",), [], ()),
        (("1", "3", ""), [1, 3], ()),
        (("1", "陳美玲、王大明（教務組）"), [1, 3, 2], ()),
        (("小明, 教務;陳美玲",), [1, 2, 3], ()),
        (("1", "1", "王小明(資訊組)"), [1], ()),
        (("王",), [], ("王",)),
        (("陳美玲，沒這個人", "999"), [3], ("沒這個人", "999")),
    ],
)
def test_what_is_ticked_and_typed_is_read(
    field: Callable[..., PickSomeField], sent: tuple[str, ...], ids: list[int], unread: tuple[str, ...]
) -> None:
    read = field(*sent)
    assert (read.data, read.unread, bool(read.errors)) == (ids, unread, bool(unread))


@pytest.fixture
def many(app: Flask) -> Person:
    """An office of 2,000, and its administrator."""
    admin = make_person("admin", name="管理員", roles=("supervisor",))
    unit = make_unit(name="教務組")
    rows = [
        {"name": f"同事{at:04}", "created_at": MONDAY, "unit_id": unit.id, "email": f"c{at}@example.test"}
        for at in range(2000)
    ]
    db.session.execute(insert(Person), rows)
    db.session.commit()
    return admin


def by_name(*names: str) -> set[int]:
    return set(db.session.scalars(db.select(Person.id).where(Person.name.in_(names))))


def test_a_team_of_many_is_put_together_without_scripts(
    client: FlaskClient, login: Login, many: Person
) -> None:
    team = make_team(name="工程組")
    page = login(client, many).get(f"/admin/teams/{team.id}").text
    assert page.count('type="checkbox"') < 20 and 'list="members-all"' in page
    here = f"/admin/teams/{team.id}"
    tried = client.post(here, data={"name": "工程組", "members": "同事0007、沒這個人", "pick": "members"})
    assert tried.status_code == 422 and 'value="沒這個人"' in tried.text and "沒有這個人" in tried.text
    [seven] = by_name("同事0007")
    assert f'value="{seven}" checked' in tried.text
    added = client.post(here, data={"name": "工程組", "members": [str(seven), "同事0008"], "pick": "members"})
    assert added.status_code == 200 and added.text.count(" checked>") == 2
    assert db.session.query(TeamMember).count() == 0
    saved = client.post(here, data={"name": "工程組", "members": [str(seven), "同事0009（教務組）"]})
    assert saved.status_code == 303
    members = {one.person_id for one in db.session.query(TeamMember)}
    assert members == by_name("同事0007", "同事0009") and db.session.query(Team).one().name == "工程組"


def test_who_attended_is_named_the_same_way(client: FlaskClient, login: Login, many: Person) -> None:
    data = {"held_on": "2026-11-23", "topic": "新版", "trainer": "林", "people": "同事0001、同事0002"}
    answer = login(client, many).post("/training/new", data=data)
    assert answer.status_code == 303, answer.text
    session = db.session.query(TrainingSession).one()
    assert {one.person_id for one in session.attendees} == by_name("同事0001", "同事0002")


@pytest.mark.browser
def test_in_the_browser_a_row_or_enter_adds_one_after_the_other(
    many: Person, open_page: Callable[..., Page]
) -> None:
    team = make_team(name="工程組")
    page = open_page(many)
    page.goto(f"/admin/teams/{team.id}")
    box = page.get_by_label("用姓名或單位加入")
    for name in ("同事0011", "同事0012"):
        box.fill(f"{name}（教務組）")
        box.press("Enter")
        expect(page.get_by_label(f"{name}（教務組）")).to_be_checked()
        expect(box).to_have_value("")
    # A part of a name is looked up by the server, with those picked before kept.
    box.fill("0013")
    box.press("Enter")
    expect(page.get_by_label("同事0013（教務組）")).to_be_checked()
    assert axe(page) == []
    page.locator("label").filter(has_text="同事0011").click()
    page.get_by_label("團隊名稱").press("Enter")
    expect(page.get_by_role("cell", name="同事0012、同事0013")).to_be_visible()
