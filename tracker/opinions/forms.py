"""Shapes of input about opinions."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectChoice, StringField, TextAreaField

from tracker.accounts.forms.fields import OneOfField
from tracker.opinions.words import TOPIC_WORDS
from tracker.records.controls import NOT_CHOSEN, LooseSelect

WHEN = {"size": "20", "placeholder": "2026-11-22 14:30"}


class AskForm(FlaskForm):
    """Whom, about what, what, until when."""

    topic = LooseSelect(_l("What it is about"))
    to_person_id = OneOfField(_l("Whom do you ask?"))
    to_name = StringField(_l("Or an outside contact: name"))
    to_email = StringField(_l("Outside contact: e-mail"))
    question = TextAreaField(_l("Your question"), description=_l("One question; they answer just this."))
    due_at = StringField(_l("Answer wanted by"), render_kw=WHEN)

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.topic.choices = [NOT_CHOSEN, *(SelectChoice(code, word) for code, word in TOPIC_WORDS.items())]


class AnswerForm(FlaskForm):
    """The answer."""

    answer = TextAreaField(_l("Your opinion"))


class WithdrawForm(FlaskForm):
    """Why the question is taken back."""

    because = TextAreaField(_l("Why do you take it back?"))


class MoveForm(FlaskForm):
    """Another date, and why."""

    due_at = StringField(_l("Answer wanted by"), render_kw=WHEN)
    reason = TextAreaField(_l("Why is the date moved?"))
