"""Pages of chasing: follow-up, notifications, today's list, the ledger of a case, the scheduler."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, current_app, flash, g, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select

from tracker import clock, outbox
from tracker.accounts import rules as roles
from tracker.accounts.rules import Actor
from tracker.db import db, first_or_404, locked
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
    invariants,
    queries,
    restoring,
    status,
    turns,
    words,
)
from tracker.followups import storm as storms
from tracker.followups.forms import PostponeForm
from tracker.followups.models import Clock
from tracker.followups.subjects import subject_of
from tracker.followups.today import today as list_of_today
from tracker.inspections.models import InspectionRound
from tracker.issues import counting, when
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.outbox import breaker
from tracker.outbox import queries as letters
from tracker.outbox.models import Letter
from tracker.records import standing_in
from tracker.web import current_actor, dates, last_change, pages, signed_in
from tracker.web.answers import Answer
from tracker.web.drawing import drawn_once
from tracker.web.filters import due_look

bp = Blueprint("followups", __name__)
STAFF = (roles.SUPERVISOR, roles.ENGINEER, roles.MANAGER)
BELLS = 50
COLUMNS = (
    "number", "title", "severity", "clock", "due_at", "paused_since", "waits_for", "last_step", "last_chased_at",
    "next_step", "next_at",
)  # fmt: skip


@bp.app_context_processor
def what_happens_next() -> dict[str, Any]:
    """Let every page show the bell's count and, by `followups/_next.html`, what happens next on a case."""
    return {"unread": _unread(), "next_steps": queries.next_steps, "chasing": words, "my_turn": _my_turn}  # fmt: skip


def _my_turn(*listed: str) -> Markup:
    """What waits for the reader beside what their start page lists; drawn once while its deadlines look the same."""
    now, to = clock.now(), dates.reader()
    turn = turns.turn(current_actor(), last_change(), now, listed=listed, locale=to.locale)
    looks = tuple(due_look(row.due_at, since=row.since, now=now, locale=to.locale) for row in turn.rows)
    return drawn_once(
        "turn", turn, looks, to, to.local(now).date(),
        caller=lambda: Markup(render_template("followups/_turn.html", turn=turn)),
    )  # fmt: skip


def _unread() -> int:
    actor = current_actor()
    if g.get("bare", False) or actor.person_id is None:
        return 0
    with_session: int | None = g.get("unseen")
    return letters.unseen(actor.person_id, clock.now()) if with_session is None else with_session


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
        counts=following.counts(actor, now, zone, rounds=rounds), older=_older(rows, show, wait),
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
        row.number, row.about.title, running.workings["severity"], words.CLOCK_WORDS[running.name], running.due_at,
        running.paused_since, row.waits_for, words.STEP_WORDS[last.step] if last else "",
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


@bp.get("/notifications")
@signed_in()
def notifications() -> Answer:
    me = current_actor().person_id
    assert me is not None
    bells = letters.bells(me, clock.now())
    before = request.args.get("before", type=int)
    if before:
        bells = bells.where(Letter.id < before)
    rows = list(db.session.scalars(bells.limit(BELLS + 1)))
    older = url_for("followups.notifications", before=rows[BELLS - 1].id) if len(rows) > BELLS else None
    return render_template("followups/notifications.html", bells=rows[:BELLS], older=older)


@bp.post("/notifications/seen")
@signed_in()
def seen() -> Answer:
    """Mark one bell as seen, or all up to the newest that was shown: today's list shows what was chased alone."""
    from_today = request.form.get("back") == "today"
    me, one, up_to = _me(), request.form.get("id", type=int), request.form.get("up_to", type=int)
    if one is not None:
        outbox.mark_seen(person_id=me, ids=[one], at=clock.now())
    elif up_to is not None:
        outbox.mark_all_seen(person_id=me, up_to=up_to, at=clock.now(), chases=from_today)
    db.session.commit()
    back = url_for("followups.today" if from_today else "followups.notifications")
    return pages.to(back)


def _me() -> int:
    me = current_actor().person_id
    assert me is not None
    return me


@bp.get("/today")
@signed_in()
def today() -> Answer:
    actor, now = current_actor(), clock.now()
    found = list_of_today(actor, now, current_app.config["TRACKER"].zone)
    untaken = counting.counts(actor, now, last=last_change())["triage"] if actor.is_(roles.SUPERVISOR) else 0
    return render_template(
        "followups/today.html", today=found, untaken=untaken, stands_in=standing_in.roles_of(actor, now)
    )


@bp.get("/chases")
@signed_in(*STAFF, roles.AUDITOR)
def chases() -> Answer:
    """The ledger of one case: `?subject=Q-…`."""
    actor, number = current_actor(), request.args.get("subject", "").strip().upper()
    issue = first_or_404(_case(actor, number))
    found = queries.chases_of(issue)
    return render_template(
        "followups/chases.html", issue=issue, number=number, chases=found,
        mails=letters.mails_of([one.id for one in found]), passed_by=queries.passed_by(issue),
    )  # fmt: skip


def _case(actor: Actor, number: str) -> Any:
    from_record = queries.issue_of_record(number)
    wanted = Issue.number == number if from_record is None else Issue.id == from_record
    return issues.visible(actor).where(wanted)


@bp.get("/admin/scheduler")
@signed_in(roles.ADMIN)
def scheduler() -> Answer:
    now, breaks = clock.now(), breaker.standing()
    return render_template(
        "followups/scheduler.html", engine=status.engine_status(now), nodes=status.nodes(now),
        stuck=queries.failing(), planned=queries.would_send(now), promises=invariants.BY_NAME, now=now,
        storm=breaks, volume=breaker.volume(now) if breaks and breaks.tripped_at else (0, 0),
    )  # fmt: skip


@bp.post("/admin/scheduler/resume")
@signed_in(roles.ADMIN)
def resume() -> Answer:
    """Let a restored copy go on from now: what was due before is taken as sent."""
    now = clock.now()
    restoring.resume(now, now)
    db.session.commit()
    flash(_("Chasing goes on."), "ok")
    return pages.to(url_for("followups.scheduler"))


@bp.post("/admin/scheduler/release")
@signed_in(roles.ADMIN)
def release() -> Answer:
    """Let the letters of a storm go; the page offers to hold them again."""
    storms.release(by=current_actor(), at=clock.now())
    db.session.commit()
    flash(_("The letters go out now, for a day without asking again."), "ok")
    return pages.to(url_for("followups.scheduler", _anchor="storm"))


@bp.post("/admin/scheduler/hold")
@signed_in(roles.ADMIN)
def hold() -> Answer:
    """Hold back what is not urgent: undoes a release, and stops a flood by hand."""
    storms.hold(by=current_actor(), at=clock.now())
    db.session.commit()
    flash(_("Letters that are not urgent are held back."), "ok")
    return pages.to(url_for("followups.scheduler", _anchor="storm"))
