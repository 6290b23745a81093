"""What the rules ask about a case: of its record the fields D7 and D8, of an issue without one the room's own facts."""

from typing import Any

from flask import flash, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.decisions import facing
from tracker.decisions.actions import Case
from tracker.errors import DomainError
from tracker.followups import actions as followups
from tracker.records import actions as records
from tracker.records import codes
from tracker.statutory import actions, gathering, rules
from tracker.statutory.forms import FactsForm
from tracker.statutory.views import asked, bp
from tracker.statutory.views.asked import LEVELS
from tracker.statutory.views.case import LEADS, page
from tracker.web import current_actor, pages, signed_in
from tracker.web.answers import Answer
from tracker.web.both import Shared


@bp.post("/statutory/<number>/facts")
@signed_in(*LEADS)
def facts(number: str) -> Answer:
    """Write them, and compute the deadlines anew."""
    found, form, at = facing.case_of(current_actor(), number.upper(), lock=True), FactsForm(), clock.now()
    both = asked.shared(found.issue, found.record, form) or Shared(form)

    def work() -> None:
        _save(found, _wanted(form), at)
        followups.rearm_now(*found.root, at)

    if both.done(work):
        flash(_("Saved. The deadlines were computed anew."), "ok")
        return pages.to(url_for("statutory.case", number=number))
    status = 409 if both.theirs else 422
    return page(facing.case_of(current_actor(), number.upper()), facts=both), status


def _wanted(form: FactsForm) -> dict[str, Any]:
    chosen = list(form.eu_triggers.data or [])
    if rules.NONE_OF_THEM in chosen and len(chosen) > 1:
        text = _("Choose either “None of these” or what has happened.")
        raise DomainError(text, fields={"eu_triggers": text})
    levels = {key: int(form[key].data) if form[key].data else None for key in LEVELS}
    return {"security_event": form.security_event.data, "eu_triggers": chosen, **levels}


def _save(found: Case, wanted: dict[str, Any], at: Any) -> None:
    if found.record is not None:
        records.save(found.record, wanted, by=current_actor(), at=at)
        return
    known = gathering.facts_of([found.issue]).get((gathering.ISSUE, found.issue.id), {})
    overall = codes.cia_level(*(wanted[key] for key in LEVELS))
    # What was never answered is no fact; what was, may be taken back.
    levels = {key: wanted.pop(key) for key in LEVELS} | {"cia_level": overall}
    wanted |= {key: level for key, level in levels.items() if level is not None or key in known}
    actions.save_facts(found.issue, wanted, by=current_actor(), at=at)
