"""Forms of policies: one rule, bringing a version into force, the size of a trial."""

import math
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    StringField,
    TextAreaField,
)
from wtforms.validators import NumberRange
from wtforms.widgets import TextInput

from tracker.accounts.forms.fields import SomeOfField, at_most, listed, one_of, some_of
from tracker.issues.words import KIND_WORDS
from tracker.policies import checking, rules, words
from tracker.policies.actions import NOTE_LENGTH
from tracker.policies.rules import Allowance, Only, Rule, Stage

SPARE_ROWS = 2
NO_STEP = ""
SEVERITY_WORDS = {one: one for one in rules.SEVERITIES}


class AmountField(StringField):
    """A number such as 8, 1.5 or ８; its data is a float, None when nothing was entered."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:g}"

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; raises ValueError with the words that stand beside the field."""
        text = unicodedata.normalize("NFKC", valuelist[0] if valuelist else "").strip().replace(",", ".")
        self.data = None
        if not text:
            return
        try:
            found = float(text) if len(text) < 20 else math.nan
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
            raise ValueError(_("Enter a number such as 8 or 1.5"))
        self.data = found


class StepForm(Form):
    """One step of the ladder; without a time it is left out."""

    when = listed(
        _l("When this step comes"), {NO_STEP: _l("– (no step)"), **words.WHEN_WORDS}, default=NO_STEP
    )
    amount = AmountField(_l("How many"))
    unit = listed(_l("Counted in"), words.UNIT_WORDS, default=rules.DAY)
    to = some_of(_l("Who is told"), words.TO_WORDS)
    does = listed(_l("What the system does"), words.DOES_WORDS, default="")


class RuleForm(FlaskForm):
    """One rule of the draft: for whom, how long, the ladder."""

    amounts = FieldList(AmountField(), min_entries=4, max_entries=4)
    unit = one_of(_l("Counted in"), words.UNIT_WORDS, default=rules.HOUR)
    severities = some_of(_l("Severities"), SEVERITY_WORDS)
    kinds = some_of(_l("Kinds of issues"), KIND_WORDS)
    systems = SomeOfField(_l("AI systems"))
    units = SomeOfField(_l("Units, with those below them"))
    steps = FieldList(FormField(StepForm), max_entries=20)
    seen = HiddenField()

    def offer(self, systems: Mapping[int, str], units: Mapping[int, str]) -> None:
        """Offer these systems and units."""
        self.systems.offer(systems.items())
        self.units.offer(units.items())

    def rule(self, clock: str) -> Rule:
        """The rule as it was entered, its steps in the order in which they fall due."""
        only = Only(
            tuple(self.severities.data or ()), tuple(self.systems.data or ()), tuple(self.units.data or ()),
            tuple(self.kinds.data or ()),
        )  # fmt: skip
        stages = tuple(_stage(row) for row in self.steps.data if row["when"] != NO_STEP)
        return Rule(clock, checking.in_order(stages), self._allowance(clock), only)

    def _allowance(self, clock: str) -> Allowance | None:
        if clock in rules.AGREED:
            return None
        given = [float(amount or 0) for amount in self.amounts.data]
        if clock == rules.USER_ANSWER:
            return Allowance(rules.DAY, (given[0],) * 4)
        return Allowance(self.unit.data or rules.HOUR, (given[0], given[1], given[2], given[3]))

    def refuse(self, faults: Iterable[checking.Fault]) -> bool:
        """Write what is wrong beside its field; tells whether anything was."""
        texts: dict[str, dict[str, None]] = {}
        for name, code, values in faults:
            texts.setdefault(name, {})[words.problem(code, values)] = None
        fields = {"amounts": self.amounts, "steps": self.steps, "only": self.severities}
        for name, some in texts.items():
            fields[name].errors = [*some]
        return bool(texts)


def _stage(row: Mapping[str, Any]) -> Stage:
    when = row["when"]
    amount = float(row["amount"] or 0) if when != rules.DUE else 0.0
    unit = row["unit"] if when == rules.AFTER else rules.DAY
    return Stage(when, amount, unit, tuple(row["to"] or ()), row["does"] or "")


def filled(rule: Rule) -> dict[str, Any]:
    """A rule as the form shows it, with rows to spare."""
    rows: list[dict[str, Any]] = [
        {"when": one.when, "amount": one.amount if one.when != rules.DUE else None, "unit": one.unit,
         "to": list(one.to), "does": one.does}
        for one in rule.steps
    ]  # fmt: skip
    rows += [{"when": NO_STEP, "amount": None, "unit": rules.DAY, "to": [], "does": ""}] * SPARE_ROWS
    allowance = rule.allowance
    return {
        "amounts": list(allowance.amounts) if allowance is not None else [None] * 4,
        "unit": allowance.unit if allowance is not None else rules.HOUR, "steps": rows,
        **{key: list(some) for key, some in vars(rule.only).items()},
    }  # fmt: skip


class ActivateForm(FlaskForm):
    """From when a version holds, for whom, and why."""

    effective_at = StringField(
        _l("From when"), description=_l("Such as 2026-12-01 09:00; empty means at once.")
    )
    open_cases = BooleanField(
        _l("Also apply to open cases"),
        description=_l("Otherwise each open case keeps the version it began with."),
    )
    note = TextAreaField(_l("Why"), [at_most(NOTE_LENGTH)])


class TrialForm(FlaskForm):
    """How far back a simulation looks."""

    weeks = IntegerField(
        _l("How many weeks back"), [NumberRange(1, 52, _l("Enter whole weeks, from 1 to 52"))], default=8
    )
    most = IntegerField(
        _l("At most so many cases"), [NumberRange(1, 2000, _l("Enter a whole number from 1 to 2000"))], default=300
    )  # fmt: skip
