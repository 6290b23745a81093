"""Who acts in this request: the signed-in person, or a case link that a view has opened."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from flask import Flask, Request, abort, g, redirect, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, current_user, login_required
from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer
from sqlalchemy import ColumnElement
from werkzeug.wrappers import Response

from tracker import clock, unchanged
from tracker.accounts import queries, sessions
from tracker.accounts.models import Person
from tracker.accounts.rules import ANONYMOUS, Actor, Link
from tracker.db import kept
from tracker.errors import NotAllowed
from tracker.outbox import queries as letters
from tracker.unchanged import Last

View = TypeVar("View", bound=Callable[..., Any])
SIGNER = "tracker.signer"
PROLONGED_S = 60
"""A cookie as young as this is not sent anew, for that costs more than to read it."""
# By the clock that a cookie was signed by and runs out by, whichever the application has.
_signers_time = TimestampSigner("of no matter").get_timestamp


class Cookies(SecureCookieSessionInterface):
    """The session in its cookie, prolonged by whoever opens a page, not by what an open page asks for by itself.

    Such a call may be answered after the page that was opened meanwhile; written back, what it knew of the session
    would say a message twice, or take one away before it was read.
    """

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """What signs cookies, made once for an application: its key stays the same."""
        known: URLSafeTimedSerializer | None = app.extensions.get(SIGNER)
        if known is None:
            known = app.extensions[SIGNER] = super().get_signing_serializer(app)
        return known

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie holds, and since when; nothing where it is none of ours, or too old."""
        signer, cookie = self.get_signing_serializer(app), request.cookies.get(self.get_cookie_name(app))
        if signer is None or not cookie:
            return super().open_session(app, request)
        lives = int(app.permanent_session_lifetime.total_seconds())
        try:
            kept, since = signer.loads(cookie, max_age=lives, return_timestamp=True)
        except BadSignature:
            return self.session_class()
        g.cookie_since = since.timestamp()
        return self.session_class(kept)

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Whenever something has changed; else for a navigation alone (older browsers do not say), once a minute."""
        if session.modified or _signers_time() - g.get("cookie_since", 0) < PROLONGED_S:
            return session.modified
        navigates = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
        return navigates and super().should_set_cookie(app, session)


login_manager = LoginManager()
login_manager.session_protection = "basic"


@login_manager.user_loader
def load(identity: str) -> Person | None:
    """The person of a session cookie, unless the account was closed or its sessions ended since."""
    person_id, _, epoch = identity.partition(":")
    if not person_id.isdigit():
        return None
    now = clock.now()
    found = sessions.person_of(int(person_id), session.get("sid", ""), now=now, beside=_beside())
    if found is None or not found.person.active or str(found.person.session_epoch) != epoch:
        return None
    g.unseen, g.last_change = found.beside[0], Last(*found.beside[1:])
    g.reader = queries.actor_with(found.person, found.roles, found.teams, at=now)
    return found.person


@kept
def _beside() -> tuple[ColumnElement[Any], ...]:
    """What pages ask with who reads them: how many bells wait for them, and the last change."""
    return letters.unseen_beside(), *unchanged.columns()


def last_change() -> Last:
    """The last change when this request began to read."""
    found: Last | None = g.get("last_change")
    return found if found is not None else unchanged.last_change()


@login_manager.unauthorized_handler
def ask_to_sign_in() -> Response:
    """A page leads to the sign-in and back; a fragment or a form says 401, so that nothing typed is thrown away."""
    if request.method != "GET" or "HX-Request" in request.headers:
        abort(401)
    here = request.full_path if request.query_string else request.path
    return redirect("/login?" + urlencode({"next": here}), 303)


def current_actor() -> Actor:
    """The actor of this request, computed once; `ANONYMOUS` for a visitor."""
    if "actor" not in g:
        g.actor = _reader() if current_user.is_authenticated else ANONYMOUS
    return cast(Actor, g.actor)


def _reader() -> Actor:
    """What the person may do who has signed in, be it by the cookie or by this very request."""
    known: Actor | None = g.get("reader")
    if known is not None and known.person_id == current_user.id:
        return known
    return queries.actor_of(current_user, at=clock.now())


def link_actor(link: Link, name: str, *, locale: str = "") -> Actor:
    """Act through a case link for the rest of this request: it opens its one subject and nothing else."""
    g.actor = Actor(name=name, link=link, scopes=frozenset({"read", "write"}), locale=locale)
    return cast(Actor, g.actor)


def signed_in(*roles: str) -> Callable[[View], View]:
    """Ask for a sign-in and, where roles are named, for one of them (403)."""

    def wrap(view: View) -> View:
        @login_required
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            if roles and not current_actor().is_(*roles):
                raise NotAllowed()
            return view(*args, **kwargs)

        return cast(View, checked)

    return wrap


def forget() -> None:
    """Be nobody for the rest of this request: an error page must not need the database that may be what failed."""
    g.actor = ANONYMOUS
    g.bare = True


def register(app: Flask) -> None:
    """Load people for the pages of this app, and keep their sessions."""
    app.session_interface = Cookies()
    login_manager.init_app(app)
