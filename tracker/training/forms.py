"""Shapes of input about training."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import StringField, TextAreaField
from wtforms.validators import ValidationError

from tracker.accounts.forms.fields import DayField, OneOfField, at_most, listed, one_of, required
from tracker.accounts.forms.several import PickingForm, PickSomeField
from tracker.accounts.names import NAME_MOST
from tracker.accounts.words import ROLE_WORDS
from tracker.systems.rules import TEXT_MOST

KINDS = {
    "everybody": _l("Everybody"),
    "unit": _l("A unit"),
    "role": _l("All who have a role"),
    "person": _l("One person"),
}


class SessionForm(PickingForm):
    """One session that was held."""

    held_on = DayField(_l("Day"), [required(_l("Enter the day"))])
    topic = StringField(_l("Topic"), [required(_l("Enter the topic")), at_most(NAME_MOST)])
    trainer = StringField(_l("Trainer"), [required(_l("Enter who trained")), at_most(NAME_MOST)])
    version_id = OneOfField(
        _l("AI system and version"),
        description=_l("Who attended counts as trained for this version."),
    )
    functions = TextAreaField(_l("Functions taught"), [at_most(TEXT_MOST)])
    people = PickSomeField(_l("Who was there"))
    names_only = TextAreaField(
        _l("Others who were there"), [at_most(TEXT_MOST)],
        description=_l("One name a line. A colleague's full name counts as theirs."),
    )  # fmt: skip
    sheet = MultipleFileField(
        _l("Sign-in sheet"), description=_l("A photo or scan of the list with signatures.")
    )
    note = TextAreaField(_l("Note"), [at_most(TEXT_MOST)])

    def facts(self) -> dict[str, Any]:
        """What the log keeps, without those who were there."""
        return {
            key: self[key].data for key in ("held_on", "topic", "trainer", "version_id", "functions", "note")
        }


class MustKnowForm(FlaskForm):
    """Who must know a system."""

    kind = one_of(_l("Who must know it?"), KINDS, default="everybody")
    unit_id = OneOfField(_l("Unit"))
    role = listed(_l("Role"), {"": "–", **ROLE_WORDS}, default="")
    person_id = OneOfField(_l("Person"))

    def validate_kind(self, field: Any) -> None:
        """What the choice speaks of must be chosen too."""
        key = {"unit": "unit_id", "role": "role", "person": "person_id"}.get(field.data)
        if key and not self[key].data:
            raise ValidationError(_l("Choose which one"))

    def whom(self) -> dict[str, Any]:
        """The choice alone, without what was left over in the other fields."""
        key = {"unit": "unit_id", "role": "role", "person": "person_id"}.get(self.kind.data)
        return {key: self[key].data} if key else {}
