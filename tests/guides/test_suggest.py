"""What is suggested while somebody types: never late, never another person's text, never in the way of sending."""

from collections.abc import Callable

import pytest
from flask import template_rendered
from flask.testing import FlaskClient

from tests.factories.guides import make_article, make_known
from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_system
from tests.issues.test_cost import counted
from tracker.accounts.models import Person
from tracker.db import db, writing
from tracker.guides import finding, rules
from tracker.guides.models import Verdict
from tracker.issues import fields
from tracker.issues.models import Issue, ReportDraft

pytestmark = pytest.mark.usefixtures("app")
Login = Callable[[FlaskClient, Person], FlaskClient]


@pytest.mark.parametrize(
    ("text", "enough"),
    [("退", False), ("退貨", True), ("退 貨", True), ("wrong", False), ("wrong days", False),
     ("wrong return days", True),
     ("it's wrong again", True), ("", False), ("123 456 789", True), ("！？", False)],
)  # fmt: skip
def test_from_two_han_characters_or_three_words_on(text: str, enough: bool) -> None:
    assert rules.says_enough(text) is enough


def suggested(client: FlaskClient, text: str, **more: str) -> str:
    answer = client.post("/report/suggest", data={"description": text, **more})
    assert answer.status_code == 200
    return answer.text


def test_what_speaks_of_the_same_is_suggested(client: FlaskClient) -> None:
    made = make_article()
    for n, title in enumerate(("摘要漏掉附件", "英文名字被拆開", "登入以後畫面空白", "語音聽不清楚")):
        make_article(title_zh=title, body_zh=f"請先重新整理，再試第 {n} 次。")
    for text, hit in (
        ("退貨", True),
        ("客人問我退貨天數，機器人回答三十天，可是應該是七天", True),
        ("手冊", True),
        ("影像辨識把貓看成狗", False),
        ("退", False),
        ("早安，我想請問一下今天系統是不是比較慢", False),
    ):
        assert (f'href="/kb/{made.id}"' in suggested(client, text)) is hit, text


LONG_REFUND = "昨天下午有學員來櫃台辦退費，我用客服助理算出來的金額和教務組給的不同，請問要以哪個為準"


def test_the_title_in_the_other_language_takes_nothing_from_a_long_report(client: FlaskClient) -> None:
    made = make_article(
        title_zh="退費試算和教務組算的不一樣，以哪個為準？",
        body_zh="以教務組的計算為準。",
        title_en="The refund estimate differs from the registrar's sum. Which one counts?",
        body_en="The registrar's sum counts.",
    )
    make_article(title_zh="逐字稿沒有標點怎麼辦？", body_zh="在設定開啟加上標點。")
    for text, hit in (
        (LONG_REFUND, True),
        ("I do not know what to do when the page has no picture. Which one is it?", False),
        ("早安，我想請問一下今天系統是不是比較慢，我等了好久才出現畫面，謝謝您", False),
    ):
        assert (f'href="/kb/{made.id}"' in suggested(client, text)) is hit, text


def test_what_is_beyond_the_longest_report_is_not_looked_through(client: FlaskClient) -> None:
    make_article()
    assert suggested(client, "." * fields.LONG + "退貨天數怎麼查").strip() == ""


def test_at_most_three_the_likeliest_first(client: FlaskClient) -> None:
    for n in range(5):
        make_article(title_zh=f"退貨天數第{n}則", body_zh="七天。")
    best = make_known(title_zh="退貨天數答錯", body_zh="七天。")
    page = suggested(client, "退貨天數答錯")
    assert page.count("<li>") == 3 and page.index(f"/known/{best.id}") < page.index("/kb/")


def test_those_of_another_system_are_left_out_once_one_was_chosen(client: FlaskClient) -> None:
    mine, other = make_system(), make_system()
    own, theirs = (
        make_article(system_id=one.id, title_zh="退貨天數", body_zh="七天。") for one in (mine, other)
    )
    everybody = make_article(title_zh="退貨天數", body_zh="七天。")
    chosen, unsure = (
        suggested(client, "退貨天數", system=mine.key),
        suggested(client, "退貨天數", system="unknown"),
    )
    assert (
        f'/kb/{own.id}"' in chosen and f'/kb/{everybody.id}"' in chosen and f'/kb/{theirs.id}"' not in chosen
    )
    assert f'/kb/{theirs.id}"' in unsure


def test_no_draft_and_no_text_of_another_person_is_ever_suggested(client: FlaskClient) -> None:
    make_issue(description="金絲雀文字退貨天數", title="金絲雀標題退貨")
    draft = make_article(published=False, title_zh="退貨天數草稿", body_zh="七天。")
    page = suggested(client, "退貨天數")
    assert "金絲雀" not in page and f"/kb/{draft.id}" not in page


def test_asking_writes_nothing_and_takes_no_turn_among_those_who_write(client: FlaskClient) -> None:
    make_known()
    seen = []

    def look(*_sender: object, **_what: object) -> None:
        seen.append(writing.get())

    with client.session_transaction() as before:
        kept = dict(before)
    with template_rendered.connected_to(look, client.application):
        suggested(client, "退貨天數答錯")
    with client.session_transaction() as after:
        assert dict(after) == kept
    assert set(seen) == {False}


def test_it_costs_a_few_statements_however_long_the_text_is(client: FlaskClient, login: Login) -> None:
    for n in range(3):
        make_article(title_zh=f"退貨天數第{n}則", body_zh="七天。")
        make_known(title_zh=f"退貨天數答錯{n}", body_zh="七天。")
    login(client, make_person("reporter"))
    with counted() as statements:
        suggested(client, "退貨天數" * 5000)
    assert len(statements) <= 15, "\n\n".join(statements)


def test_the_button_without_scripts_keeps_all_that_was_typed(client: FlaskClient, login: Login) -> None:
    made = make_article()
    login(client, make_person("reporter"))
    page = client.post(
        "/report/look", data={"description": "退貨天數怎麼查", "expected": "七天", "impact": "blocked"}
    )
    assert (
        page.status_code == 200 and f'href="/kb/{made.id}"' in page.text and "error-summary" not in page.text
    )
    assert (
        "退貨天數怎麼查</textarea>" in page.text
        and 'value="blocked" checked' in page.text
        and "七天" in page.text
    )
    assert db.session.query(Issue).count() == 0
    nothing = client.post("/report/look", data={"description": "影像辨識把貓看成狗"})
    assert "/kb/" not in nothing.text.split('id="suggestions"')[1].split("</form>")[0]


def test_solved_without_sending_is_counted_once_and_the_draft_goes(client: FlaskClient, login: Login) -> None:
    made = make_article()
    login(client, make_person("reporter"))
    client.post("/report/draft", data={"description": "退貨天數"})
    for _ in range(2):
        answer = client.post(f"/kb/{made.id}/solved", data={"description": "退貨天數"})
        assert answer.location == f"/kb/{made.id}?solved=1"
    said = db.session.query(Verdict).one()
    assert said.solved and said.helpful
    assert db.session.query(ReportDraft).count() == db.session.query(Issue).count() == 0


def test_a_word_of_every_answer_alone_finds_nothing_in_a_long_text() -> None:
    for n in range(12):
        make_article(title_zh=f"系統第{n}號說明", body_zh="請聯絡系統管理員。")
    assert finding.suggest("今天早上打開電腦以後發現系統好像怪怪的，但是說不上來是哪裡不一樣") == []
