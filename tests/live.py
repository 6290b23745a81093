"""The app served for real, on loopback, in threads."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# An empty page, where a window waits: of the same origin as the others, so that its process lives on.
BLANK = "/blank"
BLANK_HEADERS = [("Content-Type", "text/html"), ("Cross-Origin-Opener-Policy", "same-origin")]


class Silent(WSGIRequestHandler):
    """Writes no line for each request."""

    def log(self, type: str, message: str, *args: object) -> None:
        pass


class Door:
    """Stands at one address for the whole session; behind it is the app of the test that runs, or nobody."""

    def __init__(self) -> None:
        self.url = ""
        self.app: Flask | None = None
        self.busy = 0
        self.changed = threading.Condition()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        with self.changed:
            app = self.app
            self.busy += 1
        try:
            if environ["PATH_INFO"] == BLANK or app is None:
                start_response("200 OK" if app else "503 Service Unavailable", BLANK_HEADERS)
                return [b""]
            return app(environ, start_response)
        finally:
            with self.changed:
                self.busy -= 1
                self.changed.notify_all()

    @contextmanager
    def showing(self, app: Flask) -> Iterator[None]:
        """Put this app behind the address until the block ends; what it is still asked then is answered before."""
        self.app = app
        try:
            yield
        finally:
            with self.changed:
                self.app = None
                assert self.changed.wait_for(lambda: self.busy == 0, timeout=60)


@contextmanager
def served() -> Iterator[Door]:
    """Serve until the block ends; the door's address has no slash at its end."""
    door = Door()
    server = make_server("127.0.0.1", 0, door, threaded=True, request_handler=Silent)
    door.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, name="live server")
    thread.start()
    try:
        yield door
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
