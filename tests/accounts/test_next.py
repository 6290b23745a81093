"""Where a sign-in may lead: to a path of this site, whatever a browser makes of the words (WHATWG's own examples)."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tracker.web.paths import safe_path

DATA = Path(__file__).resolve().parents[3] / "shared/data/corpora/whatwg-urltestdata"


def cases():
    found = [path for path in DATA.rglob("*.json") if path.is_file()] if DATA.is_dir() else []
    for path in found:
        for case in json.loads(path.read_text("utf-8")):
            if isinstance(case, dict) and "input" in case and case.get("base"):
                yield case


@pytest.mark.skipif(not DATA.is_dir(), reason="the WHATWG examples are not beside the checkout")
def test_what_is_followed_stays_on_this_site_in_every_browser():
    followed = [case for case in cases() if safe_path(case["input"], "refused") != "refused"]
    astray = [
        case["input"]
        for case in followed
        if case["base"].startswith("http")
        and not case.get("failure")
        and urlsplit(case["href"]).netloc != urlsplit(case["base"]).netloc
    ]
    assert len(followed) > 20
    assert astray == []


@pytest.mark.parametrize(
    "wish",
    [
        "//evil.test",
        "/\\evil.test",
        "\\/evil.test",
        "https://evil.test",
        "/\t/evil.test",
        "/\n/evil.test",
        " /x",
        "javascript:alert(1)",
        "",
        None,
        "/x\x00",
        "/\u0085/evil.test",
    ],
)
def test_other_wishes_lead_to_the_start_page(wish):
    assert safe_path(wish) == "/"


@pytest.mark.parametrize("wish", ["/", "/inbox?q=退貨&x=1", "/issues/Q-202611-0417#m3", "/a//b"])
def test_paths_of_this_site_are_kept(wish):
    assert safe_path(wish) == wish
