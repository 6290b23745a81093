"""The scheduler's page: nodes, letters held back, and what an administrator may do about them."""

from flask import flash, render_template, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.accounts import rules as roles
from tracker.db import db
from tracker.followups import (
    invariants,
    queries,
    restoring,
    status,
)
from tracker.followups import storm as storms
from tracker.followups.views.ground import bp
from tracker.outbox import breaker
from tracker.web import current_actor, pages, signed_in
from tracker.web.answers import Answer


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
