"""Named points of the work that must survive a crash at any of them; the drills let the process die there.

`reach` compares one name with None, and goes on.  There is no setting, address or command that arms a point: only
code of the same process can call `armed`, and none of the product does (tests/test_house.py greps for it).  Points
are named, not counted by statements, so that a drill still dies at the same place after the SQL was written anew.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

FIRING = (
    "fire.select", "fire.selected", "fire.lock", "fire.locked", "fire.write", "fire.written", "tick.commit",
    "tick.committed",
)  # fmt: skip
SENDING = (
    "send.claim", "send.claimed", "send.connect", "send.connected", "send.mail", "send.rcpt", "send.data",
    "send.dot", "send.reply", "send.replied", "send.mark", "send.marked",
)  # fmt: skip
POINTS = FIRING + SENDING

_reached: Callable[[str], None] | None = None


def reach(point: str) -> None:
    """The work has come to this point."""
    if _reached is not None:
        _reached(point)


@contextmanager
def armed(reached: Callable[[str], None]) -> Iterator[None]:
    """Call `reached` with the name of each point that this process comes to, until the block ends."""
    global _reached
    before, _reached = _reached, reached
    try:
        yield
    finally:
        _reached = before
