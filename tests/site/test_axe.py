"""Every page, in both languages, themes and the two ends of width: nothing axe finds, nothing that scrolls sideways."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.authorisation.world import make_world
from tests.browser import AXE
from tests.clock import Clock
from tests.factories.records import bring_to, make_cast, make_record
from tests.site.every_page import PARTS, Look, addressed, faults, paths, readers
from tracker.records.rules import FORWARD

LOOKS = {"zh": Look("zh_Hant_TW", False, 1280), "en-dark-320": Look("en", True, 320)}
each_look = pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
OpenPage = Callable[..., Page]


@pytest.mark.browser
@each_look
@pytest.mark.parametrize("part", PARTS)
def test_every_page_is_well_made(
    app: Flask, clock: Clock, open_page: OpenPage, part: str, look: Look
) -> None:
    world = make_world(clock.now())
    windows: dict[str, Page] = {}
    wrong: list[str] = []
    seen: set[str] = set()
    for pattern in paths(*PARTS[part]):
        letter = readers(pattern, look)
        page = windows.get(letter)
        if page is None:
            page = open_page(world.people[letter], locale=look.locale, dark=look.dark, width=look.width)
            page.add_init_script(path=AXE)
            windows[letter] = page
        answer = page.goto(addressed(pattern, world))
        assert answer is not None
        if answer.status >= 500 or answer.status in (401, 403, 404):
            wrong.append(f"{pattern} as {letter}: {answer.status}")
        # The page that says no is the same everywhere, and some addresses lead on to a page seen already.
        shown = str(answer.status) if answer.status >= 400 else page.url
        if shown not in seen:
            wrong += [f"{pattern} as {letter}: {line}" for line in faults(page, look)]
        seen.add(shown)
    assert not wrong, "\n".join(wrong)


@pytest.mark.browser
@each_look
def test_a_record_is_well_made_at_every_stage(open_page: OpenPage, clock: Clock, look: Look) -> None:
    """In the short form; and in the long one, with all fields and the page of its next step."""
    cast = make_cast()
    record, _cast = make_record(cast, grave=look.dark)
    window = {"locale": look.locale, "dark": look.dark, "width": look.width}
    supervisor = open_page(cast.supervisor, **window)
    engineer = open_page(cast.engineer, **window)
    for page in (supervisor, engineer):
        page.add_init_script(path=AXE)
    wrong = []
    for state, verb in FORWARD.items():
        if state == "on_hold":
            continue
        bring_to(record, state, cast, grave=look.dark, at=clock.now())
        page = engineer if verb in ("acknowledge", "fix", "verify") else supervisor
        here = f"/records/{record.number}"
        shown = (f"{here}?all=1", f"{here}/{verb}") if look.dark else (here,)
        for path in (*shown, *((f"{here}/sign",) if state == "review" else ())):
            page.goto(path)
            wrong += [f"{path} {state}: {line}" for line in faults(page, look)]
    assert not wrong, "\n".join(wrong)
