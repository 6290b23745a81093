"""No test talks to anything but this machine."""

import ipaddress
import socket
from collections.abc import Callable
from functools import wraps
from typing import Any


class OutsideWorld(BaseException):
    """A connection to another machine was tried; not an Exception, so that no code under test swallows it."""


def forbid_outside() -> None:
    """From now on Python's sockets leave this machine no more; for the rest of the process.

    An audit hook would be asked at each `id()` too, of which a query takes hundreds: a thirtieth of all time.
    """
    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, _looking(getattr(socket.socket, name)))
    socket.getaddrinfo = _resolving(socket.getaddrinfo)


def _looking(connect: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(connect)
    def connect_here(self: socket.socket, address: Any) -> Any:
        if isinstance(address, tuple):
            _refuse_unless_local(address[0])
        return connect(self, address)

    return connect_here


def _resolving(resolve: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(resolve)
    def resolve_here(host: str | bytes | None, *given: Any, **named: Any) -> Any:
        _refuse_unless_local(host)
        return resolve(host, *given, **named)

    return resolve_here


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
