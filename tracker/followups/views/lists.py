"""Everything open that has a deadline, as it is filtered: chase it at once, agree on another date."""

from datetime import UTC, datetime
from typing import Any

from flask import Response, current_app, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import clock
from tracker.accounts import rules as roles
from tracker.accounts.rules import Actor
from tracker.db import db, locked
from tracker.decisions import queries as decisions
from tracker.decisions.rules import MAY_MOVE
from tracker.errors import DomainError, NotAllowed, NotFound
from tracker.escalations import model_changes
from tracker.exports.cells import csv_file
from tracker.followups import (
    actions,
    by_hand,
    following,
    inspected,
    words,
)
from tracker.followups.forms import PostponeForm
from tracker.followups.models import Clock
from tracker.followups.subjects import subject_of
from tracker.followups.views.ground import STAFF, bp
from tracker.inspections.models import InspectionRound
from tracker.issues import queries as issues
from tracker.issues import when
from tracker.issues.models import Issue
from tracker.web import current_actor, pages, signed_in
from tracker.web.answers import Answer

COLUMNS = (
    "number", "title", "severity", "clock", "due_at", "paused_since", "waits_for", "last_step", "last_chased_at",
    "next_step", "next_at",
)  # fmt: skip


@bp.get("/follow-up")
@signed_in(*STAFF)
def follow_up() -> Answer:
    actor, now, zone = current_actor(), clock.now(), current_app.config["TRACKER"].zone
    show, wait = _filter()
    rounds = inspected.open_ids(actor, now)
    found = following.running(actor, show, now, zone, wait, rounds=rounds)
    if request.args.get("format") == "csv":
        return _table(found, actor)
    leads = actor.is_(roles.SUPERVISOR, roles.MANAGER)
    rows = following.rows(_page(found), actor)
    return render_template(
        "followups/follow_up.html", rows=rows[: following.PAGE], show=show, wait=wait, most=following.MOST,
        counts=following.counts(actor, now, zone, show, wait, rounds=rounds), older=_older(rows, show, wait),
        rechecks=model_changes.lines(actor, following.PAGE),
        accepted=db.session.scalars(decisions.accepted(actor).limit(following.PAGE)).all() if leads else (),
        suspended=decisions.suspensions().values() if leads else (),
    )  # fmt: skip


def _filter() -> tuple[str, str]:
    show, wait = request.args.get("show", ""), request.args.get("wait", "")
    return show if show in following.SHOWS else following.OVERDUE, wait if wait in following.WAITS else ""


def _back(row: following.Row) -> str:
    """Where the button was pressed: the round's own page, else the list as it was filtered, at its row."""
    if request.args.get("back") == "case":
        return row.href
    show, wait = _filter()
    return url_for("followups.follow_up", show=show, wait=wait or None, _anchor=f"c{row.clock.id}")


def _table(found: Any, actor: Actor) -> Response:
    """Every row of the list as it is filtered, at most 500, in the reader's words."""
    rows = following.rows(found, actor, following.MOST)
    return csv_file("follow-up.csv", COLUMNS, (_cells(row) for row in rows))


def _cells(row: following.Row) -> tuple[Any, ...]:
    running, last, then = row.clock, row.last, row.then
    return (
        row.number, row.about.title, running.workings["severity"], row.called, running.due_at,
        running.paused_since, row.waits_for, words.step_words(last.step, last.reason.get("did", "")) if last else "",
        last.fired_at if last else "", words.STEP_WORDS[then.step] if then else "", then.due_at if then else "",
    )  # fmt: skip


def _page(found: Any) -> Any:
    """From the row that the address names on; a wrong address begins at the top."""
    due, _sep, clock_id = request.args.get("after", "").partition("~")
    try:
        return following.after(
            found, datetime.fromisoformat(due).astimezone(UTC) if due else None, int(clock_id)
        )
    except (ValueError, OverflowError):
        return found


def _older(rows: list[following.Row], show: str, wait: str) -> str | None:
    if len(rows) <= following.PAGE:
        return None
    last = rows[following.PAGE - 1].clock
    key = f"{last.due_at.isoformat() if last.due_at else ''}~{last.id}"
    return url_for("followups.follow_up", show=show, wait=wait or None, after=key)


@bp.post("/follow-up/<int:clock_id>/chase")
@signed_in(*STAFF)
def chase_now(clock_id: int) -> Answer:
    row = _led(clock_id)
    back = _back(row)
    try:
        chased = by_hand.chase(row.clock, by=current_actor(), at=clock.now())
    except DomainError as error:
        db.session.rollback()
        if error.status != 422:
            raise
        flash(error.text, "warn")
        return pages.to(back)
    names = words.listed(one["name"] for one in chased.to)
    db.session.commit()
    flash(_("Chased: %(names)s.", names=names), "ok")
    return pages.to(back)


@bp.route("/follow-up/<int:clock_id>/postpone", methods=["GET", "POST"])
@signed_in(*STAFF)
def postpone(clock_id: int) -> Answer:
    row, form = _led(clock_id), PostponeForm()
    found, back = row.clock, _back(row)
    if found.ended_at is not None or found.name not in MAY_MOVE:
        raise NotFound()
    if not row.may_postpone:
        raise NotAllowed(act="postpone")
    if pages.done(form, lambda: _postpone(found, form)):
        flash(_("The new date is set."), "ok")
        return pages.to(back)
    return pages.show("followups/postpone.html", form, row=row, back=back, who=words.who_moves(found.name))


def _postpone(found: Clock, form: PostponeForm) -> None:
    until, now = when.parse(form.due_at.data or "", alone=when.END_OF_WORK), clock.now()
    assert until is not None
    by_hand.postpone(found, when.aware(until), form.reason.data or "", by=current_actor(), at=now)
    subject = subject_of(found.subject_kind, found.subject_id)
    if subject is not None and subject.record is not None:
        actions.rearm_now("record", subject.record.id, now)
    if subject is not None:
        actions.rearm_now(*subject.root, now)


def _led(clock_id: int) -> following.Row:
    """A clock on a case or round that this actor may see (404) and leads (403), locked."""
    actor, now = current_actor(), clock.now()
    of_cases = issues.may_see(actor)
    wanted = inspected.clocks(of_cases, inspected.open_ids(actor, now)).where(Clock.id == clock_id)
    row = next(iter(following.rows(wanted, actor)), None)
    if row is None:
        raise NotFound()
    if not row.leads:
        raise NotAllowed()
    if row.round is not None:
        db.session.scalars(locked(select(InspectionRound).where(InspectionRound.id == row.round.id))).one()
    else:
        db.session.scalars(locked(select(Issue).where(Issue.id == row.clock.issue_id))).one()
    return row
