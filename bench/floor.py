"""The bare reference: one Flask view, one indexed query for 50 rows, one small template, on the same server.

`floor(url)` makes the app.  It has no login, no permissions and no menu, so it is what a page could cost at the least.
"""

from socket import socket
from sys import argv

from flask import Flask
from sqlalchemy import create_engine, text

from tracker.cli.serving import answer, listen
from tracker.cli.workers import Role, run

PAGE = """<!doctype html><html lang="en"><head><title>Open</title></head><body><h1>Open</h1><table>
{% for row in rows %}<tr><td><a href="/issues/{{ row.number }}">{{ row.number }}</a></td><td>{{ row.title }}</td>
<td>{{ row.state }}</td><td>{{ row.severity }}</td><td>{{ row.next_due_at }}</td></tr>{% endfor %}
</table></body></html>"""
ROWS = text(
    "SELECT number, title, state, severity, next_due_at FROM issue WHERE closed_at IS NULL AND NOT imported "
    "ORDER BY next_due_at, id LIMIT 50"
)


def floor(url: str) -> Flask:
    """The reference app on the filled database."""
    app = Flask("floor")
    engine = create_engine(url)
    page = app.jinja_env.from_string(PAGE)  # Compiled once, as a template in a file would be.

    @app.get("/")
    def rows() -> str:
        with engine.connect() as connection:
            return page.render(rows=connection.execute(ROWS).all())

    return app


def _answer(url: str, sock: socket) -> None:
    answer(floor(url), sock)


if __name__ == "__main__":
    URL, PORT, PROCESSES = argv[1], int(argv[2]), int(argv[3])
    SOCK = listen("127.0.0.1", PORT)
    if PROCESSES == 1:
        _answer(URL, SOCK)
    else:
        run([Role(f"worker {number}", _answer, (URL, SOCK)) for number in range(PROCESSES)])
