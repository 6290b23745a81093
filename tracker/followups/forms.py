"""Shapes of input about chases."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import ValidationError

from tracker.accounts.forms.fields import at_most, required
from tracker.decisions.rules import REASON_LENGTH
from tracker.issues import when


class PostponeForm(FlaskForm):
    """Another date for what a clock measures, and why."""

    due_at = StringField(_l("New date"), [required(_l("Enter the new date")), at_most(40)])
    reason = TextAreaField(_l("Reason"), [required(_l("Give a reason.")), at_most(REASON_LENGTH)])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.due_at.description = _("For example %(iso)s 17:00 or %(roc)s 17:00", **when.example())

    def validate_due_at(self, field: Any) -> None:
        """The date must be readable."""
        if when.parse(field.data or "") is None:
            raise ValidationError(_("This date cannot be read. Examples: 115/11/22, 11/22 14:30 or tomorrow"))
