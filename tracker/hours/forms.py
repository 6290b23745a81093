"""Forms of calendars."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FieldList, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput

from tracker.accounts.forms.fields import DayField, OneOfField, SomeOfField, at_most, one_of, required
from tracker.accounts.words import WEEKDAY_WORDS
from tracker.calendars import Week
from tracker.hours import rules, words


class HoursField(StringField):
    """The windows of one day as people write them: `09:00-12:00, 13:00-18:00`; empty is free."""

    widget = TextInput()

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else rules.written(self.data or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the windows; raises ValueError with the words that stand beside the field."""
        self.data = rules.windows_of(valuelist[0] if valuelist else "")
        if self.data is None:
            raise ValueError(_("Enter hours like 09:00-12:00, 13:00-18:00, in order and apart"))


class WeekField(FieldList):
    """The hours of the weekdays, Monday first."""

    def told(self, days: Iterable[Any]) -> str:
        """Each weekday with its hours, a line each."""
        named = zip(WEEKDAY_WORDS, days, strict=False)
        return "\n".join(f"{word}{_(': ')}{rules.written(day or ()) or _('free')}" for word, day in named)


class WeekForm(FlaskForm):
    """The hours of seven weekdays, Monday first."""

    days = WeekField(HoursField(), _l("Working hours"), min_entries=7, max_entries=7)

    @property
    def week(self) -> Week:
        return tuple(tuple(day or ()) for day in self.days.data)

    def validate_days(self, field: Any) -> None:
        """Some day of the week must be worked, or no deadline would ever come."""
        if not any(field.data) and not any(one.errors for one in field):
            raise ValidationError(_l("At least one weekday must have working hours"))


class SettingsForm(FlaskForm):
    """What a calendar is called, where its hours count, whose holidays are free, and who keeps it."""

    name = StringField(_l("Name of the calendar"), [at_most(80)])
    zone = StringField(
        _l("Time zone"), description=_l("Such as Asia/Taipei or Europe/Berlin; empty for that of this installation.")
    )  # fmt: skip
    country = SelectField(_l("Public holidays"), choices=[])
    units = SomeOfField(
        _l("Units that keep it"),
        description=_l("Their people and the units below keep it too, unless these have a calendar of their own."),
    )  # fmt: skip

    def offer(self, units: list[tuple[int, str]]) -> None:
        """Offer the countries and these units."""
        self.country.choices = [
            SelectChoice("", _("None")), *(SelectChoice(code, name) for code, name in words.countries())
        ]  # fmt: skip
        self.units.offer(units)

    def validate_zone(self, field: Any) -> None:
        """A zone that the time zone database knows."""
        field.data = (field.data or "").strip()
        if field.data and field.data not in available_timezones():
            raise ValidationError(_l("This time zone is not known; try Asia/Taipei"))


class NewForm(SettingsForm, WeekForm):
    """A calendar with its usual week."""


class DatedForm(WeekForm):
    """A week that holds from a day on, or between two."""

    start = DayField(_l("From"), [required(_l("Say from when these hours hold"))])
    end = DayField(_l("Until"), description=_l("The last day. Empty: until other hours begin."))


class DayForm(FlaskForm):
    """A day that differs."""

    day = DayField(_l("Day"), [required(_l("Enter the day"))])
    kind = one_of(_l("What is it?"), words.KIND_WORDS, default=rules.CLOSED)
    name = StringField(
        _l("What it is called"), [at_most(80)], description=_l("Such as typhoon, or company outing.")
    )
    hours = HoursField(
        _l("Hours"),
        description=_l("Such as 09:00-12:00. A make-up working day without any has those of a weekday."),
    )
    calendar_id = OneOfField(_l("Whose day"))

    def validate_hours(self, field: Any) -> None:
        """A day with hours of its own has some."""
        if self.kind.data == rules.OWN_HOURS and not field.data and not field.errors:
            raise ValidationError(_l("Enter the hours of this day"))

    @property
    def special(self) -> rules.Special:
        """The day as the rules know it."""
        day = self.day.data
        assert day is not None
        hours = self.hours.data if self.kind.data != rules.CLOSED else ()
        return rules.Special(day, self.kind.data, tuple(hours or ()), self.name.data or "")
