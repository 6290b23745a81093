"""Forms of a plan; a round's form is its checklist."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField, TextAreaField

from tracker.accounts.forms.fields import CHOOSE, DayField, OneOfField, at_most, one_of, required
from tracker.accounts.names import NAME_MOST
from tracker.inspections import rules
from tracker.inspections.planning import Wanted
from tracker.inspections.words import RHYTHM_WORDS

NUMBER = {"inputmode": "numeric", "size": "4"}


class PlanForm(FlaskForm):
    """What is checked, how often, by whom."""

    name = StringField(_l("Name of the inspection"), [required(_l("Enter the name")), at_most(NAME_MOST)])
    name_en = StringField(_l("English name"), [at_most(NAME_MOST)])
    system_id = OneOfField(_l("AI system"), [required(CHOOSE)])
    function_id = OneOfField(_l("Function"), description=_l("Leave it open to inspect the whole system."))
    unit_id = OneOfField(_l("Unit"))
    owner_id = OneOfField(
        _l("Who inspects"), [required(CHOOSE)], description=_l("While away, their deputy is asked.")
    )
    rhythm = one_of(_l("Rhythm counted in"), RHYTHM_WORDS, default=rules.WEEKS)
    every = IntegerField(_l("Every how many of them"), default=1, render_kw=NUMBER)
    first_day = DayField(
        _l("First day"), [required(_l("Enter a date like 2026-11-22, 115/11/22, 11/22 or tomorrow"))],
        description=_l("Later rounds count from here. One on a day off moves to the next working day."),
    )  # fmt: skip
    within_days = IntegerField(_l("To be done within (working days)"), default=3, render_kw=NUMBER)
    items = TextAreaField(
        _l("Checklist"), [required(_l("Write at least one line"))],
        description=_l("One line each; “one / other” gives it in Chinese and in English."), render_kw={"rows": "8"},
    )  # fmt: skip

    def wanted(self) -> Wanted:
        """The plan that was described."""
        lines = [line.strip() for line in (self.items.data or "").splitlines() if line.strip()]
        pairs = [
            (text.strip(), english.strip())
            for text, _bar, english in (line.partition(" / ") for line in lines)
        ]
        first_day = self.first_day.data
        assert first_day is not None
        return Wanted(
            name=self.name.data or "", name_en=self.name_en.data or "", system_id=self.system_id.data or 0,
            owner_id=self.owner_id.data or 0, first_day=first_day, items=pairs,
            function_id=self.function_id.data, unit_id=self.unit_id.data, rhythm=str(self.rhythm.data),
            every=int(self.every.data or 0), within_days=int(self.within_days.data or 0),
        )  # fmt: skip


def filled(plan: Any) -> dict[str, Any]:
    """A plan as its form shows it."""
    keys = (
        "name",
        "name_en",
        "system_id",
        "function_id",
        "unit_id",
        "owner_id",
        "rhythm",
        "every",
        "first_day",
        "within_days",
    )
    lines = [f"{one.text} / {one.text_en}" if one.text_en else one.text for one in plan.items if one.active]
    return {**{key: getattr(plan, key) for key in keys}, "items": "\n".join(lines)}


def reason_missing() -> str:
    """What stands beside an empty reason."""
    return _("Give a reason.")
