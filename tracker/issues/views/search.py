"""搜尋: a number leads to its page, words to a list, within what one may see."""

from flask import redirect, render_template, request, url_for

from tracker import clock
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.issues import finding, inbox, queries
from tracker.issues.views import bp
from tracker.issues.views.lines import drawn
from tracker.records import queries as records
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer


@bp.get("/search")
@signed_in()
def search() -> Answer:
    actor, query = current_actor(), finding.folded(request.args.get("q", ""))[:200]
    page = _page_of(actor, finding.number_in(query))
    if page is not None:
        return redirect(page, 303)
    found = finding.find(actor, query, before=request.args.get("before", type=int)) if query else None
    return render_template(
        "issues/search.html", query=query, rows=drawn("found", inbox.shown(found.ids), clock.now()) if found else "",
        older=url_for(".search", q=query, before=found.before) if found and found.before else None,
    )  # fmt: skip


def _page_of(actor: Actor, number: str | None) -> str | None:
    """The page of this number, if the actor may see it."""
    if number is None:
        return None
    room, wanted = ("issues", queries.by_number(actor, number))
    if number.startswith("AR-"):
        room, wanted = ("records", records.by_number(actor, number))  # type: ignore[assignment]
    return f"/{room}/{number}" if db.session.scalars(wanted).first() is not None else None
