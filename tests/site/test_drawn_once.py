"""Parts of pages that are kept: never another reader's, never another language's."""

from markupsafe import Markup

from tests.factories.people import make_person
from tracker.web.drawing import MOST, drawn_once


def test_a_part_is_drawn_once_for_what_it_depends_on(app):
    drawn = []

    def draw():
        drawn.append(1)
        return Markup(f"part {len(drawn)}")

    seen = [drawn_once("part", language, caller=draw) for language in ("en", "zh", "en", "zh")]
    assert seen == ["part 1", "part 2", "part 1", "part 2"]


def test_no_more_parts_are_kept_than_a_page_needs(app):
    for number in range(MOST + 3):
        drawn_once("part", number, caller=lambda: Markup(""))
    assert len(app.extensions["tracker.drawn"]) <= MOST


def test_the_menu_is_each_readers_own_in_their_language(client, login, app):
    supervisor, reporter = (
        make_person("supervisor", locale="en"),
        make_person("reporter", locale="zh_Hant_TW"),
    )
    for _again in range(2):
        page = login(client, supervisor).get("/help").text
        assert "<span>Inbox</span>" in page and "<span>My reports</span>" not in page
        page = login(client, reporter).get("/help").text
        assert "<span>我的回報</span>" in page and 'href="/inbox"' not in page


def test_where_one_is_stands_in_the_menu(client, login, app):
    browser = login(client, make_person("supervisor", locale="en"))
    for path, other in (("/inbox", "/records"), ("/records", "/inbox"), ("/inbox", "/records")):
        page = browser.get(path).text
        assert f'href="{path}" aria-current="page"' in page
        assert f'href="{other}" aria-current="page"' not in page
