"""Personal data in a report: pointed out once, covered by one press, never in the way."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from tests.browser import axe, overflows, shot
from tests.factories.people import make_person, make_system, organisation
from tests.personal_texts import TEXTS
from tracker.accounts.models import Person
from tracker.db import db
from tracker.issues.models import Evidence, Issue, ReportDraft

Login = Callable[[FlaskClient, Person], FlaskClient]
SECRET = "客人 A123456789，電話 0912-345-678"


def given(**more: str) -> dict[str, str]:
    return {"description": SECRET, "impact": "wrong_content", "system": make_system().key, **more}


def test_it_is_pointed_out_once_and_then_sent_as_it_is(client: FlaskClient, login: Login) -> None:
    login(client, make_person("reporter"))
    page = client.post("/report", data=given())
    assert page.status_code == 422 and "身分證字號、電話號碼" in page.text and SECRET in page.text
    assert 'name="privacy_seen" type="hidden" value="1"' in page.text and "error-summary" not in page.text
    # On top of the page too, with the way to it: where no script runs, nobody is led to the line above the button.
    assert "還沒有送出" in page.text and page.text.index('href="#personal"') < page.text.index("<textarea")
    assert 'id="personal"' in page.text
    assert client.post("/report", data=given(privacy_seen="1")).status_code == 303
    assert db.session.query(Issue).one().description == SECRET


def test_one_button_covers_it_in_every_text_and_shows_what_will_be_sent(
    client: FlaskClient, login: Login
) -> None:
    login(client, make_person("reporter"))
    page = client.post("/report", data=given(cover="1", actual="寄到 wang@example.test", privacy_seen="1"))
    assert page.status_code == 200 and db.session.query(Issue).count() == 0
    assert (
        "客人 [身分證字號]，電話 [電話號碼]</textarea>" in page.text
        and "寄到 [電子郵件]</textarea>" in page.text
    )
    assert "A123456789" not in page.text and "還沒有送出" in page.text and 'id="personal"' in page.text


@pytest.mark.parametrize("field", ["input", "actual", "expected"])
def test_what_the_ai_was_asked_and_answered_is_looked_at_too(
    client: FlaskClient, login: Login, field: str
) -> None:
    login(client, make_person("reporter"))
    assert client.post("/report", data=given(description="Wrong.", **{field: SECRET})).status_code == 422
    assert db.session.query(Evidence).count() == 0


def test_who_says_that_personal_data_is_concerned_is_not_asked_again(
    client: FlaskClient, login: Login
) -> None:
    login(client, make_person("reporter"))
    assert client.post("/report", data=given(impact="personal_data")).status_code == 303


def test_that_somebody_was_told_is_not_kept_with_a_draft(client: FlaskClient, login: Login) -> None:
    login(client, make_person("reporter"))
    client.post("/report/draft", data=given(privacy_seen="1"))
    assert "privacy_seen" not in db.session.query(ReportDraft).one().fields


@pytest.mark.browser
def test_in_the_browser_it_is_covered_by_one_press_and_comes_back_by_another(
    open_page: Callable[..., Page],
) -> None:
    organisation(help_phone="1234")
    system = make_system()
    page = open_page(make_person("reporter"), width=360)
    page.goto(f"/report?system={system.key}")
    expect(page.locator("[data-personal][data-ready]")).to_be_attached()
    found = page.evaluate(
        """async (texts) => {
          const { find } = await import(document.getElementById("behaviours").dataset.personal);
          return texts.map((text) => find(text).map((one) => [one.kind, text.slice(one.start, one.end)]));
        }""",
        [text for text, _wanted in TEXTS],
    )
    assert found == [[list(one) for one in wanted] for _text, wanted in TEXTS]
    box = page.get_by_label("發生了什麼事")
    box.fill(SECRET)
    line = page.locator("[data-line]")
    expect(line).to_contain_text("內容裡好像有個人資料：身分證字號、電話號碼")
    expect(line).to_be_visible()
    assert axe(page) == [] and not overflows(page)
    shot(page, "report-personal-data-360")
    page.get_by_role("button", name="遮蔽").first.click()
    expect(box).to_have_value("客人 [身分證字號]，電話 [電話號碼]")
    expect(page.get_by_role("button", name="復原")).to_be_focused()
    page.keyboard.press("Enter")
    expect(box).to_have_value(SECRET)
    # Told already: it is sent as it is, without a second question.
    page.get_by_text("可以繼續，但不方便").click()
    page.get_by_role("button", name="送出回報").click()
    expect(page.get_by_text("Q-202611-0001").first).to_be_visible()
