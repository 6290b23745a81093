"""What concerns the reader alone, bells and today's list, and the ledger of a case."""

from flask import current_app, render_template, request, url_for
from sqlalchemy import select

from tracker import clock, outbox
from tracker.accounts import rules as roles
from tracker.db import db, first_or_404
from tracker.followups import queries
from tracker.followups.today import today as list_of_today
from tracker.followups.views.ground import STAFF, bp
from tracker.issues import counting
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.outbox import queries as letters
from tracker.outbox.models import Letter
from tracker.records import queries as records
from tracker.records import standing_in
from tracker.records.masking import is_masked
from tracker.records.models import Record
from tracker.web import current_actor, last_change, pages, signed_in
from tracker.web.answers import Answer

BELLS = 50


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
    """The ledger of one case, `?subject=Q-…`; of a record, `?subject=AR-…`, also for who sees no issue: an auditor."""
    actor, number = current_actor(), request.args.get("subject", "").strip().upper()
    record = db.session.scalars(records.visible(actor).where(Record.number == number)).first()
    wanted = select(Issue).where(issues.may_read(actor), Issue.number == number)
    issue = record.primary_issue if record is not None else first_or_404(wanted)
    found = queries.chases_of(issue)
    return render_template(
        "followups/chases.html", issue=issue, record=record, number=number, chases=found,
        mails=letters.mails_of([one.id for one in found]), passed_by=queries.passed_by(issue),
        masked=record is not None and is_masked(actor, record),
    )  # fmt: skip
