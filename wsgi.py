"""The application for a WSGI server of one's own, on PostgreSQL: `granian --interface wsgi wsgi:app` or the like.

It starts no scheduler: `tracker scheduler` runs that, on one node or more.  `tracker serve` needs no such server.
"""

from tracker import create_app

app = create_app()
