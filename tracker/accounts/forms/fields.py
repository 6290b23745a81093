"""Fields that several rooms ask for: a day as people write it, a time of day, one or some of many."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import TextInput

from tracker import clock, written
from tracker.accounts.forms.picking import PickWidget, meant

NOBODY = ""
CHOOSE = _l("Choose one of the list")


def required(text: Any) -> InputRequired:
    """The field must be answered; `text` is what stands beside it otherwise."""
    return InputRequired(text)


def at_most(count: int) -> Length:
    """The longest that is kept of a text."""
    return Length(max=count, message=_l("Use at most %(count)s characters", count=count))


class DayField(StringField):
    """A day as people write it (`written`)."""

    widget = TextInput()

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else self.data.isoformat() if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day; raises ValueError with the words that stand beside the field."""
        text = (valuelist[0] if valuelist else "").strip()
        self.data = day_of(text, _today()) if text else None
        if text and self.data is None:
            raise ValueError(_("Enter a date like 2026-11-22, 115/11/22, 11/22 or tomorrow"))


def day_of(text: str, today: date) -> date | None:
    """The day a text means, seen from `today`; None where it means none, or a time of day as well."""
    found = written.read(text, today)
    return found.day if found is not None and found.clock is None else None


def _today() -> date:
    zone: ZoneInfo = current_app.config["TRACKER"].zone
    return clock.now().astimezone(zone).date()


class TimeOfDayField(StringField):
    """A time of day such as 09:00; 24:00 is the end of the day.  Its data are minutes since midnight."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data // 60:02d}:{self.data % 60:02d}"

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the time; raises ValueError with the words that stand beside the field."""
        text = unicodedata.normalize("NFKC", valuelist[0] if valuelist else "").strip()
        found = re.fullmatch(r"(\d{1,2}):?(\d\d)(?::00)?", text)
        if not text:
            self.data = None
        elif found and (int(found[1]) < 24 or text in ("24:00", "2400")) and int(found[2]) < 60:
            self.data = int(found[1]) * 60 + int(found[2])
        else:
            self.data = None
            raise ValueError(_("Enter a time like 09:00"))


class OneOfField(SelectField):
    """One row of ours by its id, or nobody; a long list is searched by name."""

    widget = PickWidget()

    def __init__(self, label: Any = None, validators: Any = None, **kw: Any) -> None:
        super().__init__(label, validators, coerce=_id, choices=[], invalid_choice_message=CHOOSE, **kw)

    def offer(self, rows: Iterable[tuple[int, str]], nobody: Any = "–") -> None:
        """Offer these rows, and nobody on top."""
        self.choices = [SelectChoice(NOBODY, nobody), *(SelectChoice(str(key), text) for key, text in rows)]
        if self.raw_data:
            self.data = _id(meant(self.choices, str(self.raw_data[0])) or self.raw_data[0])


class SomeOfField(SelectMultipleField):
    """Several rows of ours by their ids."""

    def __init__(self, label: Any = None, validators: Any = None, **kw: Any) -> None:
        super().__init__(label, validators, coerce=int, choices=[], invalid_choice_message=CHOOSE, **kw)
        # The page draws it as the checkboxes that it is.
        self.type = "SelectMultipleField"

    def offer(self, rows: Iterable[tuple[int, str]]) -> None:
        """Offer these rows."""
        self.choices = [SelectChoice(str(key), text) for key, text in rows]


def one_of(label: Any, words: Mapping[str, Any], **kw: Any) -> RadioField:
    """One of our codes, as cards."""
    return RadioField(label, choices=options(words), invalid_choice_message=CHOOSE, **kw)


def some_of(label: Any, words: Mapping[str, Any], **kw: Any) -> SelectMultipleField:
    """Several of our codes, as cards."""
    return SelectMultipleField(label, choices=options(words), invalid_choice_message=CHOOSE, **kw)


def listed(label: Any, words: Mapping[str, Any], **kw: Any) -> SelectField:
    """One of our codes, from a list that opens."""
    return SelectField(label, choices=options(words), invalid_choice_message=CHOOSE, **kw)


def options(words: Mapping[str, Any]) -> list[SelectChoice]:
    """The choices that a dict of words makes."""
    return [SelectChoice(key, word) for key, word in words.items()]


def wrong(form: Any, fields: Mapping[str, str], text: str) -> None:
    """Write what the domain refused beside its fields, or on top where no field is meant."""
    left = dict(fields)
    for name in list(left):
        field = getattr(form, name, None)
        if isinstance(field, Field):
            field.errors = [*field.errors, left.pop(name)]
    if left or not fields:
        form.form_errors = [*form.form_errors, *(left.values() or [text])]


def _id(value: Any) -> int | None:
    if value in (None, NOBODY, "None"):
        return None
    try:
        return int(value)
    except (TypeError, ValueError):
        return -1
