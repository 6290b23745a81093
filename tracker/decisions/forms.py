"""Forms of the four answers, of asking for one, and of taking one back."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField, TextAreaField

from tracker.accounts.forms.fields import at_most
from tracker.decisions.rules import ACCEPT_DAYS, ACCEPT_RISK, MORE_TIME, REASON_LENGTH, REASSIGN, SUSPEND
from tracker.records.controls import LooseSelect

WHEN = {"size": "20", "placeholder": "2026-11-22 14:30", "autocomplete": "off"}


REASON = _l("Reason")


def _reason(label: Any = REASON) -> TextAreaField:
    return TextAreaField(label, [at_most(REASON_LENGTH)], render_kw={"required": True})


class MoreTimeForm(FlaskForm):
    """Another date, and whether the reporters hear of it."""

    clock = LooseSelect(_l("What gets more time"))
    until = StringField(_l("New date"), render_kw=WHEN)
    reason = _reason()
    tell = BooleanField(_l("Tell the reporter that they hear from us by then"), default=True)


class ReassignForm(FlaskForm):
    """Somebody else."""

    to = LooseSelect(_l("To whom"))
    reason = _reason()


class SuspendForm(FlaskForm):
    """Nobody uses the system for now."""

    notice = TextAreaField(
        _l("What its users read"), [at_most(REASON_LENGTH)],
        description=_l(
            "Shown on the report page, the guide and the system's page, and sent to who must know the system."
        ),
        render_kw={"required": True},
    )  # fmt: skip
    reason = _reason(_l("Reason (for those who work on it)"))


class AcceptForm(FlaskForm):
    """Live with it until a date."""

    until = StringField(
        _l("Until when"), render_kw=WHEN,
        description=_l("At most %(days)s days. Chasing rests until then and comes again at once.", days=ACCEPT_DAYS),
    )  # fmt: skip
    reason = _reason()


class AskForm(FlaskForm):
    """What the managers should decide, and why it cannot wait."""

    question = TextAreaField(
        _l("What should be decided, and why"), [at_most(REASON_LENGTH)], render_kw={"required": True}
    )


class TakeBackForm(FlaskForm):
    """Why it holds no longer."""

    reason = _reason()


FORMS: dict[str, type[FlaskForm]] = {
    MORE_TIME: MoreTimeForm, REASSIGN: ReassignForm, SUSPEND: SuspendForm, ACCEPT_RISK: AcceptForm,
}  # fmt: skip
