"""The application for a WSGI server of one's own, on PostgreSQL: `granian --interface wsgi wsgi:app` or the like.

It starts no scheduler: `tracker scheduler` runs that, on one node or more.  `tracker serve` needs no such server.
`flask --app wsgi db` finds the migrations through it.
"""

from flask_migrate import Migrate

from tracker import create_app, schema
from tracker.db import db

app = create_app()
Migrate(app, db, directory=str(schema.FOLDER), render_as_batch=True)
