"""No test talks to anything but this machine."""

import ipaddress
import sys
from typing import Any


class OutsideWorld(BaseException):
    """A connection to another machine was tried; not an Exception, so that no code under test swallows it."""


def forbid_outside() -> None:
    """From now on connections leave this machine no more; for the rest of the process."""
    sys.addaudithook(_look)


def _look(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        _refuse_unless_local(arguments[1][0])
    elif event == "socket.getaddrinfo":
        _refuse_unless_local(arguments[0])


def _refuse_unless_local(host: str | bytes | None) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if not name or name in ("localhost", "0.0.0.0", "::"):
        return
    try:
        local = ipaddress.ip_address(name).is_loopback
    except ValueError:
        local = name.endswith(".localhost")
    if not local:
        raise OutsideWorld(f"a test tried to reach {name}")
