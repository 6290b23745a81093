"""What a page elsewhere may ask of us: the script, and its one call, which makes a report and answers with its number.

Reliability T17: the origin must be on the key's own list, sign by sign; no credentials are allowed, asked for or set.
A call from Tracker's own pages is a trial: all is checked, nothing is kept.
"""

import gzip
import hashlib
import json
from functools import cache
from pathlib import Path

from flask import Response, current_app, g, jsonify, request
from flask_babel import gettext as _

from tracker import attachments, clock
from tracker.accounts import throttle
from tracker.attachments import queries as attached
from tracker.db import db, first_or_404
from tracker.errors import NotAllowed
from tracker.followups import actions as followups
from tracker.issues import links, once
from tracker.issues.models import Issue
from tracker.issues.views import promises
from tracker.issues.views.loading import count, count_guest
from tracker.web.dates import datetime_words
from tracker.web.locale import spoken
from tracker.web.paths import base_url
from tracker.web.requests import csrf
from tracker.widgets import queries, reports, rules, words
from tracker.widgets.models import Widget
from tracker.widgets.views import bp

PLACE = '"WORDS"'
BODY_MOST = 2_000_000
# A widget may stand on a page that a whole town reads.
REPORTS_A_KEY = 600
HOUR_S = 3600


@cache
def _script(path: str) -> bytes:
    said = json.dumps(words.both(), ensure_ascii=False, separators=(",", ":"))
    return Path(path).read_text("utf-8").replace(PLACE, said).encode()


@bp.get("/widget.js")
def script() -> Response:
    """The script with the words of both languages; a browser asks once an hour whether it has changed."""
    whole = _script(f"{current_app.static_folder}/js/widget.js")
    answer = Response(whole, mimetype="text/javascript")
    if request.accept_encodings["gzip"]:
        answer.set_data(gzip.compress(whole, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = f"public, max-age={HOUR_S}"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:20])
    answer.make_conditional(request)
    return answer


def _opened(key: str) -> Widget:
    """The widget behind the key; only for pages of its own origins, and ours."""
    widget = first_or_404(queries.in_use(key))
    origin = request.headers.get("Origin")
    if not rules.allows([*widget.origins, _ours()], origin):
        raise NotAllowed(_("This site is not on the list of the report widget."))
    g.origin = origin
    return widget


def _ours() -> str:
    return request.host_url.rstrip("/")


@bp.after_request
def let_the_page_read(answer: Response) -> Response:
    """Let the page of a listed origin read what we answer, errors too."""
    if "origin" in g:
        answer.headers["Access-Control-Allow-Origin"] = g.origin
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        answer.vary.add("Origin")
    return answer


@bp.route("/api/widget/<key>/reports", methods=["OPTIONS"], provide_automatic_options=False)
def ask_first(key: str) -> Response:
    """The browser asks whether it may send."""
    _opened(key)
    allowed = {
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": "Content-Type",
        "Access-Control-Max-Age": str(HOUR_S),
    }
    return Response(status=204, headers=allowed)


@bp.post("/api/widget/<key>/reports", provide_automatic_options=False)
@csrf.exempt
def send(key: str) -> Response | tuple[Response, int]:
    """A report: 201 with its number, receipt and address; sent again with the same `once`, the same answer."""
    request.max_content_length = BODY_MOST
    locale = spoken(request.args.get("lang", ""))
    if locale is not None:
        g.locale = locale
    widget = _opened(key)
    count_guest("report")
    count(throttle.widget_key(widget.id), REPORTS_A_KEY)
    sent = reports.read(request.get_json(silent=True))
    if g.origin == _ours() and g.origin not in widget.origins:
        return _tried(sent, widget)
    owner, key = f"widget {widget.id}", _once(sent)
    issue = once.made_before(owner, key) or _taken_in(sent, widget, owner, key)
    said = _said(issue)
    db.session.commit()
    return jsonify(said), 201


def _once(sent: reports.Sent) -> str:
    """What names the report; a mark alone, which another may guess, leads to no receipt."""
    return once.name(sent.once, (json.dumps([sent.typed, sent.along]),))


def _tried(sent: reports.Sent, widget: Widget) -> Response:
    issue = reports.take_in(sent, widget, at=clock.now())
    names = [one.stored_name for one in attached.files(issue.kind_name, issue.id)]
    db.session.rollback()
    attachments.drop(names)
    return jsonify(rehearsal=True)


def _taken_in(sent: reports.Sent, widget: Widget, owner: str, key: str) -> Issue:
    at = clock.now()
    issue = reports.take_in(sent, widget, at=at, clocks=followups.first_clocks)
    return once.made_first(issue, owner, key, status=201, at=at) or issue


def _said(issue: Issue) -> dict[str, str]:
    """What the page shows; the receipt is fresh, since what is kept of one is a hash."""
    code = links.receipt(issue, at=clock.now())
    promise = promises.of(issue).ours
    return {
        "number": issue.number, "receipt": code, "url": f"{base_url()}/i/{code}",
        "reply_by": promise.isoformat() if promise else "",
        "reply_by_words": datetime_words(promise) if promise else "",
    }  # fmt: skip
