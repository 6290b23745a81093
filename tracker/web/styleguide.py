"""Every component in each of its states on one page, for those who build pages and those who check them."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, render_template
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    MultipleFileField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)  # fmt: skip
from wtforms.validators import InputRequired

from tracker import clock
from tracker.web import signed_in
from tracker.web.answers import Answer

bp = Blueprint("styleguide", __name__)

TONES = ("neutral", "blue", "violet", "teal", "amber", "red", "green")
MARKDOWN = (
    "**「重點」**文字 and *emphasis*，見 https://example.test/a。謝謝\n\n- one\n- two\n\n> quoted\n\n`code`"
)


class Sample(FlaskForm):
    """One field of each kind."""

    class Meta:
        csrf = False

    system = RadioField(
        _l("Which AI system is it?"),
        choices=[
            SelectChoice("bot", _l("Support chatbot")),
            SelectChoice("digest", _l("Digest assistant")),
            SelectChoice("unknown", _l("Not sure")),
        ],
        validators=[InputRequired()],
    )
    text = TextAreaField(
        _l("What happened?"),
        description=_l("What you did, what the AI answered, what you expected."),
        validators=[InputRequired(_l("Enter what happened"))],
    )
    impact = RadioField(
        _l("How big is the impact?"),
        choices=[
            SelectChoice("harm", _l("It may cause harm or loss")),
            SelectChoice("question", _l("I only have a question or an idea")),
        ],
        validators=[InputRequired(_l("Select how big the impact is"))],
    )
    files = MultipleFileField(_l("Screenshots or photos"))
    title = StringField(_l("Title"))
    at = StringField(_l("When did it happen?"), description=_l("For example 2026-11-22 14:30"))
    email = EmailField(_l("E-mail"))
    password = PasswordField(_l("Password"), validators=[InputRequired()])
    team = SelectField(_l("Team"), choices=[SelectChoice("a", "A"), SelectChoice("b", "B")])
    groups = SelectMultipleField(
        _l("People concerned"), choices=[SelectChoice("c", _l("Customers")), SelectChoice("m", _l("Minors"))]
    )
    read = BooleanField(_l("I have read the guide"))


@bp.get("/admin/styleguide")
@signed_in("admin")
def styleguide() -> Answer:
    return render_template("styleguide.html", **samples())


def samples() -> dict[str, Any]:
    """What the page shows: a clean form, the same form after a failed send, and clocks around now."""
    now = clock.now()
    failed = Sample(prefix="failed")
    failed.validate()
    return {
        "form": Sample(),
        "failed": failed,
        "tones": TONES,
        "markdown_text": MARKDOWN,
        "at": SimpleNamespace(
            past=now - timedelta(hours=2, minutes=10),
            long_past=now - timedelta(days=12),
            soon=now + timedelta(minutes=50),
            later=now + timedelta(days=1, hours=3),
            far=now + timedelta(days=9),
        ),
    }
