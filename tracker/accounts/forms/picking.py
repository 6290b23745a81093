"""Picking somebody out of many: a list that opens while it is short, a box to search in once it is long.

The box works without scripts: the browser narrows its list while one types, and the form reads a name as well as a
choice of the list.
"""

import unicodedata
from collections.abc import Iterable
from typing import Any

from markupsafe import Markup
from wtforms import Field, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import Select, html_params

A_LIST = 20
"""As many rows are looked through at a glance; more are searched."""


class PickWidget(Select):
    """A `<select>`, or an `<input>` with a `<datalist>` of names and units."""

    def __call__(self, field: Field, **attrs: Any) -> Markup:
        if len(field.choices or ()) <= A_LIST:
            return super().__call__(field, **attrs)
        known = {str(one.value): str(one.label) for one in field.choices if one.value not in (None, "")}
        data = "" if field.data is None else str(field.data)
        shown = known.get(data) or (str(field.raw_data[0]) if field.raw_data else "")
        box = html_params(
            id=field.id, name=field.name, list=f"{field.id}-all", value=shown, autocomplete="off", **attrs
        )
        rows = Markup("").join(
            Markup('<option value="{}"></option>').format(label) for label in known.values()
        )
        return Markup("<input {}>").format(Markup(box)) + Markup(
            '<datalist id="{}-all">{}</datalist>'
        ).format(field.id, rows)


def meant(choices: Iterable[SelectChoice], text: str) -> Any:
    """The value of the choice that was picked or typed: by value, by whole name, else the only one it is part of."""
    listed, wanted = list(choices), _folded(text)
    if not wanted:
        return None
    exact = [one.value for one in listed if wanted in (_folded(one.value), _folded(one.label))]
    near = [one.value for one in listed if one.value and wanted in _folded(one.label)]
    return exact[0] if exact else near[0] if len(near) == 1 else None


def _folded(text: Any) -> str:
    return unicodedata.normalize("NFKC", str(text or "")).strip().casefold()


class PickField(SelectField):
    """One of the choices offered, or a name out of them; whether it may be chosen is for the verb to say."""

    widget = PickWidget()
    data: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, validate_choice=False, choices=[], **options)

    def offer(self, choices: Iterable[SelectChoice]) -> None:
        """Offer these, and read what was typed as one of them; what is none of them stays as it was typed."""
        self.choices = list(choices)
        if self.raw_data:
            self.data = meant(self.choices, str(self.raw_data[0])) or self.data
