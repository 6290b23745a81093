"""The app served for real, on loopback, in threads."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server


class Silent(WSGIRequestHandler):
    """Writes no line for each request."""

    def log(self, type: str, message: str, *args: object) -> None:
        pass


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve until the block ends; yields the address, without a slash at its end."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    # The server looks this often whether it is to end, and each test waits for that.
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="live server")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
