"""The one door through which this product calls another machine by itself, mail aside: to say that it lives."""

import urllib.request
from http import HTTPStatus
from typing import Any

SECONDS = 10


class _NoDetours(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """Where else the answer points to was named by nobody."""
        return


def ping(url: str) -> None:
    """Ask for this address and throw the answer away.  OSError when it is out of reach or says no."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(), urllib.request.HTTPHandler(), urllib.request.HTTPSHandler(), _NoDetours(),
        urllib.request.HTTPErrorProcessor(), urllib.request.HTTPDefaultErrorHandler(),
    ):  # fmt: skip
        opener.add_handler(handler)
    with opener.open(url, timeout=SECONDS) as answer:
        if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise OSError(f"it answered {answer.status}")
