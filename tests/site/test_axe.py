"""Every page, in both languages, themes and the two ends of width: nothing axe finds, nothing that scrolls sideways."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.authorisation.world import make_world
from tests.browser_fixtures import Live
from tests.clock import Clock
from tests.factories.records import bring_to, make_cast, make_record
from tests.site.every_page import LOOKS, PARTS, Look, addressed, faults, paths, reader
from tracker.accounts.models import Person
from tracker.records.rules import FORWARD

each_look = pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.lang)


@pytest.fixture
def look_at(open_page: Callable[..., Page], live: Live, look: Look) -> Callable[[Person | None], Page]:
    """`look_at(person)`: the one window in this look, with axe in it, given to this person."""
    page = open_page(locale=look.locale, dark=look.dark, width=look.width, axe=True)
    last: list[Person | None] = []

    def window(person: Person | None) -> Page:
        if last != [person]:
            last[:] = [person]
            live.hand_to(person, page)
        return page

    return window


@pytest.mark.browser
@each_look
@pytest.mark.parametrize("part", PARTS)
def test_every_page_is_well_made(
    clock: Clock, look_at: Callable[[Person | None], Page], part: str, look: Look
) -> None:
    world = make_world(clock.now())
    wrong: list[str] = []
    seen: set[str] = set()
    for pattern in paths(*PARTS[part]):
        letter = reader(pattern, look)
        page = look_at(world.people[letter])
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
def test_a_record_is_well_made_at_every_stage(
    look_at: Callable[[Person | None], Page], clock: Clock, look: Look
) -> None:
    """In the short form; and in the long one, with all fields and the page of its next step."""
    cast = make_cast()
    grave = look.dark
    record, _cast = make_record(cast, grave=grave)
    wrong: list[str] = []
    for state, verb in FORWARD.items():
        if state == "on_hold":
            continue
        bring_to(record, state, cast, grave=grave, at=clock.now())
        page = look_at(cast.engineer if verb in ("acknowledge", "fix", "verify") else cast.supervisor)
        here = f"/records/{record.number}"
        shown = (f"{here}?all=1", f"{here}/{verb}") if grave else (here,)
        for path in (*shown, *((f"{here}/sign",) if state == "review" else ())):
            page.goto(path)
            wrong += [f"{path} {state}: {line}" for line in faults(page, look)]
    assert not wrong, "\n".join(wrong)
