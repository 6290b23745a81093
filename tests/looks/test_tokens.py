"""The colours of app.css against WCAG 2.2 AA and against what colour-blind people can tell apart."""

import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from tests.looks.colour import BLINDNESS, contrast, distance

APP = (Path(__file__).parents[2] / "static/css/app.css").read_text("utf-8")
TONES = ("neutral", "blue", "violet", "teal", "amber", "red", "green")
GROUNDS = ("canvas", "surface", "surface-2", "selected", "note")
TEXT, SHAPE = 4.5, 3.0


def tokens(opening: str) -> dict[str, str]:
    """The colours that one block of the stylesheet sets."""
    block = APP[APP.index(opening) :]
    return dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})(?=;)", block[: block.index("}")]))


LIGHT = tokens(":root {")
DARK = tokens(':root[data-theme="dark"] {')
THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


def test_dark_by_device_and_dark_by_choice_are_the_same() -> None:
    assert tokens(':root:not([data-theme="light"]) {') == DARK


def test_each_colour_has_a_dark_side() -> None:
    assert LIGHT.keys() == DARK.keys()


@THEMES
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", ["ink", "ink-2", "primary", "visited", "danger"])
def test_text_can_be_read_on_every_ground(theme: dict[str, str], ground: str, ink: str) -> None:
    assert contrast(theme[ink], theme[ground]) >= TEXT


@THEMES
@pytest.mark.parametrize("tone", TONES)
def test_the_word_on_a_tag_can_be_read(theme: dict[str, str], tone: str) -> None:
    assert contrast(theme[tone], theme[f"{tone}-ground"]) >= TEXT


@THEMES
@pytest.mark.parametrize(
    ("ink", "ground"), [("on-primary", "primary"), ("on-danger", "danger"), ("blue", "surface")]
)
def test_the_word_on_a_button_can_be_read(theme: dict[str, str], ink: str, ground: str) -> None:
    assert contrast(theme[ink], theme[ground]) >= TEXT


@THEMES
@pytest.mark.parametrize("ground", GROUNDS)
def test_the_edge_of_a_control_can_be_seen(theme: dict[str, str], ground: str) -> None:
    assert contrast(theme["line-strong"], theme[ground]) >= SHAPE


@THEMES
@pytest.mark.parametrize(
    "mark", ["s1", "s2", "s3", "s4", "c1", "c2", "c3", "c4", "c5", "a1", "a2", "a3", "a4", "a5"]
)
def test_shapes_of_severities_and_charts_can_be_seen(theme: dict[str, str], mark: str) -> None:
    assert contrast(theme[mark], theme["surface"]) >= SHAPE


@THEMES
def test_the_two_rings_of_focus_differ(theme: dict[str, str]) -> None:
    assert contrast(theme["focus-inner"], theme["focus-outer"]) >= 7


@THEMES
@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize(
    ("family", "least"), [("s1 s2 s3 s4", 12), ("c1 c2 c3 c4 c5", 17)], ids=["severity", "charts"]
)
def test_colours_stay_apart_for_colour_blind_eyes(
    theme: dict[str, str], blindness: str, family: str, least: float
) -> None:
    gaps = {
        pair: distance(theme[pair[0]], theme[pair[1]], blindness) for pair in combinations(family.split(), 2)
    }
    assert min(gaps.values()) >= least, gaps


@THEMES
@pytest.mark.parametrize("blindness", BLINDNESS)
def test_neighbours_of_the_ageing_ramp_stay_apart(theme: dict[str, str], blindness: str) -> None:
    ramp = [theme[f"a{step}"] for step in range(1, 6)]
    assert min(distance(*pair, blindness) for pair in pairwise(ramp)) >= 8.5
