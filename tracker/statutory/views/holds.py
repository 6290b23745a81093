"""Holds on the evidence of a case: placed and ended by who leads it, overridden with a reason by who corrects it."""

from collections.abc import Callable

from flask import flash, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import clock
from tracker.accounts.rules import ENGINEER, MANAGER, SUPERVISOR, Actor
from tracker.db import db, first_or_404, locked
from tracker.decisions import facing
from tracker.followups import actions as followups
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.issues.parts import EvidenceHold
from tracker.records import queries as records
from tracker.records.models import Record
from tracker.statutory import forms, holding
from tracker.statutory.views import bp
from tracker.statutory.views.case import LEADS
from tracker.web import current_actor, pages, signed_in
from tracker.web.answers import Answer


@bp.post("/statutory/<number>/hold")
@signed_in(*LEADS)
def hold(number: str) -> Answer:
    """Hold the evidence of the case."""
    found, form, at = (
        facing.case_of(current_actor(), number.upper(), lock=True),
        forms.HoldForm(),
        clock.now(),
    )

    def work() -> None:
        holding.place(found.issue, form.because.data or "", by=current_actor(), at=at)
        followups.rearm_now(*found.root, at)

    if pages.done(form, work):
        flash(
            _(
                "The evidence is held: nothing of the case is masked or taken away, and who corrects it is told."
            ),
            "ok",
        )
    else:
        flash(_("Give the reason"), "error")
    return pages.to(url_for("statutory.case", number=number, _anchor="holds"))


@bp.post("/statutory/holds/<int:hold_id>/<any(end,override):verb>")
@signed_in(SUPERVISOR, ENGINEER, MANAGER)
def settle(hold_id: int, verb: str) -> Answer:
    """End a hold placed by hand, or correct the system in spite of one; back to the record."""
    actor = current_actor()
    one, issue, record = held(actor, hold_id)
    form, at = forms.HoldForm(), clock.now()
    number = record.number if record is not None else issue.number
    kind = ("record", record.id) if record is not None else ("issue", issue.id)
    because = form.because.data or ""
    acts: dict[str, Callable[[], None]] = {
        "end": lambda: holding.end(issue, one, because, by=actor, at=at),
        "override": lambda: holding.override(issue, record, one, because, by=actor, at=at),
    }

    def work() -> None:
        acts[verb]()
        followups.rearm_now(*kind, at)

    if pages.done(form, work):
        said = (
            _("The evidence is free again.") if verb == "end" else _("Noted. The evidence itself stays held.")
        )
        flash(said, "ok")
    else:
        flash(_("Give the reason"), "error")
    return pages.to(f"/records/{number}" if record is not None else f"/issues/{number}")


def held(actor: Actor, hold_id: int) -> tuple[EvidenceHold, Issue, Record | None]:
    """The hold of a case that the actor may see, its issue locked, and the open record; NotFound else."""
    one: EvidenceHold = first_or_404(select(EvidenceHold).where(EvidenceHold.id == hold_id))
    issue: Issue = first_or_404(locked(issues.visible(actor).where(Issue.id == one.issue_id)))
    again = select(EvidenceHold).where(EvidenceHold.id == hold_id).execution_options(populate_existing=True)
    return db.session.scalars(again).one(), issue, records.of_issue(issue)
