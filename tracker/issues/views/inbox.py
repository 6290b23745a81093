"""待處理: the views, the list by nearest deadline, and what is new in it."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import Select, select

from tracker import clock
from tracker.accounts import queries as people
from tracker.accounts.rules import Actor
from tracker.db import db, kept
from tracker.issues import counting, grouping, inbox, queries, words
from tracker.issues.inbox import Filters, Key
from tracker.issues.models import Issue
from tracker.issues.views import bp
from tracker.issues.views.lines import drawn
from tracker.issues.views.preview import pane
from tracker.presence import queries as presence
from tracker.statutory import queries as statutory
from tracker.systems.models import AISystem
from tracker.systems.words import named
from tracker.triage import saved
from tracker.unchanged import unchanged
from tracker.web import current_actor, dates, last_change, signed_in
from tracker.web.answers import Answer

# What stays in the address from page to page.
FILTERS = (*saved.KEYS, "saved")


@bp.get("/inbox")
@bp.get("/inbox/<any(triage,mine,due,confirming,waiting,escalated,snoozed,all):view>")
@signed_in("supervisor")
def inbox_list(view: str = "") -> Answer:
    actor, now, last = current_actor(), clock.now(), last_change()
    supervisors = unchanged("supervisors", last, now, lambda: tuple(people.supervisors(now)))
    alone = len(supervisors) < 2
    systems = unchanged(("systems", str(get_locale())), last, now, _systems)
    # In an office of one nobody else's view is looked at.
    own = NO_OWN if alone else unchanged(("saved views", actor), last, now, lambda: _own(actor))
    counts = counting.counts(actor, now, own.counted, last=last)
    view = view or next((name for name in inbox.WAITING_FOR_US if counts[name]), "triage")
    filters = saved.filters(request.args)
    ends = Key.read(request.args.get("after")), Key.read(request.args.get("before"))
    page = unchanged(
        ("inbox", actor, view, filters, ends), last, now, lambda: _listed(actor, view, filters, now, *ends)
    )
    present = {} if alone else presence.at_issues(actor, now)
    first = page.rows[0].number if page.rows else ""
    shown = {
        "view": view, "filters": filters, "own": own.links, "systems": systems, "supervisors": supervisors,
        "alone": alone,
        "newer": _address(view, before=page.newer), "older": _address(view, after=page.older),
        "next_deadline": None if first else inbox.next_deadline(actor, now),
    }  # fmt: skip
    same = (dates.reader(), *shown.values(), *counts.items(), *_kept().items(), first != "")
    look = "alone" if alone else "inbox"
    lines = drawn(look, page.rows, now, page.by_law, present=present, alike=page.alike, whole=page.drawn)
    return render_template(
        "issues/inbox.html", **shown, same=same, counts=counts, views=inbox.VIEWS, cap=inbox.CAP, words=words,
        kept=_kept(), first=first, lines=lines, elsewhere=_elsewhere(view, counts),
        live=_live(view, last.entry_id),
        pane=pane(first, request.full_path, last) if first else "",
    )  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """One page of a view as it is until the next change: what alarms first, dates set by law, groups of like ones."""

    rows: Sequence[Any]
    newer: Key | None
    older: Key | None
    by_law: Mapping[int, datetime]
    alike: Mapping[int, int]
    drawn: dict[Hashable, Markup] = field(default_factory=dict)
    """The rows as they were drawn already, by how their deadlines looked."""


def _listed(
    actor: Actor, view: str, filters: Filters, now: datetime, after: Key | None, before: Key | None
) -> Listed:
    chosen = inbox.BY_NAME[view]
    page = inbox.page(actor, chosen, filters, now, after=after, before=before)
    urgent = inbox.urgent(actor, chosen, filters, now) if after is None and page.newer is None else ()
    rows = (*urgent, *page.rows)
    return Listed(rows, page.newer, page.older, _by_law(rows), grouping.others(rows, actor))


class Own(NamedTuple):
    """The saved views of a reader: id, name and address of each, and how their counts are asked for."""

    links: tuple[tuple[str, str, str], ...]
    counted: tuple[counting.Named, ...]


NO_OWN = Own((), ())


def _own(actor: Actor) -> Own:
    rows = saved.listed(actor)
    return Own(tuple((str(one.id), one.name, saved.path(one)) for one in rows), saved.counted(rows))


def _live(view: str, since: int) -> str:
    """The address that says what has changed since this page was made."""
    kept = {key: one for key, one in _kept().items() if key != "saved"}
    return url_for(".inbox_live", view=view, since=since, **kept)  # type: ignore[arg-type]


@bp.get("/inbox/live/<any(triage,mine,due,confirming,waiting,escalated,snoozed,all):view>")
@signed_in("supervisor")
def inbox_live(view: str) -> Answer:
    """Counts of all views, and how many issues came into this one since the page was made; asked again and again."""
    actor, now = current_actor(), clock.now()
    alone = people.is_alone(now)
    own = () if alone else saved.counted(saved.listed(actor))
    counts = counting.counts(actor, now, own, last=last_change())
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


def _systems() -> tuple[tuple[int, str], ...]:
    return tuple((row.id, named(row)) for row in db.session.execute(_systems_by_name()))


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
