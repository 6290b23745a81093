"""The demo, filled once for the tests beside each other that look at it."""

from tests.worlds import kept
from tracker import clock, demo


@kept()
def fill_demo() -> int:
    """Fill the demo as of now; answers how many cases it told."""
    return demo.fill(clock.now())


@kept()
def fill_without_cases() -> None:
    """Its people, systems, turns, rounds, answers and calendar, but no case."""
    demo.fill(clock.now(), ())
