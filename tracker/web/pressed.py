"""A form that makes something is carried out once, however often its button is pressed.

Two presses bring the same page's token and the same words; the second is led to where the first one went.  Scripts in
the page stop most of them, yet not without JavaScript, nor where a slow network makes somebody press again.
"""

import hashlib

from flask import Flask, Response, g, redirect, request
from sqlalchemy import select, update

from tracker import clock
from tracker.db import db
from tracker.issues import once
from tracker.issues.models import Idempotency
from tracker.web.answers import Answer
from tracker.web.session import current_actor

# How the addresses end at which forms make something that has no name of its own to tell it by.
ENDS = ("/new", "/ask")
LISTS = frozenset({"accounts.units", "accounts.teams"})


def look() -> Answer | None:
    """Note that this form is being carried out; the way to what it made where it was before."""
    name = _name()
    if not name:
        return None
    owner = f"form:{current_actor().person_id}"
    noted = once.note(owner, name, status=303, at=clock.now(), answer={})
    if noted is not None:
        g.pressed = noted
        return None
    mine = (Idempotency.owner == owner, Idempotency.key == name)
    where = db.session.scalar(select(Idempotency.location).where(*mine))
    # Of two presses at one moment the second may come before it is known where the first one went.
    return redirect(where or request.path.rpartition("/")[0], 303)


def remember(response: Response) -> Response:
    """Keep where the form led to.  What was refused has been rolled back, and may be sent again as it is."""
    noted = g.pop("pressed", None)
    if noted is not None and response.status_code == 303:
        db.session.execute(
            update(Idempotency).where(Idempotency.id == noted).values(location=response.location)
        )
        db.session.commit()
    return response


def _name() -> str:
    """What names this sending; empty for one that may come twice, and where files are sent."""
    rule = request.url_rule
    if request.method != "POST" or rule is None or not (rule.rule.endswith(ENDS) or rule.endpoint in LISTS):
        return ""
    # A box for files is sent with an empty one where none was chosen.
    sent = any(one.filename for one in request.files.values())
    if not request.form.get("csrf_token") or sent or current_actor().person_id is None:
        return ""
    said = sorted((key, value) for key, values in request.form.lists() for value in values)
    words = "\0".join([request.path, *(part for pair in said for part in pair)])
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()


def register(app: Flask) -> None:
    """Watch over the forms of this app; after the token has been checked."""
    app.before_request(look)
    app.after_request(remember)
