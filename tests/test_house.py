"""The rules of the house that no linter knows: who may commit, tell the time, move a state; how long a file may be."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracker import failpoints

ROOT = Path(__file__).resolve().parent.parent
TRACKER = ROOT / "tracker"
DOORS = re.compile(r"/(views|api|jobs)(\.py|/)|^tracker/(web|cli|api|scheduler|demo|imports)(\.py|/)")
NOT_NAMES = {"utils", "helpers", "common", "manager", "service", "handle", "process", "data"}


def found(pattern: str, *globs: str, flags: int = 0) -> Iterator[tuple[str, str]]:
    """The files and lines, comments aside, that the pattern matches: `("tracker/db.py:12", "the line")`."""
    for glob in globs:
        for path in sorted(ROOT.glob(glob)):
            name = path.relative_to(ROOT).as_posix()
            if "/vendor/" in name or not path.is_file():
                continue
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                if not line.lstrip().startswith("#") and re.search(pattern, line, flags):
                    yield f"{name}:{number}", line.strip()


def outside(allowed: str | re.Pattern[str], hits: Iterator[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(place, line) for place, line in hits if not re.search(allowed, place)]


def test_only_doors_commit():
    assert outside(DOORS, found(r"\bsession\.commit\(", "tracker/**/*.py")) == []


def test_only_the_clock_knows_the_time():
    clocks = r"datetime\.(now|utcnow|today)\(|date\.today\(|\btime\.time\("
    assert outside(r"^tracker/clock\.py", found(clocks, "tracker/**/*.py")) == []


def test_only_the_mover_changes_a_state():
    assert outside(r"^tracker/transitions\.py", found(r"\.state = ", "tracker/**/*.py")) == []


def test_chance_has_one_door():
    chance = r"^(import|from) (secrets|random|uuid)\b|\bos\.urandom\("
    # The key of an embedded installation is made before there is an app; a page's nonce is not worth a room.
    allowed = r"^tracker/(accounts/tokens|config|web/headers|demo/)"
    assert outside(allowed, found(chance, "tracker/**/*.py")) == []


def test_nothing_in_the_product_arms_a_failpoint():
    arms = r"\bfailpoints\.armed\b|import .*\barmed\b|\barmed\("
    assert outside(r"^tracker/failpoints\.py", found(arms, "tracker/**/*.py", "wsgi.py")) == []


def test_each_failpoint_is_reached_at_one_place():
    places: dict[str, list[str]] = {point: [] for point in failpoints.POINTS}
    for place, line in found(r"\breach\(\"", "tracker/**/*.py"):
        places[re.findall(r"reach\(\"([a-z.]+)\"\)", line)[0]].append(place)
    assert {point: where for point, where in places.items() if len(where) != 1} == {}


def test_rules_and_actions_never_read_the_request():
    request = r"\b(request|current_user|current_actor|clock\.now)\b"
    assert list(found(request, "tracker/*/rules.py", "tracker/*/actions.py", "tracker/*/models.py")) == []


def test_no_file_is_longer_than_300_lines():
    files = [
        path
        for glob in ("tracker/**/*.py", "tests/**/*.py", "tools/*.py", "templates/**/*")
        for path in ROOT.glob(glob)
    ]
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for path in files
        if path.is_file() and "/vendor/" not in path.as_posix()
    }
    assert {name: length for name, length in lengths.items() if length > 300} == {}


def test_no_file_has_a_name_that_says_nothing():
    names = {path.stem for path in TRACKER.rglob("*.py")} | {
        path.name for path in TRACKER.rglob("*") if path.is_dir()
    }
    assert names & NOT_NAMES == set()


def test_each_room_says_what_it_is_and_holds_no_code():
    silent = [
        path.parent.name
        for path in TRACKER.glob("*/__init__.py")
        if not path.read_text("utf-8").startswith('"""')
    ]
    assert silent == []


def test_nothing_is_left_open_in_the_code():
    left = r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError|except( Exception)?:\s*pass"
    assert list(found(left, "tracker/**/*.py", "templates/**/*", "static/**/*", "tools/*.py")) == []


@pytest.mark.parametrize(
    "forbidden", [r"\sstyle\s*=", r"\son[a-z]+\s*=", r"javascript:", r"<style\b", r"hx-on"]
)
def test_templates_hold_no_inline_style_or_script(forbidden):
    hits = found(forbidden, "templates/**/*.html", "templates/**/*.svg", flags=re.IGNORECASE)
    # A macro may well have an argument called style.
    assert [
        (place, line) for place, line in hits if re.search(forbidden, re.sub(r"{[%{].*?[%}]}", "", line))
    ] == []


def test_scripts_in_templates_carry_the_nonce():
    assert (
        outside(
            "nothing",
            (
                (place, line)
                for place, line in found(r"<script\b", "templates/**/*.html")
                if "nonce" not in line
            ),
        )
        == []
    )


def test_no_page_or_file_of_ours_loads_from_another_host():
    loads = (
        r"(src|href|action|url)\s*[=(]\s*[\"']?(https?:)?//|@import\s+[\"'(]|\b(fetch|import)\([\"']https?:"
    )
    assert list(found(loads, "templates/**/*.html", "static/css/*.css", "static/js/*.js")) == []


def test_forms_that_post_carry_the_token():
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for form in re.findall(
            r"<form\b[^>]*method=\"post\".*?</form>", path.read_text("utf-8"), re.DOTALL | re.IGNORECASE
        ):
            assert re.search(r"csrf|post_button", form), f"{path.relative_to(ROOT)}: {form[:80]}"


def test_every_icon_that_a_template_names_is_in_the_sprite():
    icons = set((ROOT / "tools" / "icons.txt").read_text("utf-8").split())
    named = {}
    for place, line in found(r"icon\(\"|icon=\"", "templates/**/*.html"):
        named |= dict.fromkeys(re.findall(r"icon(?:\(|=)\"([a-z-]+)\"", line), place)
    assert {name: place for name, place in named.items() if name not in icons} == {}


def test_no_test_sleeps_or_patches_our_own_code():
    # The server of the tests and the drills wait for real processes.
    allowed = r"^tests/(postgres\.py|drills/)"
    assert (
        outside(allowed, found(r"\b(time\.sleep|monkeypatch\.setattr|mock\.patch)\(", "tests/**/*.py")) == []
    )
