"""What a first visit has to load, compressed as a proxy would."""

import gzip
import re
from pathlib import Path

STATIC = Path(__file__).parents[2] / "static"
TEMPLATES = Path(__file__).parents[2] / "templates"


def weight(*names: str) -> int:
    """Bytes of these static files after gzip, each on its own."""
    return sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in names)


def test_the_styles_of_a_page_weigh_at_most_ten_kilobytes() -> None:
    assert weight("css/app.css", "css/work.css") <= 10_000
    assert weight("css/print.css") <= 1_000


def test_the_scripts_of_the_report_page_weigh_at_most_32_kilobytes() -> None:
    vendor = weight("vendor/htmx.min.js") if (STATIC / "vendor/htmx.min.js").exists() else 17_000
    assert vendor + weight("js/app.js", "js/compose.js") <= 32_000


def test_nothing_comes_from_another_host() -> None:
    for path in [*STATIC.glob("css/*.css"), *STATIC.glob("js/*.js")]:
        assert not re.search(r"https?://", path.read_text("utf-8")), path.name


def test_templates_hold_no_inline_style_script_or_event() -> None:
    inline = re.compile(
        r"<[a-z][^>%{]*\s(style|on[a-z]+)=|<style|<script(?![^>]*\bsrc=)|javascript:", re.IGNORECASE
    )
    found = [
        f"{path.relative_to(TEMPLATES)}: {match.group()}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        if (match := inline.search(path.read_text("utf-8")))
    ]
    assert found == []
