"""One effect check: written down, and corrected afterwards."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import clock
from tracker.accounts.forms.fields import wrong
from tracker.db import db, first_or_404
from tracker.errors import DomainError
from tracker.followups import actions as followups
from tracker.records import actions, forms
from tracker.records.models import Record
from tracker.records.parts import EffectCheck
from tracker.records.views import bp
from tracker.records.views.loading import record_of
from tracker.records.views.record import page
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer

MOST = 1_000_000


@bp.post("/records/<number>/checks/<int:check_id>")
@signed_in()
def check(number: str, check_id: int) -> Answer:
    """Write down one effect check, or correct what it says."""
    found, at = record_of(number), clock.now()
    wanted = first_or_404(
        select(EffectCheck).where(EffectCheck.id == check_id, EffectCheck.record_id == found.id)
    )
    form, record_id, again = forms.CheckForm(), found.id, wanted.done_at is not None
    try:
        actions.record_check(
            wanted, form.result.data or "", _count(form.recurrences.data or ""), by=current_actor(), at=at,
            early_because=form.early_because.data or "", because=form.because.data or "",
        )  # fmt: skip
    except DomainError as error:
        if error.status != 422:
            raise
        db.session.rollback()
        wrong(form, error.fields, error.text)
        return page(db.session.get_one(Record, record_id), check=(check_id, form), status=422)
    followups.rearm_now("record", found.id, at)
    db.session.commit()
    flash(_("The check is corrected.") if again else _("The check is recorded."), "ok")
    return redirect(url_for(".show", number=found.number, _anchor="f-effect_checks"), 303)


def _count(given: str) -> int | None:
    """How often it came back; nothing where nothing was entered."""
    plain = given.strip()
    if not plain:
        return None
    if not plain.isdecimal() or int(plain[:8]) > MOST:
        text = _("Enter a whole number from 0 to %(most)s.", most=f"{MOST:,}")
        raise DomainError(text, fields={"recurrences": text})
    return int(plain)
