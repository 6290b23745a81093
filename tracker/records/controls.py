"""The controls of a record's fields: what the library writes, but in one go: a page has thirty with a hundred choices.

No field is required or limited here (that is for the verb to say), so that a control has no such attributes.
"""

from functools import cache
from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from wtforms import Field, SelectChoice, SelectField, widgets
from wtforms.fields.choices import Choice

from tracker.records import fields
from tracker.records.wordlists import words_of

NOT_CHOSEN = SelectChoice("", _l("Not chosen"))


def attributes(**given: Any) -> str:
    """Attributes by their names; True stands bare, False is left out."""
    return " ".join(
        name if value is True else f'{name}="{_quoted(value)}"'
        for name, value in sorted(given.items())
        if value is not False
    )


def _quoted(value: Any) -> str:
    return str(escape(value)).replace('"', "&quot;")


class Line(widgets.TextInput):
    """A box of one line."""

    html_params = staticmethod(attributes)


class Area(widgets.TextArea):
    """A box of several lines."""

    def __call__(self, field: Field, **given: Any) -> Markup:
        shown = attributes(**{"id": field.id, **given, "name": field.name})
        return Markup(f"<textarea {shown}>\r\n{escape(field._value())}</textarea>")


class Options(widgets.Select):
    """A list to choose one from."""

    def __call__(self, field: Field, **given: Any) -> Markup:
        shown = attributes(**{"id": field.id, **given, "name": field.name})
        options = "".join(_option(one) for one in field.iter_choices())
        return Markup(f"<select {shown}>{options}</select>")


def _option(one: Choice) -> str:
    chosen = "selected " if one.selected else ""
    return f'<option {chosen}value="{_quoted(one.value)}">{escape(one.label or one.value)}</option>'


LINE, AREA, OPTIONS = Line(), Area(), Options()


class LooseSelect(SelectField):
    """One of the choices shown; whether it may be chosen is for the verb to say."""

    widget = OPTIONS

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, validate_choice=False, **options)


def choices(key: str) -> list[SelectChoice]:
    """The values of a field's closed list, in the language at hand."""
    return list(_choices(key, get_locale()))


@cache
def _choices(key: str, _locale: Locale | None) -> tuple[SelectChoice, ...]:
    known = words_of(key)
    # Marked as safe now, so that no page asks again whether it is.
    return tuple(
        SelectChoice(str(one), escape(known.get(one, one))) for one in fields.BY_KEY[key].choices or known
    )
