"""Forms of one escalation: take it, say how it goes, ask, give it back, report the correction."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectChoice, StringField, TextAreaField

from tracker.accounts.forms.picking import PickField
from tracker.records import words
from tracker.records.controls import NOT_CHOSEN, LooseSelect
from tracker.records.forms import AcknowledgeForm
from tracker.records.wordlists import words_of

WHEN = {"size": "20", "placeholder": "2026-11-22 14:30"}
COUNT = {"inputmode": "numeric", "size": "6"}


class UpdateForm(FlaskForm):
    """How it stands; a new date is optional."""

    body = TextAreaField(_l("How does it stand?"))
    expected_at = StringField(_l("New expected date"), render_kw=WHEN)


class QuestionForm(FlaskForm):
    """What is missing to go on; the supervisor answers, or passes it on to the reporter."""

    body = TextAreaField(_l("What do you need to know?"))


class AnswerForm(FlaskForm):
    """The supervisor's answer."""

    body = TextAreaField(_l("Your answer to the engineer"))


class ReturnForm(FlaskForm):
    """Why it is not for me."""

    note = TextAreaField(_l("Why do you give it back?"))


class ReassignForm(FlaskForm):
    """To whom it goes instead, and why."""

    to = PickField(_l("To whom instead"))
    note = TextAreaField(_l("Why"))


class CorrectionForm(FlaskForm):
    """Cause, correction and the same cases before and after: what the supervisor needs to verify it."""

    cause_class = LooseSelect(words.FIELD_WORDS["cause_class"])
    root_cause = TextAreaField(words.FIELD_WORDS["root_cause"])
    cause_not_found = TextAreaField(words.FIELD_WORDS["cause_not_found"])
    whys = TextAreaField(_l("Why did it happen? One answer a line, each to the line above, at least three"))
    escape_cause = TextAreaField(words.FIELD_WORDS["escape_cause"])
    what = TextAreaField(_l("What was corrected"))
    target_kind = LooseSelect(_l("What was changed"))
    artefact = StringField(_l("Its name"), render_kw={"list": "artefacts", "autocomplete": "off"})
    version = StringField(_l("New version"))
    reference = StringField(_l("Reference (commit, data set, prompt or ticket)"))
    fixed_in_version = StringField(words.FIELD_WORDS["fixed_in_version"])
    corrective = TextAreaField(_l("What keeps the cause from coming back"))
    preventive = TextAreaField(_l("What keeps it from happening elsewhere"))
    preventive_none_because = TextAreaField(words.FIELD_WORDS["preventive_none_because"])
    proof_before = TextAreaField(_l("Before the correction: what happened when you tried"))
    proof_after = TextAreaField(_l("After the correction: what happened when you tried"))
    before_passed = StringField(_l("Cases passed before"), render_kw=COUNT)
    after_passed = StringField(_l("Cases passed after"), render_kw=COUNT)
    cases = StringField(_l("Of how many cases"), render_kw=COUNT)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for box, key in ((self.cause_class, "cause_class"), (self.target_kind, "target_kind")):
            box.choices = [NOT_CHOSEN, *(SelectChoice(code, word) for code, word in words_of(key).items())]


# Needs of a correction that are filled in by a field of another name.
BOXES = {
    "corrections": "what", "proof": "cases", "five_whys": "whys", "corrective_actions": "corrective",
    "preventive_actions": "preventive",
}  # fmt: skip


def box_of(need: str) -> str:
    """The name of the field that fills a need."""
    return BOXES.get(need, need)


class TicketForm(FlaskForm):
    """A ticket about the same in another tool."""

    name = StringField(_l("Tool"), render_kw={"placeholder": "GitHub, Jira, …"})
    number = StringField(_l("Ticket number"))
    url = StringField(_l("Address"), render_kw={"inputmode": "url", "placeholder": "https://"})
    status = StringField(_l("Status there"))


class ModelChangeForm(FlaskForm):
    """Since when the model may be another, and what is known of it."""

    since = StringField(_l("Since when"), render_kw=WHEN)
    known = TextAreaField(_l("What is known"))
    evidence = TextAreaField(_l("What shows it"))


class RecheckForm(FlaskForm):
    """What was found when it was looked at again."""

    note = TextAreaField(_l("What you found"))


FORMS: dict[str, type[FlaskForm]] = {
    "acknowledge": AcknowledgeForm, "update": UpdateForm, "question": QuestionForm, "answer": AnswerForm,
    "return": ReturnForm, "reassign": ReassignForm, "correct": CorrectionForm,
}  # fmt: skip
