"""An unannounced model change: entered, its re-check list worked off, taken back when it was a mistake."""

from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import clock
from tracker.accounts import rules as roles
from tracker.db import db, first_or_404, locked
from tracker.errors import DomainError, NotAllowed, NotFound
from tracker.escalations import forms, model_changes
from tracker.escalations.model_changes import Found
from tracker.escalations.views import bp
from tracker.issues import when
from tracker.systems import queries as systems
from tracker.systems.models import AISystem, ModelChange, Recheck
from tracker.web import current_actor, pages, signed_in
from tracker.web.answers import Answer

STAFF = (roles.SUPERVISOR, roles.MANAGER, roles.ENGINEER)
MOST = 200


@bp.app_context_processor
def what_to_recheck() -> dict[str, Any]:
    """Let the pages of cases show that the model may have changed, and follow-up list what is to be looked at again."""
    return {
        "rechecks_of": model_changes.of_case,
        "rechecks_open": lambda: model_changes.lines(current_actor(), MOST),
    }


@bp.route("/systems/<key>/model-change", methods=["GET", "POST"])
@signed_in(*STAFF)
def model_change(key: str) -> Answer:
    system, form = _system(key), forms.ModelChangeForm()
    if not model_changes.may_report(current_actor(), system):
        raise NotAllowed(act="model_change")
    if pages.done(form, lambda: _report(system, form)):
        flash(_("Entered. Open cases and the guide are marked to be looked at again."), "ok")
        return pages.to(url_for("escalations.model_change", key=key))
    system = _system(key)
    changes = select(ModelChange).where(ModelChange.system_id == system.id).order_by(ModelChange.id.desc())
    return pages.show(
        "escalations/model_change.html", form, system=system, changes=db.session.scalars(changes.limit(20)).all(),
        lines=model_changes.lines(current_actor(), MOST, system), release=systems.current_version(system),
        others_exist=model_changes.others_exist(current_actor(), system),
    )  # fmt: skip


def _report(system: AISystem, form: forms.ModelChangeForm) -> None:
    since = when.parse(form.since.data or "")
    if since is None:
        raise DomainError(fields={"since": _("Enter a date and time like 2026-11-22 14:30")})
    found = Found(when.aware(since), form.known.data or "", form.evidence.data or "")
    model_changes.report(system, found, by=current_actor(), at=clock.now())


@bp.post("/model-changes/<int:change_id>/withdraw")
@signed_in(*STAFF)
def withdraw_change(change_id: int) -> Answer:
    """Entered by mistake: every mark that stands is cleared."""
    row = first_or_404(select(ModelChange).where(ModelChange.id == change_id))
    key = row.system.key
    _system(key)
    if not model_changes.may_report(current_actor(), row.system):
        raise NotAllowed(act="model_change")
    note = _("Entered by mistake.")
    count = model_changes.withdraw(row, note, by=current_actor(), at=clock.now())
    db.session.commit()
    flash(_("%(count)s marks were cleared.", count=count), "ok")
    return pages.to(url_for("escalations.model_change", key=key))


@bp.route("/rechecks/<int:recheck_id>", methods=["GET", "POST"])
@signed_in(*STAFF)
def recheck(recheck_id: int) -> Answer:
    """Look at one case or guide again and say what was found."""
    wanted = select(Recheck).where(Recheck.id == recheck_id)
    mark, form = first_or_404(locked(wanted) if request.method == "POST" else wanted), forms.RecheckForm()
    line = model_changes.line_of(current_actor(), mark)
    if line is None:
        raise NotFound()
    note = form.note.data or ""
    if pages.done(form, lambda: model_changes.clear(mark, note, by=current_actor(), at=clock.now())):
        flash(_("Looked at again. Thank you."), "ok")
        return pages.to(line.href)
    return pages.show("escalations/recheck.html", form, mark=first_or_404(wanted), line=line)


def _system(key: str) -> AISystem:
    wanted = systems.by_key(key).where(AISystem.imported.is_(False), AISystem.key != "unknown")
    return first_or_404(locked(wanted) if request.method == "POST" else wanted)
