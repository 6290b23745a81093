"""Markdown of people: what it shows, and what it can never do."""

import re
import time

import pytest

from tracker.web.markdown import to_html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**「重點」**文字", "<strong>「重點」</strong>文字"),
        ("請看**「附件」**，謝謝", "請看<strong>「附件」</strong>，謝謝"),
        ("答**30 天**。", "答<strong>30 天</strong>。"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("snake_case_name", "snake_case_name"),
        ("第一行\n第二行", "第一行<br>\n第二行"),
        ("~~舊~~", "<s>舊</s>"),
    ],
)
def test_marks_work_beside_chinese(text: str, html: str) -> None:
    assert to_html(text) == f"<p>{html}</p>\n"


@pytest.mark.parametrize(
    ("text", "href", "rest"),
    [
        ("見 https://x.example/a。謝謝", "https://x.example/a", "。謝謝"),
        ("（https://x.example/a?b=1）", "https://x.example/a?b=1", "）"),
        ("https://x.example/路徑", "https://x.example/", "路徑"),
    ],
)
def test_a_link_ends_where_chinese_begins(text: str, href: str, rest: str) -> None:
    html = to_html(text)
    assert f'href="{href}"' in html
    assert f"</a>{rest}" in html


@pytest.mark.parametrize("text", ["setup.py", "v3.2", "a.tw", "name@example.org"])
def test_only_full_addresses_become_links(text: str) -> None:
    assert "<a" not in to_html(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[press](javascript:alert(1))",
        "[press](data:text/html,x)",
        "[press](/issues/Q-202611-0001/withdraw)",
        "[press](//elsewhere.example)",
        "<a href='https://x.example' onclick='x()'>press</a>",
        "![pixel](https://elsewhere.example/pixel.png)",
        "<iframe src='https://elsewhere.example'></iframe>",
    ],
)
def test_nothing_active_comes_through(text: str) -> None:
    html = to_html(text)
    assert not re.search(r"<(script|img|iframe|object|style)|<[^>]* (on\w+|src)=", html)
    assert all(address.startswith(("https://", "mailto:")) for address in re.findall(r'href="([^"]*)', html))


def test_a_picture_becomes_its_description() -> None:
    assert to_html("![錯誤畫面](https://elsewhere.example/p.png)") == "<p>錯誤畫面</p>\n"


def test_links_tell_the_other_site_nothing() -> None:
    assert 'rel="noopener noreferrer nofollow"' in to_html("[x](https://x.example)")


def test_headings_stay_below_those_of_the_page() -> None:
    assert to_html("# 一\n## 二") == "<h3>一</h3>\n<h4>二</h4>\n"


@pytest.mark.parametrize("text", ["", None, " ", "\x00", "*" * 5000, "[" * 2000, "`" * 3000 + "a"])
def test_odd_text_is_no_problem(text: str | None) -> None:
    assert isinstance(to_html(text), str)


def test_many_beginnings_of_addresses_cost_no_more_than_their_length() -> None:
    def cost(times: int) -> float:
        began = time.process_time()
        to_html("http://a" * times)
        return time.process_time() - began

    assert cost(2400) < 10 * max(cost(600), 0.005)
