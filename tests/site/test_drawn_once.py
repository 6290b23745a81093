"""Parts of pages that are kept: never another reader's, never another language's."""

import re

from markupsafe import Markup

from tests.factories.issues import make_issue
from tests.factories.people import make_person
from tracker.web.drawing import MOST, drawn_around, drawn_once


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


def test_what_differs_is_filled_in_as_text_and_never_kept(app):
    def draw(name, path):
        return Markup('<a href="{}">{}</a>').format(path, name)

    seen = [
        drawn_around("link", "en", holes=holes, caller=draw)
        for holes in (("A <b>", "/1?a&b"), ("\x001\x00", "/2"))
    ]
    assert seen == ['<a href="/1?a&amp;b">A &lt;b&gt;</a>', '<a href="/2">\x001\x00</a>']
    assert len([key for key in app.extensions["tracker.drawn"] if key[0] == "link"]) == 1


def test_each_answers_scripts_carry_its_own_nonce_and_each_form_its_readers_token(login, app):
    seen = []
    for _reader in range(2):
        answer = login(app.test_client(), make_person("supervisor")).get("/inbox")
        (allowed,) = re.findall(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
        nonces = set(re.findall(r'nonce="([^"]*)"', answer.text))
        (token,) = set(re.findall(r'name="csrf_token" value="([^"]+)"', answer.text))
        assert nonces == {allowed}
        seen.append((allowed, token))
    assert seen[0][0] != seen[1][0] and seen[0][1] != seen[1][1]


def test_each_reader_sees_their_own_name_and_address(client, login, app):
    pages = [
        login(client, make_person("supervisor", name=name)).get(f"/inbox?system={n}").text
        for n, name in enumerate(("林 <志偉>", "陳美玲"))
    ]
    heads = [page.partition("<main")[0] for page in pages]
    assert "<span>林 &lt;志偉&gt;</span>" in heads[0] and 'value="/inbox?system=0"' in heads[0]
    assert "<span>陳美玲</span>" in heads[1] and 'value="/inbox?system=1"' in heads[1]
    assert "志偉" not in heads[1] and "system=0" not in heads[1]


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
    need = make_issue(kind="feature_request")
    browser = login(client, make_person("supervisor", locale="en"))
    for path, other in (("/inbox", "/records"), ("/records", "/inbox"), ("/inbox", "/records")):
        page = browser.get(path).text
        assert f'href="{path}" aria-current="page"' in page
        assert f'href="{other}" aria-current="page"' not in page
    assert (
        'href="/needs" aria-current="page"'
        in browser.post("/inbox/bulk/decide", data={"number": need.number}).text
    )
