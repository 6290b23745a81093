"""Who reads a guide, and under which key what they say of it counts once."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from flask import redirect, request

from tracker import clock
from tracker.accounts import queries as people
from tracker.accounts import throttle, tokens
from tracker.issues.views import drafts
from tracker.web import current_actor

View = TypeVar("View", bound=Callable[..., Any])


def voter(*, make: bool = False) -> str:
    """The reader's key: a person's, or the digest of what a guest's browser keeps; empty until they say something."""
    actor = current_actor()
    key = drafts.key_of(actor, make=make)
    return key if actor.person_id is not None or not key else f"guest {tokens.stored(key)}"


def may_count(what: str, *, before: bool) -> bool:
    """Whether what this reader says counts; `before` is whether they said it before: then it stands, and may change.

    A guest counts when no other of their network address said so in the last 24 hours: a browser that keeps no
    cookies would else be a new guest with each press.  The address is kept as a keyed digest, for a day.
    """
    if before or current_actor().person_id is not None:
        return True
    now, key = clock.now(), throttle.network_key(what, request.remote_addr)
    if throttle.tried(key, now=now):
        return False
    throttle.note(key, now=now)
    return True


def for_readers(view: View) -> View:
    """Open to everybody who may report: guests too, where the organisation lets them."""

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if current_actor().person_id is None and not people.organisation().guests_may_report:
            here = request.full_path if request.query_string else request.path
            return redirect("/login?" + urlencode({"next": here if request.method == "GET" else "/kb"}), 303)
        return view(*args, **kwargs)

    return cast(View, checked)
