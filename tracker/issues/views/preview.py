"""The pane beside the inbox: what a case is about and the acts, without the whole page; severity and kind at once."""

from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from tracker import clock
from tracker.db import db
from tracker.followups import actions as followups
from tracker.issues import actions, fields, queries, words
from tracker.issues.views import bp
from tracker.issues.views.loading import back_to, inbox_behind, issue_of, readable
from tracker.unchanged import Last, unchanged
from tracker.web import current_actor, dates, signed_in
from tracker.web.answers import Answer

CLASSIFIED = ("severity", "issue_kind")


def preview(number: str, *, back: str) -> dict[str, Any]:
    """What the pane shows of an issue; `back` is the address that its acts come back to."""
    actor = current_actor()
    found = readable(number, actor)
    return {
        "issue": found, "may": queries.may_move(actor, found, clock.now()), "words": words,
        "talk": queries.messages(found, internal=False)[-2:], "here": f"/issues/{found.number}",
        "seen": {key: fields.digest(found, key) for key in CLASSIFIED},
        "back": back.rstrip("?"), "writes": "supervisor" in queries.relations(actor, found),
    }  # fmt: skip


def pane(number: str, back: str, last: Last) -> Markup:
    """The same as the inbox shows it, drawn once until the next change; the token of its forms is each reader's own."""
    token, to, now, keys_on = generate_csrf(), dates.reader(), clock.now(), current_user.keys_on
    what = ("pane", number, back, current_actor(), to, to.local(now).date(), keys_on)
    pieces = unchanged(
        what,
        last,
        now,
        lambda: render_template("issues/preview.html", **preview(number, back=back)).split(token),
    )
    # What lies between the tokens was drawn, and is safe as it is.
    return Markup(token.join(pieces))


@bp.get("/inbox/preview/<number>")
@signed_in("supervisor")
def inbox_preview(number: str) -> Answer:
    return render_template("issues/preview.html", **preview(number, back=inbox_behind() or "/inbox"))


@bp.post("/issues/<number>/classify")
@signed_in("supervisor")
def classify(number: str) -> Answer:
    """Severity and kind, from the pane; everything else is changed on the page of its own."""
    found, at = issue_of(number, current_actor()), clock.now()
    given = {key: request.form[key] for key in CLASSIFIED if request.form.get(key)}
    seen = {key: request.form[f"seen-{key}"] for key in given if request.form.get(f"seen-{key}")}
    changed = actions.save(found, given, by=current_actor(), at=at, seen=seen)
    followups.rearm_now("issue", found.id, at)
    db.session.commit()
    flash(_("Saved.") if changed else _("Nothing was changed."), "ok")
    return redirect(back_to(f"/issues/{found.number}"), 303)
