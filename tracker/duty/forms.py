"""Forms of a rota, of an override and of a swap."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, SelectField, StringField, TextAreaField
from wtforms.utils import unset_value
from wtforms.validators import Optional

from tracker import clock, written
from tracker.accounts.forms.fields import (
    CHOOSE,
    DayField,
    OneOfField,
    TimeOfDayField,
    at_most,
    listed,
    one_of,
    required,
)
from tracker.accounts.names import NAME_MOST
from tracker.duty import points, rules
from tracker.duty.actions import NOTE_MOST, Wanted
from tracker.duty.words import RHYTHM_WORDS, WEEKDAY_WORDS
from tracker.errors import DomainError

CHOOSE_TIME = _l("Enter a date and time like 2026-11-22 14:30")
WHEN = {"size": "20", "placeholder": "2026-11-22 14:30"}


class CustomField(TextAreaField):
    """The hand-overs of a week; its data are points."""

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else str(self.data or "")

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the lines; raises ValueError with the words that stand beside the field."""
        self.points: tuple[rules.Point, ...] = ()
        self.data = valuelist[0] if valuelist else ""
        try:
            self.points = points.read(self.data or "")
        except points.Unreadable as error:
            raise ValueError(_("“%(line)s” cannot be read. Example: Mon 09:00", line=str(error))) from None


class PlacesField(Field):
    """The members of a rota and their order; its data are the places typed beside the names, by the person's id."""

    data: dict[int, str]

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read the box beside each name."""
        super().process(None, data, extra_filters)
        if formdata:
            typed = {key.removeprefix("place-"): text.strip() for key, text in formdata.items()
                     if key.startswith("place-")}  # fmt: skip
            self.data = {
                int(key): text for key, text in typed.items() if key.isdecimal() and len(key) < 10 and text
            }
        self.data = dict(sorted((self.data or {}).items()))

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        """Offer these people."""
        self.names = dict(people)

    def told(self, places: Mapping[int, str]) -> str:
        """The members in their order."""
        return _(", ").join(self.names.get(one, "") for one in in_order(places))


def in_order(places: Mapping[int, str]) -> list[int]:
    """The members by their places; raises DomainError for a place that is no number."""
    if not all(text.isdecimal() and len(text) < 6 for text in places.values()):
        text = _("Write whole numbers beside the names")
        raise DomainError(text, fields={"members": text})
    return sorted(places, key=lambda one: (int(places[one]), one))


class RotaForm(FlaskForm):
    """A rota."""

    name = StringField(_l("Name of the rota"), [required(_l("Enter the name")), at_most(NAME_MOST)])
    note = TextAreaField(
        _l("What the person on duty does"), [at_most(NOTE_MOST)],
        description=_l("Shown on the rota's page, for example where the phone is."),
    )  # fmt: skip
    members = PlacesField(_l("Members and their order"))
    rhythm = one_of(_l("How often does it change?"), RHYTHM_WORDS, default=rules.WEEKLY)
    minute = TimeOfDayField(_l("Hand-over at"), default=9 * 60)
    weekday = listed(
        _l("Weekday of the hand-over"), {str(day): word for day, word in enumerate(WEEKDAY_WORDS)}, default="0",
        description=_l("For a weekly change."),
    )  # fmt: skip
    every_days = IntegerField(
        _l("Number of days"), [Optional()], default=2, description=_l("For a change every few days."),
        render_kw={"inputmode": "numeric", "size": "4"},
    )  # fmt: skip
    custom = CustomField(
        _l("Hand-overs of a week"), [at_most(1000)],
        description=_l("One line each, such as “Mon 09:00”, “Fri 18:00” or “daily 08:00 20:00”."),
        render_kw={"rows": "4"},
    )  # fmt: skip
    zone = StringField(_l("Time zone"), [required(_l("Enter a time zone such as Asia/Taipei"))])
    first_day = DayField(
        _l("From"), [required(_l("Enter a date like 2026-11-22, 115/11/22, 11/22 or tomorrow"))]
    )
    last_day = DayField(_l("Until"), description=_l("The last day; leave it empty to go on."))
    leads = OneOfField(
        _l("Who begins"), description=_l("Left open, the turns go on with whoever is on duty.")
    )

    def wanted(self, leads: int | None) -> Wanted:
        """The rota that was described."""
        assert isinstance(self.first_day.data, date)
        return Wanted(
            name=self.name.data or "", members=in_order(self.members.data), zone=(self.zone.data or "").strip(),
            first_day=self.first_day.data, rhythm=str(self.rhythm.data), every_days=self._days(),
            weekday=int(self.weekday.data or 0), minute=int(self.minute.data or 0) % rules.DAY_MINUTES,
            custom=self.custom.points, last_day=self.last_day.data, note=self.note.data or "",
            leads=self.leads.data or leads,
        )  # fmt: skip

    def _days(self) -> int:
        return int(self.every_days.data or 0) if self.rhythm.data == rules.EVERY_N_DAYS else 1


class WallTimeField(StringField):
    """A date and a time of day; its data are the day and the minutes after midnight, in whatever zone is meant."""

    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return (
            f"{self.data[0].isoformat()} {self.data[1] // 60:02}:{self.data[1] % 60:02}" if self.data else ""
        )

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it; raises ValueError with the words that stand beside the field."""
        today = clock.now().astimezone(current_app.config["TRACKER"].zone).date()
        found = written.read(valuelist[0] if valuelist else "", today)
        self.data = None
        if found is None or found.clock is None:
            raise ValueError(_("Enter a date and time like 2026-11-22 14:30"))
        self.data = found.day, found.clock.hour * 60 + found.clock.minute

    def instant(self, zone: ZoneInfo) -> datetime:
        """The instant meant, in this zone."""
        day, minute = self.data
        return rules.instant(day, minute, zone.key)


class OverrideForm(FlaskForm):
    """Who takes over, from when to when."""

    person_id = OneOfField(_l("Who takes over"), [required(CHOOSE)])
    starts_at = WallTimeField(_l("From"), [required(CHOOSE_TIME)], render_kw=WHEN)
    ends_at = WallTimeField(_l("Until"), [required(CHOOSE_TIME)], render_kw=WHEN)
    reason = StringField(_l("Reason"), [at_most(300)])


class SwapForm(FlaskForm):
    """Which shift somebody else should take, who, and for which one in return."""

    mine = SelectField(_l("My shift"), choices=[], validate_choice=False)
    to = OneOfField(_l("Who should take it"), [required(CHOOSE)])
    in_return = SelectField(_l("I take in return"), choices=[], validate_choice=False)
    note = StringField(_l("A word to them"), [at_most(300)])


def span_value(start: datetime, end: datetime) -> str:
    """A stretch of time as the value of a choice."""
    return f"{start.isoformat()}|{end.isoformat()}"


def span_of(value: str) -> tuple[datetime, datetime] | None:
    """The stretch of time that `span_value` wrote."""
    start, _bar, end = value.partition("|")
    try:
        found = datetime.fromisoformat(start), datetime.fromisoformat(end)
    except ValueError:
        return None
    return found if all(one.tzinfo is not None for one in found) else None
