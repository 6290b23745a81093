"""The door of webhooks, and the pages on which administrators keep the tools that may call."""

from datetime import datetime

from flask import Blueprint, Response, flash, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import RequestEntityTooLarge

from tracker import clock
from tracker.accounts import throttle
from tracker.accounts.rules import ADMIN
from tracker.db import db, first_or_404, locked
from tracker.tickets import actions, forms, queries, receiving, rules, words
from tracker.tickets.models import TicketTool
from tracker.tickets.receiving import Call, Outcome
from tracker.web import current_actor, pages, signed_in
from tracker.web.answers import Answer
from tracker.web.both import Shared
from tracker.web.paths import base_url
from tracker.web.problem import problem
from tracker.web.requests import csrf

bp = Blueprint("tickets", __name__)
ACTS = ("rotate", "end_old", "off", "on")


@bp.post("/hooks/<key>")
@csrf.exempt
def hook(key: str) -> Response:
    """A call of a tool.  Answers a problem document with the reason, or what came of it."""
    now = clock.now()
    if _refused_often(now):
        return _busy()
    request.max_content_length = rules.BODY_MOST
    try:
        call = Call(request.headers, request.get_data())
    except RequestEntityTooLarge:
        return problem(413, detail=f"at most {rules.BODY_MOST // 1024} KiB")
    tool = queries.by_key(key)
    if tool is None:
        _count_refusal(now)
        return problem(404, detail="no tool has this address")
    why = receiving.refusal(tool, call, now)
    if why:
        receiving.note(tool, Outcome(rules.REFUSED, why), now)
        _count_refusal(now)
        return problem(401, detail=why)
    return _received(tool, call)


def _received(tool: TicketTool, call: Call) -> Response:
    now, mine = clock.now(), throttle.account_key(f"hook:{tool.id}")
    throttle.note(mine, now=now)
    if throttle.exceeded(mine, rules.CALLS_MOST, now=now):
        db.session.commit()
        return _busy()
    try:
        outcome = receiving.receive(tool, call, now)
        db.session.commit()
    except IntegrityError:
        # The same call on another node at the same moment: that one counts.
        db.session.rollback()
        outcome = Outcome(rules.SEEN)
    if outcome.result == rules.UNREADABLE:
        return problem(422, detail=outcome.why)
    said = {"result": outcome.result, "ticket": outcome.number, "state": outcome.state}
    return jsonify({key: value for key, value in said.items() if value})


def _place() -> str:
    return throttle.network_key("hook", request.remote_addr)


def _refused_often(now: datetime) -> bool:
    return throttle.exceeded(_place(), rules.REFUSED_MOST, now=now)


def _count_refusal(now: datetime) -> None:
    throttle.note(_place(), now=now)
    db.session.commit()


def _busy() -> Response:
    answer = problem(429, detail="too many calls in a quarter of an hour")
    answer.headers["Retry-After"] = str(int(throttle.WINDOW.total_seconds()))
    return answer


@bp.get("/admin/tools")
@signed_in(ADMIN)
def tools() -> Answer:
    found = db.session.scalars(queries.tools()).all()
    return render_template("tickets/tools.html", tools=found, last=queries.last_calls(), words=words)


@bp.route("/admin/tools/new", methods=["GET", "POST"])
@signed_in(ADMIN)
def new() -> Answer:
    """A new tool; its secret is shown once, on the answer itself."""
    form, made = forms.NewToolForm(), list[TicketTool]()
    name, shape = form.name.data or "", str(form.shape.data)
    if pages.done(form, lambda: made.append(actions.add(name, shape, by=current_actor(), at=clock.now()))):
        return _secret(made[0])
    return pages.show("tickets/new.html", form)


def _secret(tool: TicketTool) -> str:
    return render_template(
        "tickets/secret.html",
        tool=tool,
        secret=queries.secret(tool),
        words=words,
        address=f"{base_url()}/hooks/{tool.key}",
    )


@bp.route("/admin/tools/<key>", methods=["GET", "POST"])
@signed_in(ADMIN)
def tool(key: str) -> Answer:
    """One tool: its address, what its words mean, its last calls."""
    found = _tool(key)
    stood = {key: getattr(found, key) for key in ("name", "takes_token", "meanings")}
    form = forms.ToolForm(data=stood)
    both = Shared(form, stood)
    if both.done(lambda: _save(found, form)):
        flash(_("Saved."), "ok")
        return pages.to(url_for("tickets.tool", key=key))
    found = _tool(key)
    return both.show(
        "tickets/tool.html", found, tool=found, words=words, address=f"{base_url()}/hooks/{key}",
        calls=db.session.scalars(queries.calls(found).limit(queries.SHOWN)).all(),
        unknown=queries.unknown_words(found), old=found.old_until is not None and found.old_until > clock.now(),
    )  # fmt: skip


def _save(found: TicketTool, form: forms.ToolForm) -> None:
    actions.save(
        found, form.name.data or "", bool(form.takes_token.data), form.meanings.data,
        by=current_actor(), at=clock.now(),
    )  # fmt: skip


@bp.post(f"/admin/tools/<key>/<any({','.join(ACTS)}):act>")
@signed_in(ADMIN)
def change(key: str, act: str) -> Answer:
    found, by, at = _tool(key), current_actor(), clock.now()
    if act == "rotate":
        actions.rotate(found, by=by, at=at)
        db.session.commit()
        return _secret(_tool(key))
    if act == "end_old":
        actions.end_old(found, by=by, at=at)
    else:
        actions.switch(found, act == "on", by=by, at=at)
    db.session.commit()
    flash(_("Saved."), "ok")
    return pages.to(url_for("tickets.tool", key=key))


def _tool(key: str) -> TicketTool:
    wanted = select(TicketTool).where(TicketTool.key == key)
    return first_or_404(locked(wanted) if request.method == "POST" else wanted)
