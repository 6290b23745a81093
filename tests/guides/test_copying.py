"""A guide made from an issue takes the words of the staff, and nothing that tells who reported."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.factories.issues import make_issue
from tests.factories.people import make_person
from tracker.accounts.models import Person
from tracker.guides import copying
from tracker.issues.models import Issue

pytestmark = pytest.mark.usefixtures("app")
Login = Callable[[FlaskClient, Person], FlaskClient]


def test_from_an_issue_only_the_words_of_the_staff_are_taken_and_no_personal_data() -> None:
    reporter = make_person("reporter", name="陳美玲")
    issue = make_issue(reporter=reporter, description="客人王大明退貨", title="王大明的退貨")
    issue.need_statement = "陳美玲要查退貨天數，電話 0912-345-678"
    issue.proposed_solution = "看手冊。請勿寄到 wang@example.test"
    given = copying.article_of(issue)
    text = given["title_zh"] + given["body_zh"]
    assert "退貨天數" in text and "看手冊" in text and given["system_id"] == issue.system_id
    assert not any(canary in text for canary in ("王大明", "陳美玲", "0912", "wang@"))


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        (
            "陳美玲",
            "陳美玲和美玲、陳小姐都說好，陳列不變。",
            "[個人資料]和[個人資料]、[個人資料]都說好，陳列不變。",
        ),
        ("Li Na", "Li Na asks to list nations.", "[個人資料] asks to list nations."),
        ("Amy Chen", "Dear Amy, amyloid is a word. CHEN", "Dear [個人資料], amyloid is a word. [個人資料]"),
        ("歐陽小明", "歐陽小明、小明", "[個人資料]、[個人資料]"),
        ("林思妤", "VIP林思妤", "VIP[個人資料]"),
        ("王", "王牌", "王牌"),
        ("", "分機 4711 或 04711", "分機 [個人資料] 或 04711"),
    ],
)
def test_whoever_reported_is_not_named_in_a_guide_made_of_it(name: str, text: str, left: str) -> None:
    issue = Issue(reporter_name=name, reporter_email="", reporter_phone="4711")
    assert copying.without_people(issue, text) == left


def test_of_a_sealed_issue_nothing_is_taken_but_the_system() -> None:
    issue = make_issue(impact="personal_data")
    issue.proposed_solution = "Use the manual."
    assert copying.article_of(issue) == {"system_id": issue.system_id, "function_id": None}


def test_the_form_comes_filled_from_the_issue(client: FlaskClient, login: Login) -> None:
    supervisor = make_person("supervisor")
    issue = make_issue(state="answered", supervisor=supervisor)
    page = login(client, supervisor).get(f"/kb/new?issue={issue.number}")
    assert "Use the manual." in page.text and "It says 30 days" not in page.text
    assert f"/kb/new?issue={issue.number}" in client.get(f"/issues/{issue.number}/similar").text
    assert login(client, make_person("reporter")).get(f"/kb/new?issue={issue.number}").status_code == 403
