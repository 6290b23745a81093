"""Who really calls when a proxy stands in front: the address it names, believed of configured proxies alone.

Sign-in and guest limits count by network address.  Behind a proxy every visitor would share one, so that one who tries
passwords would lock out all; and if anybody's word were taken, each try could claim an address of its own.
"""

import logging
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

Network = IPv4Network | IPv6Network
Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]
CLIENT, SCHEME = "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"
# Taken out of every request: nothing behind this file may read what anybody can write.
WORDS = (CLIENT, SCHEME, "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_X_REAL_IP", "HTTP_FORWARDED")
log = logging.getLogger(__name__)


class TrueClient:
    """Puts the caller's own address, and https where a proxy took it, into what the application sees of a request."""

    def __init__(self, inner: Wsgi, trusted: tuple[Network, ...]) -> None:
        self.inner, self.trusted = inner, trusted
        self.said = False

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        said = {word: environ.pop(word, "") for word in WORDS}
        peer = environ.get("REMOTE_ADDR") or ""
        if is_trusted(peer, self.trusted):
            environ["REMOTE_ADDR"] = client(peer, said[CLIENT], self.trusted)
            scheme = said[SCHEME].rpartition(",")[2].strip().lower()
            if scheme in ("http", "https"):
                environ["wsgi.url_scheme"] = scheme
        elif said[CLIENT] and not self.said:
            self.said = True
            log.warning(
                "%s says for whom it calls and is not believed: if it is your proxy, set TRACKER_TRUSTED_PROXIES",
                peer,
            )
        return self.inner(environ, start_response)


def client(peer: str, forwarded: str, trusted: Iterable[Network]) -> str:
    """The last address before the trusted proxies; what stands further left was written by the caller."""
    found = peer
    for hop in reversed(forwarded.split(",")):
        address = _read(hop)
        if address is None or not is_trusted(found, trusted):
            break
        found = str(address)
    return found


def is_trusted(address: str, trusted: Iterable[Network]) -> bool:
    """Whether this is one of the configured proxies."""
    read = _read(address)
    return read is not None and any(read.version == one.version and read in one for one in trusted)


def _read(text: str) -> IPv4Address | IPv6Address | None:
    """An address with or without a port, as proxies write it; None for anything else."""
    word = text.strip().strip('"')
    if word.startswith("["):
        word = word[1:].partition("]")[0]
    elif word.count(":") == 1:
        word = word.partition(":")[0]
    try:
        found = ip_address(word)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
