"""The bare reference: one Flask view, one indexed query for 50 rows, one small template, on the same server.

`floor(url)` makes the app.  It has no login, no permissions and no menu, so it is what a page could cost at the least.
"""

from sys import argv

from flask import Flask
from sqlalchemy import create_engine, text
from waitress import serve

from tracker.cli.serving import THREADS

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


if __name__ == "__main__":
    serve(
        floor(argv[1]),
        host="127.0.0.1",
        port=int(argv[2]),
        threads=THREADS[argv[1].partition(":")[0].partition("+")[0]],
    )
