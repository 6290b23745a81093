"""Two people at one answer or one known issue: both texts are shown, and nothing is lost."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from tests.browser import axe, overflows, shot
from tests.clock import MONDAY
from tests.factories.guides import make_article, make_known
from tests.factories.people import actor_of, make_person, make_system
from tracker import audit, edits
from tracker.accounts.models import Person
from tracker.audit.models import Entry
from tracker.db import db
from tracker.errors import Stale
from tracker.guides import articles, editing, known
from tracker.guides.models import Article, KnownIssue

pytestmark = pytest.mark.usefixtures("app")
Login = Callable[[FlaskClient, Person], FlaskClient]
SEEN = re.compile(r'name="(seen-[a-z_]+)" value="([0-9a-f]{32})"')


def path_of(guide: Article | KnownIssue) -> str:
    return f"/{'kb' if isinstance(guide, Article) else 'known'}/{guide.id}/edit"


def form_of(client: FlaskClient, guide: Article | KnownIssue, **typed: str) -> dict[str, str]:
    """What a browser sends of the page as it stands now, with these boxes changed."""
    boxes = editing.present(guide)
    return dict(SEEN.findall(client.get(path_of(guide)).text)) | boxes | typed


def save_of(guide: Article | KnownIssue) -> Callable[..., None]:
    return articles.save if isinstance(guide, Article) else known.save


def theirs(guide: Article | KnownIssue, by: Person, **typed: str) -> None:
    """Somebody else saves these boxes."""
    given = editing.present(guide) | editing.place(guide) | typed
    save_of(guide)(guide, given, by=actor_of(by), at=MONDAY)
    db.session.commit()


@pytest.mark.parametrize("make", [make_article, make_known])
def test_two_who_change_the_same_box_see_both_texts_and_the_others_are_merged(
    make: Callable[..., Any], client: FlaskClient, login: Login
) -> None:
    guide, other = make(), make_person("supervisor", name="林志偉")
    login(client, make_person("supervisor"))
    mine = form_of(client, guide, body_zh="我仔細寫的", title_en="Return period", body_en="Seven days.")
    theirs(guide, other, body_zh="他先存的", title_zh="他改的標題")
    page = client.post(path_of(guide), data=mine)
    assert page.status_code == 409
    assert "林志偉改了這一欄" in page.text and "他先存的" in page.text and "我仔細寫的" in page.text
    # The box that only they changed shows their words, and is no conflict.
    assert 'value="他改的標題"' in page.text and page.text.count('-theirs"') == 1
    db.session.expire_all()
    assert editing.present(guide)["body_zh"] == "他先存的"
    again = mine | {"title_zh": "他改的標題"} | dict(SEEN.findall(page.text))
    assert client.post(path_of(guide), data=again).status_code == 303
    db.session.expire_all()
    kept = editing.present(guide)
    assert [kept[key] for key in editing.TEXTS] == [
        "他改的標題",
        "我仔細寫的",
        "Return period",
        "Seven days.",
    ]


@pytest.mark.parametrize("make", [make_article, make_known])
def test_two_who_change_different_boxes_do_not_meet(
    make: Callable[..., Any], client: FlaskClient, login: Login
) -> None:
    guide = make()
    login(client, make_person("supervisor"))
    mine = form_of(client, guide, title_zh="我的標題")
    theirs(guide, make_person("supervisor"), body_zh="他的內文")
    assert client.post(path_of(guide), data=mine).status_code == 303
    db.session.expire_all()
    assert (editing.present(guide)["title_zh"], editing.present(guide)["body_zh"]) == ("我的標題", "他的內文")


def test_the_system_it_is_about_is_a_box_like_the_others(client: FlaskClient, login: Login) -> None:
    guide, first, second = make_article(), make_system(name="客服機器人"), make_system(name="公文助理")
    login(client, make_person("supervisor"))
    mine = form_of(client, guide, about=f"s{first.id}")
    save_of(guide)(
        guide,
        editing.present(guide) | {"system_id": second.id},
        by=actor_of(make_person("supervisor")),
        at=MONDAY,
    )
    db.session.commit()
    page = client.post(path_of(guide), data=mine)
    assert page.status_code == 409
    shown = page.text.split('id="about-theirs"')[1].split("</div>")[0]
    assert "公文助理" in shown and "客服機器人" not in shown


def test_an_error_does_not_make_one_forget_what_was_seen(client: FlaskClient, login: Login) -> None:
    guide = make_article()
    login(client, make_person("supervisor"))
    mine = form_of(client, guide, body_zh="我的", title_en="只有標題")
    wrong = client.post(path_of(guide), data=mine)
    assert wrong.status_code == 422
    theirs(guide, make_person("supervisor"), body_zh="他的")
    mended = mine | {"title_en": ""} | dict(SEEN.findall(wrong.text))
    page = client.post(path_of(guide), data=mended)
    assert page.status_code == 409 and "他的" in page.text


@pytest.mark.parametrize(
    ("now", "typed", "seen", "kept"),
    [
        ("a", "a", "a", "a"),  # nothing was changed
        ("a", "b", "a", "b"),  # mine
        ("b", "a", "a", "b"),  # theirs, my box was left alone
        ("b", "b", "a", "b"),  # both wrote the same
        ("c", "b", "a", None),  # both wrote something else
        ("c", "b", None, "b"),  # a program that says nothing of what it saw
    ],
)
def test_what_a_save_keeps(now: str, typed: str, seen: str | None, kept: str | None) -> None:
    marks: Mapping[str, str] = {} if seen is None else {"body_zh": audit.digest(seen)}
    if kept is not None:
        assert edits.settled({"body_zh": now}, {"body_zh": typed}, marks) == {"body_zh": kept}
        return
    with pytest.raises(Stale) as stale:
        edits.settled({"body_zh": now}, {"body_zh": typed}, marks)
    assert [(one.field, one.yours, one.theirs) for one in stale.value.conflicts] == [("body_zh", typed, now)]


def test_the_trail_names_what_a_save_changed_and_nothing_is_written_of_nothing() -> None:
    guide, by = make_article(), make_person("supervisor")
    theirs(guide, by, body_zh="新的內文")
    theirs(guide, by)
    saves = db.session.query(Entry).filter_by(action="article.save").all()
    assert [set(one.after) for one in saves] == [{"body_zh", "version"}]
    assert audit.last_writers(guide)["body_zh"] == by.name


@pytest.mark.browser
def test_a_copy_the_browser_kept_does_not_write_over_newer_words(open_page: Callable[..., Page]) -> None:
    guide, other, second = (
        make_article(),
        make_person("supervisor"),
        make_article(title_zh="別的", body_zh="別的。"),
    )
    page = open_page(make_person("supervisor"), width=360)
    page.goto(path_of(guide))
    page.get_by_label("中文內文").fill("我寫到一半")
    expect(page.locator(".draft-status")).to_contain_text("已自動儲存")
    theirs(guide, other, body_zh="他的內文")
    page.goto(path_of(second))  # the copy of one answer is not another's
    expect(page.get_by_label("中文內文")).to_have_value("別的。")
    page.goto(path_of(guide))
    expect(page.get_by_label("中文內文")).to_have_value("我寫到一半")
    page.get_by_role("button", name="儲存").click()
    expect(page.locator("#body_zh-theirs")).to_contain_text("他的內文")
    expect(page.get_by_label("中文內文")).to_have_value("我寫到一半")
    assert not overflows(page) and axe(page) == []
    shot(page, "guide-both-360")
    page.get_by_role("button", name="儲存").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("退貨天數")
    expect(page.locator(".prose")).to_contain_text("我寫到一半")
