"""Picking several people out of many: boxes while they are few, else those chosen and a box to search for more.

The box takes several names at once and works without scripts; its button adds what was typed and saves nothing yet.
"""

import re
from collections.abc import Iterable
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from tracker.accounts.forms.fields import SomeOfField
from tracker.accounts.forms.picking import A_LIST, meant

BETWEEN = re.compile(r"[,，、;；\n]+")
ADD = "pick"
"""The name of the button that adds what was typed; its value is the name of the field."""


class PickSomeField(SomeOfField):
    """Some of the rows offered by their ids, or by names typed; a name that means nobody, or several, is refused."""

    data: list[int]
    unread: tuple[str, ...] = ()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep what was sent: it is read when the choices are offered."""
        self.data = []

    def offer(self, rows: Iterable[tuple[int, str]]) -> None:
        """Offer these rows, and read what was ticked and typed."""
        super().offer(rows)
        if not self.raw_data:
            return
        found: list[int] = []
        unread: list[str] = []
        by_id = {str(one.value) for one in self.choices}
        for text in (part.strip() for sent in self.raw_data for part in BETWEEN.split(str(sent))):
            value = text if text in by_id else meant(self.choices, text)
            if value is not None:
                found.append(int(value))
            elif text:
                unread.append(text)
        self.data, self.unread = list(dict.fromkeys(found)), tuple(unread)

    def pre_validate(self, form: FlaskForm) -> None:
        """Raise ValidationError for what was typed and means no one of the list."""
        if self.unread:
            names = _(", ").join(self.unread)
            raise ValidationError(_("Nobody, or more than one, is called so: %(names)s", names=names))

    @property
    def many(self) -> bool:
        """Whether there are too many to show a box for each."""
        return len(self.choices) > A_LIST

    @property
    def chosen(self) -> list[SelectChoice]:
        """Those picked so far, in the order of the list."""
        picked = set(self.data or ())
        return [one for one in self.choices if int(one.value) in picked]

    @property
    def others(self) -> list[SelectChoice]:
        """Those who can be added."""
        picked = set(self.data or ())
        return [one for one in self.choices if int(one.value) not in picked]


class PickingForm(FlaskForm):
    """A form with such a field: the button that adds people shows the form again and carries nothing out."""

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """Whether it was sent to be carried out, and is right."""
        wanted = request.form.get(ADD, "")
        if wanted in self._fields:
            self._fields[wanted].validate(self)
            return False
        return bool(super().validate_on_submit(extra_validators))
