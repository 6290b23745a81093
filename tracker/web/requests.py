"""What happens around each request: the write lock, what templates may know, static files with a digest."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, abort, current_app, g, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect, generate_csrf

from tracker import clock
from tracker.accounts import queries
from tracker.db import writing
from tracker.web import locale, menu, session

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
csrf = CSRFProtect()
# What other sites' pages may send: it asks for an origin of its own list, and knows no cookie.
FROM_ELSEWHERE = frozenset({"widgets.send"})
# What is asked by POST, so that what people type stands in no log of addresses, and writes nothing.
ONLY_READS = frozenset({"guides.suggest"})


def take_write_lock() -> None:
    """Unsafe methods take SQLite's write lock at BEGIN; what only reads never waits for it."""
    writing.set(request.method not in SAFE and request.endpoint not in ONLY_READS)


def no_nul() -> None:
    """No address of ours holds a NUL, and PostgreSQL takes none: such a page is not there."""
    if "\0" in request.path or "%00" in request.query_string.decode("latin-1"):
        abort(404)


def same_site() -> None:
    """Refuse what another site sends, whatever token it brings."""
    elsewhere = request.headers.get("Sec-Fetch-Site") == "cross-site"
    if elsewhere and request.method not in SAFE and request.endpoint not in FROM_ELSEWHERE:
        csrf._error_response("cross-site")


@lru_cache(maxsize=512)
def asset(name: str) -> str:
    """The address of a static file, with a digest of its content so that it can be kept for ever.

    Read once: like a template, a file that is changed while the program runs counts from its next start.
    """
    path = Path(str(current_app.static_folder)) / name
    version = hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else None
    return url_for("static", filename=name, v=version)


def template_context() -> dict[str, Any]:
    """What every page may show.  An error page of a missing database gets no person and no settings."""
    actor = session.current_actor()
    bare = g.get("bare", False)
    return {
        "actor": actor,
        "now": clock.now(),
        "locale": locale.chosen(),
        "menu": () if bare else menu.menu(actor),
        "organisation": None if bare else queries.organisation(),
        "theme": "auto" if bare else getattr(current_user, "theme", request.cookies.get("theme", "auto")),
        "text_size": "" if bare else getattr(current_user, "text_size", ""),
        "keys_on": shows_keys(),
        "embedded": current_app.config["TRACKER"].embedded,
    }


def shows_keys() -> bool:
    """Whether the reader has switched single keys on, so that buttons show theirs."""
    return not g.get("bare", False) and bool(getattr(current_user, "keys_on", False))


def csrf_token() -> str:
    """The token of this answer's forms; the library looks its settings up for each of them, though it makes but one."""
    return str(g.get("csrf_token") or generate_csrf())


def register(app: Flask) -> None:
    """Put these around each request of this app."""
    csrf.init_app(app)
    app.before_request(take_write_lock)
    app.before_request(no_nul)
    app.before_request(same_site)
    app.context_processor(template_context)
    app.jinja_env.globals.update(asset=asset, shows_keys=shows_keys, csrf_token=csrf_token)
