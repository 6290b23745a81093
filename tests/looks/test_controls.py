"""The macros of forms and pages: what they write for screen readers, and that nothing slips through them unescaped."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app, g
from flask_babel import force_locale
from flask_wtf import FlaskForm
from wtforms import BooleanField, MultipleFileField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired

from tracker.accounts.models import Person

IMPORTS = '{% import "parts/forms.html" as forms with context %}{% import "parts/ui.html" as ui %}'
NASTY = "\"><script>alert(1)</script>{{ 7 * 7 }}' onmouseover='x"


class Asked(FlaskForm):
    """One field of each kind that matters here."""

    class Meta:
        csrf = False

    text = TextAreaField("Text", validators=[InputRequired("Enter what happened")])
    impact = RadioField(
        "Impact",
        choices=[SelectChoice("harm", "Harm"), SelectChoice("question", "Question")],
        validators=[InputRequired("Select how big the impact is")],
    )
    name = StringField("Name")
    files = MultipleFileField("Files")
    read = BooleanField("Read")


def drawn(markup: str, **context: Any) -> str:
    """The HTML of some macros, in English."""
    with force_locale("en"):
        template = current_app.jinja_env.from_string(IMPORTS + markup)
        return template.render(**{"locale": "en", **context})


@pytest.fixture
def failed(words: Flask) -> Asked:
    """A form that was sent empty."""
    form = Asked()
    form.validate()
    return form


def test_the_summary_leads_to_each_field_with_the_same_words(failed: Asked) -> None:
    html = drawn(
        "{{ forms.error_summary(form) }}{{ forms.field(form.text) }}{{ forms.field(form.impact) }}",
        form=failed,
    )
    assert '<a href="#text">Enter what happened</a>' in html
    assert '<a href="#impact-0">Select how big the impact is</a>' in html
    assert 'id="impact-0"' in html
    assert html.count("Enter what happened") == 2


def test_a_wrong_field_says_so_to_screen_readers(failed: Asked) -> None:
    html = drawn('{{ forms.field(form.text, "Say it plainly") }}', form=failed)
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="text-hint text-error"' in html
    assert 'id="text-hint"' in html and 'id="text-error"' in html


def test_a_form_without_errors_has_no_summary(words: Flask) -> None:
    assert "error-summary" not in drawn("{{ forms.error_summary(form) }}", form=Asked())


def test_errors_of_the_whole_form_stand_in_the_summary(words: Flask) -> None:
    form = Asked()
    form.form_errors = ["These do not fit together"]
    assert "<li>These do not fit together</li>" in drawn("{{ forms.error_summary(form) }}", form=form)


def test_optional_is_said_and_required_is_not(words: Flask) -> None:
    html = drawn(
        "{{ forms.field(form.name) }}{{ forms.field(form.text) }}{{ forms.field(form.read) }}", form=Asked()
    )
    assert html.count("(optional)") == 1


def test_a_note_appears_with_its_choice(words: Flask) -> None:
    html = drawn('{{ forms.radio_cards(form.impact, notes={"harm": "Call 1234"}) }}', form=Asked())
    assert 'aria-describedby="impact-0-note"' in html
    assert '<p class="choice-note" id="impact-0-note">Call 1234</p>' in html


def test_what_was_chosen_and_typed_stays(words: Flask) -> None:
    form = Asked(data={"impact": "question", "text": NASTY})
    html = drawn("{{ forms.field(form.impact) }}{{ forms.field(form.text) }}", form=form)
    assert re.search(r'value="question" checked', html)
    assert "<script" not in html and "{{ 7 * 7 }}" in html


def test_a_button_of_one_posts_its_fields_with_a_token(words: Flask) -> None:
    button = '{{ forms.post_button("/x", "Close", fields={"active": "0"}, data_key="c") }}'
    assert "<kbd" not in drawn(button)
    g._login_user = Person(keys_on=True)
    html = drawn(button)
    del g._login_user
    assert 'method="post" action="/x"' in html
    assert 'name="csrf_token"' in html and 'name="active" value="0"' in html
    assert 'data-key="c"' in html and "<kbd" in html


def test_no_key_is_shown_to_those_who_switched_keys_off(words: Flask) -> None:
    assert "<kbd" not in drawn('{{ forms.submit("Close", data_key="c") }}', keys_on=False)


def test_a_value_of_zero_is_sent_as_zero(words: Flask) -> None:
    assert 'name="page" value="0"' in drawn('{{ forms.submit("Go", name="page", value=0) }}')


@pytest.mark.parametrize(
    "markup",
    [
        "{{ ui.tag(nasty, 'red', 'clock') }}",
        "{{ ui.number(nasty, nasty) }}",
        "{{ ui.empty(nasty, nasty, nasty, nasty) }}",
        "{{ ui.notice(nasty, 'warn') }}",
        "{{ ui.tabs([(nasty, nasty, 3)], nasty) }}",
        "{{ ui.big_number(nasty, nasty, nasty, nasty) }}",
        "{{ ui.facts([(nasty, nasty)]) }}",
        "{{ ui.due(none, paused=nasty) }}",
        "{{ ui.steps([(nasty, 'now')]) }}",
        "{{ ui.breadcrumbs([(nasty, nasty)]) }}",
        "{% call ui.event(nasty, none, 'internal', nasty, nasty) %}{{ nasty }}{% endcall %}",
        "{{ forms.post_button(nasty, nasty, fields={'a': nasty}, title=nasty) }}",
    ],
)
def test_nothing_slips_through_unescaped(words: Flask, markup: str) -> None:
    html = drawn(markup, nasty=NASTY)
    assert "<script" not in html
    assert not re.search(r"<[^>]* onmouseover='", html)


def test_severities_have_shape_and_word(words: Flask) -> None:
    assert "#alert-octagon-filled" in drawn('{{ ui.severity("S1") }}')
    assert re.search(r"<span[^>]*>S1 Critical</span>", drawn('{{ ui.severity("S1") }}'))
    assert 'class="sr-only">S4 Low' in drawn('{{ ui.severity("S4", word=false) }}')
    assert drawn("{{ ui.severity(none) }}").strip() == ""


def test_every_icon_that_templates_name_is_in_the_sprite() -> None:
    root = Path(__file__).parents[2]
    named = set((root / "tools/icons.txt").read_text("utf-8").split())
    used = {
        name
        for path in (root / "templates").rglob("*.html")
        for name in re.findall(r'ui\.icon\("([\w-]+)"\)|icon="([\w-]+)"', path.read_text("utf-8"))
        for name in name
        if name
    }
    assert used - named == set()
