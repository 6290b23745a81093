"""待處理: the views, the list by nearest deadline, the preview, and acts on several at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, select

from tracker import clock
from tracker.accounts.models import Person
from tracker.db import db, kept
from tracker.errors import DomainError
from tracker.followups import actions as followups
from tracker.issues import actions, inbox, queries, words
from tracker.issues.inbox import Filters, Key
from tracker.issues.models import Issue
from tracker.issues.views import bp
from tracker.issues.views.lines import lines
from tracker.issues.views.loading import issue_of
from tracker.records import actions as records
from tracker.statutory import queries as statutory
from tracker.systems.models import AISystem
from tracker.systems.words import named
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.filters import DueLook, due_look

# The single keys of the preview's acts.
KEYS = {"accept": "1", "merge": "2", "answer": "3", "ask": "4", "confirm": "5", "escalate": "e"}
# What stays in the address from page to page.
FILTERS = ("system", "severity", "assignee")


@bp.get("/inbox")
@bp.get("/inbox/<any(triage,mine,due,confirming,waiting,escalated,all):view>")
@signed_in("supervisor")
def inbox_list(view: str = "") -> Answer:
    actor, now = current_actor(), clock.now()
    counts = inbox.counts(actor, now)
    view = view or next((name for name in inbox.WAITING_FOR_US if counts[name]), "triage")
    chosen = inbox.BY_NAME[view]
    after, before = Key.read(request.args.get("after")), Key.read(request.args.get("before"))
    filters = _filters()
    page = inbox.page(actor, chosen, filters, now, after=after, before=before)
    urgent = inbox.urgent(actor, chosen, filters, now) if after is None and page.newer is None else []
    return render_template(
        "issues/inbox.html", view=view, views=inbox.VIEWS, counts=counts, cap=inbox.CAP,
        lines=lines([*urgent, *page.rows], now), by_law=_by_law([*urgent, *page.rows], now),
        filters=filters, systems=_systems(), words=words,
        supervisors=inbox.supervisors(now), elsewhere=_elsewhere(view, counts),
        newer=_address(view, before=page.newer), older=_address(view, after=page.older),
        next_deadline=None if urgent or page.rows else inbox.next_deadline(actor, now),
    )  # fmt: skip


def _by_law(rows: Sequence[Any], now: datetime) -> dict[str, DueLook]:
    """The nearest statutory deadline of each row that has one, by its number: a mark apart from working time."""
    near = statutory.nearest([row.id for row in rows]) if rows else {}
    looks = {row.number: due_look(near[row.id][0], now=now) for row in rows if row.id in near}
    return {number: look for number, look in looks.items() if look is not None}


def _elsewhere(view: str, counts: dict[str, int]) -> list[str]:
    """The other views that hold something, for a view that is empty."""
    return [one.name for one in inbox.VIEWS if one.name not in (view, "all", "mine") and counts[one.name]]


def _filters() -> Filters:
    given = request.args
    return Filters(given.get("system", type=int), given.get("severity", ""), given.get("assignee", type=int))


def _address(view: str, **key: Key | None) -> str | None:
    if not any(key.values()):
        return None
    kept: dict[str, Any] = {name: one for name in FILTERS if (one := request.args.get(name))}
    kept |= {name: str(one) for name, one in key.items()}
    return url_for(".inbox_list", view=view, **kept)


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


@bp.get("/inbox/preview/<number>")
@signed_in("supervisor")
def inbox_preview(number: str) -> Answer:
    """The pane beside the list: what it is about and the acts, without the whole page."""
    found = issue_of(number, current_actor())
    return render_template(
        "issues/preview.html", issue=found, words=words, may=queries.may_move(current_actor(), found, clock.now()),
        talk=queries.messages(found, internal=False)[-2:], here=f"/issues/{found.number}", keys=KEYS,
    )  # fmt: skip


@bp.post("/inbox/bulk/<any(accept,take):act>")
@signed_in("supervisor")
def inbox_bulk(act: str) -> Answer:
    """The same act on each selected issue; what could not be done is named, the rest is done."""
    done, refused = 0, []
    for number in request.form.getlist("number")[: inbox.PAGE]:
        try:
            with db.session.begin_nested():
                _one(act, issue_of(number, current_actor()))
            done += 1
        except DomainError:
            refused.append(number)
    db.session.commit()
    if done:
        flash(ngettext("Done with %(num)s issue.", "Done with %(num)s issues.", done), "ok")
    if refused:
        flash(
            _("Not possible for %(numbers)s: they have moved on meanwhile.", numbers=", ".join(refused)),
            "warn",
        )
    if not done and not refused:
        flash(_("Select one or more rows first."), "info")
    return redirect(request.form.get("back") or url_for(".inbox_list"), 303)


def _one(act: str, issue: Issue) -> None:
    actor, at = current_actor(), clock.now()
    if act == "accept":
        records.move_issue(issue, "accept", by=actor, at=at)
    else:
        assert actor.person_id is not None
        actions.assign(issue, db.session.get_one(Person, actor.person_id), by=actor, at=at)
    followups.rearm_now("issue", issue.id, at)
