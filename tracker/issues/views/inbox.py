"""待處理: the views, the list by nearest deadline, and what is new in it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import Select, select

from tracker import clock
from tracker.db import db, kept
from tracker.issues import counting, inbox, queries, words
from tracker.issues.inbox import Key
from tracker.issues.models import Issue
from tracker.issues.views import bp
from tracker.issues.views.lines import drawn
from tracker.issues.views.preview import preview
from tracker.presence import queries as presence
from tracker.statutory import queries as statutory
from tracker.systems.models import AISystem
from tracker.systems.words import named
from tracker.triage import saved
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer

# What stays in the address from page to page.
FILTERS = (*saved.KEYS, "saved")


@bp.get("/inbox")
@bp.get("/inbox/<any(triage,mine,due,confirming,waiting,escalated,snoozed,all):view>")
@signed_in("supervisor")
def inbox_list(view: str = "") -> Answer:
    actor, now = current_actor(), clock.now()
    since = counting.last_change()
    supervisors = counting.unchanged(("supervisors",), since, now, lambda: _plain(inbox.supervisors(now)))
    systems = counting.unchanged(("systems", str(get_locale())), since, now, _systems)
    # In an office of one nobody else's view is looked at.
    own = saved.mine(actor) if len(supervisors) > 1 else []
    counts = counting.counts(actor, now, saved.counted(own), last=since)
    view = view or next((name for name in inbox.WAITING_FOR_US if counts[name]), "triage")
    chosen, filters = inbox.BY_NAME[view], saved.filters(request.args)
    after, before = Key.read(request.args.get("after")), Key.read(request.args.get("before"))
    page = inbox.page(actor, chosen, filters, now, after=after, before=before)
    urgent = inbox.urgent(actor, chosen, filters, now) if after is None and page.newer is None else []
    rows = [*urgent, *page.rows]
    present = presence.at_issues(actor, now) if len(supervisors) > 1 else {}
    return render_template(
        "issues/inbox.html", view=view, views=inbox.VIEWS, counts=counts, cap=inbox.CAP, own=own,
        lines=drawn("inbox", rows, now, _by_law(rows), present=present), filters=filters, systems=systems, words=words,
        supervisors=supervisors, elsewhere=_elsewhere(view, counts), kept=_kept(), path_of=saved.path,
        newer=_address(view, before=page.newer), older=_address(view, after=page.older),
        next_deadline=None if rows else inbox.next_deadline(actor, now),
        live=_live(view, since.entry_id), shown=preview(rows[0].number, back=request.full_path) if rows else None,
    )  # fmt: skip


def _live(view: str, since: int) -> str:
    """The address that says what has changed since this page was made."""
    kept = {key: one for key, one in _kept().items() if key != "saved"}
    return url_for(".inbox_live", view=view, since=since, **kept)  # type: ignore[arg-type]


@bp.get("/inbox/live/<any(triage,mine,due,confirming,waiting,escalated,snoozed,all):view>")
@signed_in("supervisor")
def inbox_live(view: str) -> Answer:
    """Counts of all views, and how many issues came into this one since the page was made; asked again and again."""
    actor, now = current_actor(), clock.now()
    alone = len(inbox.supervisors(now)) < 2
    own = [] if alone else saved.mine(actor)
    counts = counting.counts(actor, now, saved.counted(own))
    since = request.args.get("since", 0, type=int)
    came = counting.came(actor, inbox.BY_NAME[view], saved.filters(request.args), now, since=since)
    said = (
        ngettext("%(num)s new issue. Update", "%(num)s new issues. Update", min(came, inbox.CAP))
        if came
        else ""
    )
    shown = {name: str(count) if count <= inbox.CAP else f"{inbox.CAP}+" for name, count in counts.items()}
    present = {} if alone else _named(presence.at_issues(actor, now))
    answer = jsonify(counts=shown, came=said, present=present)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _named(present: dict[int, str]) -> dict[str, str]:
    """The same by the number of each issue, for the rows of a list that lies open; only of what the reader sees."""
    if not present:
        return {}
    seen = (
        queries.visible(current_actor())
        .where(Issue.id.in_(present))
        .with_only_columns(Issue.id, Issue.number)
    )
    return {number: present[issue_id] for issue_id, number in db.session.execute(seen)}


def _by_law(rows: Sequence[Any]) -> dict[int, datetime]:
    """The nearest statutory deadline of each row that has one, by its id: a mark apart from working time."""
    near = statutory.nearest([row.id for row in rows]) if rows else {}
    return {issue_id: due for issue_id, (due, _running) in near.items()}


def _elsewhere(view: str, counts: dict[str, int]) -> list[str]:
    """The other views that hold something, for a view that is empty."""
    return [
        one.name
        for one in inbox.VIEWS
        if one.name not in (view, "all", "mine", "snoozed") and counts[one.name]
    ]


def _kept() -> dict[str, str]:
    """What the address narrows the list to."""
    return {name: one for name in FILTERS if (one := request.args.get(name))}


def _address(view: str, **key: Key | None) -> str | None:
    if not any(key.values()):
        return None
    return url_for(".inbox_list", view=view, **_kept(), **{name: str(one) for name, one in key.items()})  # type: ignore[arg-type]


def _plain(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """The rows apart from the session that read them."""
    return [dict(row._mapping) for row in rows]


def _systems() -> Any:
    return [(row.id, named(row)) for row in db.session.execute(_systems_by_name())]


@kept
def _systems_by_name() -> Select[int, str, str]:
    return (
        select(AISystem.id, AISystem.name, AISystem.name_en).where(~AISystem.imported).order_by(AISystem.name)
    )


@bp.get("/inbox/next")
@signed_in("supervisor")
def inbox_next() -> Answer:
    """處理下一件: the most pressing issue that waits for a supervisor, those that nobody has taken first."""
    actor, now = current_actor(), clock.now()
    each = (inbox.first(actor, inbox.BY_NAME[name], now) for name in inbox.WAITING_FOR_US)
    number = next(filter(None, each), None)
    if number is None:
        flash(_("Nothing waits for you now."), "ok")
        return redirect(url_for(".inbox_list"), 303)
    return redirect(url_for(".issue", number=number), 303)
