"""Forms of issues: the shape of what is typed, no rules.  Their texts are cut by the verbs, not here."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from tracker.accounts.forms.several import PickSomeField
from tracker.issues import fields, when, words
from tracker.issues.talk import CONTACT_CHANNELS
from tracker.systems.models import AISystem

CHOOSE = _l("Please choose")
FEW_SYSTEMS = 6
A_RECORD = re.compile(r"AR-\d{6}-\d{4,}(?:-R\d{2,})?")


def options(words_of: Mapping[str, Any]) -> list[SelectChoice]:
    """The choices that a dict of words makes."""
    return [SelectChoice(value, label) for value, label in words_of.items()]


def as_field(read: Callable[[Any], Any]) -> Callable[[FlaskForm, Field], None]:
    """A validator that lets the field's own reader say what is wrong."""

    def check(_form: FlaskForm, field: Field) -> None:
        try:
            read(field.data or "")
        except fields.Unreadable as error:
            raise ValidationError(str(error)) from error

    return check


def readable(_form: FlaskForm, field: Field) -> None:
    """When something happened, which people may write in many ways."""
    if field.data and field.data.strip() and when.parse(field.data) is None:
        raise ValidationError(
            _("This date cannot be read. Examples: 115/11/22, 11/22 14:30 or yesterday 15:00")
        )


LINE, TEXT = as_field(fields.line), as_field(fields.clean)


class ReportForm(FlaskForm):
    """Wire 1: three answers, everything else optional."""

    class Meta(FlaskForm.Meta):
        # The page shows the token and each request that writes is asked for it, whichever form it has.
        csrf = False

    system = RadioField(
        _l("Which AI system is it?"), [InputRequired(_l("Select an AI system"))], validate_choice=False
    )
    description = TextAreaField(_l("What happened?"), [InputRequired(_l("Enter what happened")), TEXT])
    impact = RadioField(
        _l("How big is the impact?"), [InputRequired(_l("Select how big the impact is"))],
        choices=options(words.IMPACT_WORDS), validate_choice=False,
    )  # fmt: skip
    files = MultipleFileField(_l("Screenshots or photos"), [Optional()])
    input = TextAreaField(_l("What you entered"), [Optional(), TEXT])
    actual = TextAreaField(_l("What the AI answered, word for word"), [Optional(), TEXT])
    expected = TextAreaField(_l("What would have been right"), [Optional(), TEXT])
    occurred = StringField(_l("When did it happen?"), [Optional(), readable])
    function = StringField(_l("In which function?"), [Optional(), LINE])
    model_version = StringField(_l("Version, if you see one"), [Optional(), LINE])
    trace = StringField(_l("Trace id, if you see one"), [Optional(), LINE])
    phone = StringField(_l("Phone or extension"), [Optional(), LINE])
    # 代填: for whom, and how they told.
    behalf_name = StringField(_l("Name of the person who reports"), [Optional(), LINE])
    behalf_email = StringField(_l("Their e-mail"), [Optional(), LINE])
    behalf_channel = SelectField(
        _l("How they told you"), [Optional()], default="phone",
        choices=options({one: words.CHANNEL_WORDS[one] for one in ("phone", "counter", "mail")}),
    )  # fmt: skip
    found_by_us = HiddenField()
    nameless = BooleanField(
        _l("Leave my name out"),
        description=_l("You get a receipt code instead: it is the only way back to this report."),
    )
    # Set once the reporter was told that personal data stands in their text.
    privacy_seen = HiddenField()
    unit = HiddenField()
    once = HiddenField()

    chosen: AISystem | None = None

    def offer(self, systems: list[tuple[str, str]]) -> None:
        """Offer these systems, and 不確定 last."""
        self.system.choices = options({**dict(systems), "unknown": _("Not sure")})

    def validate_system(self, field: Field) -> None:
        """One that was found under this key, or 不確定."""
        if field.data and field.data != "unknown" and self.chosen is None:
            raise ValidationError(_("Select an AI system"))

    def validate_impact(self, field: Field) -> None:
        """One of the six."""
        if field.data and field.data not in words.IMPACT_WORDS:
            raise ValidationError(_("Select how big the impact is"))


class ContactForm(FlaskForm):
    """Where a guest can be reached: all of it optional, the receipt is enough."""

    name = StringField(_l("Name"), [Optional(), LINE], render_kw={"autocomplete": "name"})
    email = StringField(
        _l("E-mail"), [Optional(), LINE], render_kw={"autocomplete": "email", "type": "email"}
    )
    phone = StringField(_l("Phone or extension"), [Optional(), LINE], render_kw={"autocomplete": "tel"})


class ReceiptForm(FlaskForm):
    """The code of a receipt, typed from paper."""

    code = StringField(_l("Receipt code"), [InputRequired(_l("Enter the code of your receipt")), LINE])


class NoteForm(FlaskForm):
    """A message; the button says to whom."""

    body = TextAreaField(_l("Message"), [DataRequired(_l("Write something first.")), TEXT])
    files = MultipleFileField(_l("Files"), [Optional()])
    mention = PickSomeField(_l("Name colleagues"), [Optional()])
    visibility = HiddenField(default="public")


class ReasonForm(FlaskForm):
    """A reason, for what must not happen silently."""

    note = TextAreaField(_l("Reason"), [InputRequired(_l("Give a reason.")), TEXT])


class HandOverForm(FlaskForm):
    """Who handles the issue from now on."""

    to = SelectField(_l("Handled by"), [InputRequired(CHOOSE)], choices=[], validate_choice=False)


class JoinField(StringField):
    """Which record or issue it joins: one that the page offers, or a number typed beside, which counts for more."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The last that was filled; of a line of the list its number alone."""
        texts = [unicodedata.normalize("NFKC", one).strip() for one in valuelist if one.strip()]
        last = texts[-1] if texts else ""
        number = A_RECORD.search(last.upper())
        self.data = number.group() if number is not None else last


def _select(label: Any, wanted: Mapping[str, Any]) -> SelectField:
    return SelectField(label, [Optional()], choices=options({"": CHOOSE, **wanted}), validate_choice=False)


def _control(key: str) -> Any:
    """The control of one input of a move."""
    label = words.FIELD_WORDS.get(key, key)
    if key in (
        "need_statement",
        "proposed_solution",
        "escalation_reason",
        "workaround",
        "body",
        "note",
        "contact_summary",
    ):
        return TextAreaField(label, [Optional()])
    if key == "satisfaction":
        return RadioField(
            label, [Optional()], choices=options(words.SATISFACTION_WORDS), validate_choice=False
        )
    if key in ("record", "into"):
        return JoinField(label, [Optional()])
    wanted = {
        "issue_kind": words.KIND_WORDS, "need_confirmed_how": words.HOW_WORDS,
        "need_answer": words.NEED_ANSWER_WORDS,
        "contact_channel": {one: words.CONTACT_WORDS[one] for one in CONTACT_CHANNELS},
    }.get(key)  # fmt: skip
    return _select(label, wanted) if wanted is not None else StringField(label, [Optional()])


def move_form(keys: tuple[str, ...], *, present: Mapping[str, Any], sent: bool = True) -> FlaskForm:
    """The form of one move: a control for each input it takes, filled with what stands in the issue now.

    With `sent` off what the request brought is not read: the form shows `present` alone.
    """
    controls = {key: _control(key) for key in keys}
    form = type("MoveForm", (FlaskForm,), controls)
    return form(data=present) if sent else form(formdata=None, data=present)


def typed(form: FlaskForm) -> dict[str, str]:
    """What was typed, by key; what was left empty is left out."""
    return {
        f.name: f.data for f in form if f.name != "csrf_token" and isinstance(f.data, str) and f.data.strip()
    }
