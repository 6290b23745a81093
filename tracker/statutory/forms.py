"""Forms of a statutory clock: done, not applicable, tolled, taken back, and the facts that its rules ask for."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import MultipleFileField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from tracker.accounts.forms.fields import at_most, listed, one_of, options, some_of
from tracker.records.wordlists import words_of
from tracker.records.words import FIELD_WORDS, HELP
from tracker.statutory import words
from tracker.statutory.actions import LINE_MOST, TEXT_MOST

WHEN = {"size": "20", "placeholder": "2026-11-22 14:30", "autocomplete": "off"}


class ToldForm(FlaskForm):
    """One notice: when, to whom, what proves it; an interim one lets the clock run on."""

    kind = RadioField(_l("What was sent"), choices=[], default="final")
    sent_at = StringField(_l("Sent on"), render_kw=WHEN)
    to = listed(_l("Who was told"), words.TO_WORDS)
    way = SelectField(
        _l("By which way"),
        choices=[SelectChoice("", _l("Not chosen")), *options(words.WAY_WORDS)],
        default="",
    )
    recipient = StringField(_l("Name of the recipient"), [at_most(LINE_MOST)], render_kw={"required": True})
    reference = StringField(
        _l("Reference number"), [at_most(LINE_MOST)], description=_l("As the recipient gave it.")
    )
    evidence = TextAreaField(
        _l("What proves it"), [at_most(TEXT_MOST)],
        description=_l("Where the receipt or the letter is kept, or who was spoken to."), render_kw={"rows": 2},
    )  # fmt: skip
    files = MultipleFileField(
        _l("Receipt or letter as a file"), [Optional()], description=_l("Kept with its SHA-256.")
    )
    body = TextAreaField(_l("What was told"), [at_most(TEXT_MOST)], render_kw={"rows": 4})


class WaiveForm(FlaskForm):
    """It does not apply."""

    because = TextAreaField(
        _l("Why it does not apply"), [at_most(TEXT_MOST)], render_kw={"required": True, "rows": 2}
    )


class TollForm(FlaskForm):
    """The law holds the time back."""

    basis = TextAreaField(
        _l("On which legal basis"), [at_most(TEXT_MOST)], render_kw={"required": True, "rows": 2}
    )


class TakeBackForm(FlaskForm):
    """It was stopped by mistake."""

    because = TextAreaField(
        _l("Why it is taken back"), [at_most(TEXT_MOST)], render_kw={"required": True, "rows": 2}
    )


def level_of(key: str) -> Any:
    """D7: the level for one dimension, as the form of the record asks it."""
    known = [SelectChoice(str(code), word) for code, word in words_of(key).items()]
    return SelectField(
        FIELD_WORDS[key],
        description=HELP[key],
        choices=[SelectChoice("", _l("Not known yet")), *known],
        default="",
    )


class HoldForm(FlaskForm):
    """Why the evidence is held, free again, or the system corrected all the same."""

    because = TextAreaField(_l("Reason"), [at_most(2000)], render_kw={"required": True, "rows": 2})


class FactsForm(FlaskForm):
    """What the rules ask about a case."""

    security_event = one_of(
        _l("Is it a security event?"), words.YNU_WORDS, default="unknown",
        description=_l("Confidentiality, integrity or availability of a system or of data is hurt, or may be."),
    )  # fmt: skip
    cia_confidentiality = level_of("cia_confidentiality")
    cia_integrity = level_of("cia_integrity")
    cia_availability = level_of("cia_availability")
    eu_triggers = some_of(
        _l("What makes it a serious incident under the EU AI Act"), words.TRIGGER_WORDS,
        description=_l("Choose what has happened, or “None of these”. Leave it empty while nobody knows."),
    )  # fmt: skip


def telling() -> ToldForm:
    """The form of a notice that no clock asked for."""
    told = ToldForm(prefix="notice")
    told.kind.choices = [(kind, words.NOTICE_WORDS[kind]) for kind in ("final", "interim")]
    return told


def stopping(prefix: str, row: Any) -> dict[str, FlaskForm]:
    """The forms of one clock that runs."""
    told = ToldForm(prefix=f"{prefix}-told")
    kinds = ["final", "interim"] if row.rule.get("allows_interim") else ["final"]
    told.kind.choices = [(kind, words.NOTICE_WORDS[kind]) for kind in kinds]
    if not told.recipient.data:
        told.recipient.data = words.said(row.rule["recipient"])
    return {
        "told": told,
        "waive": WaiveForm(prefix=f"{prefix}-waive"),
        "toll": TollForm(prefix=f"{prefix}-toll"),
    }
