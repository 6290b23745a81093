"""Forms of one person: by an administrator, by themselves, at sign-in."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    PasswordField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import ValidationError

from tracker.accounts import words
from tracker.accounts.forms.fields import DayField, OneOfField, at_most, listed, one_of, required, some_of
from tracker.accounts.names import ADDRESS_MOST, NAME_MOST, PASSWORD_MOST, PHONE_MOST


class LoginForm(FlaskForm):
    """Sign in with address and password."""

    email = EmailField(
        _l("E-mail"), [required(_l("Enter your e-mail address")), at_most(ADDRESS_MOST)],
        render_kw={"autocomplete": "username", "spellcheck": "false"},
    )  # fmt: skip
    password = PasswordField(
        _l("Password"),
        [required(_l("Enter your password")), at_most(1000)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class FirstAdministratorForm(FlaskForm):
    """The first account."""

    name = StringField(
        _l("Your name"),
        [required(_l("Enter your name")), at_most(NAME_MOST)],
        render_kw={"autocomplete": "name"},
    )
    email = EmailField(
        _l("E-mail"), [required(_l("Enter your e-mail address")), at_most(ADDRESS_MOST)],
        description=_l("You sign in with it. Letters go there once a mail server is set."),
        render_kw={"autocomplete": "username", "spellcheck": "false"},
    )  # fmt: skip
    password = PasswordField(
        _l("Password"), [required(_l("Choose a password")), at_most(PASSWORD_MOST)],
        description=_l("At least 10 characters; three or four words are good."),
        render_kw={"autocomplete": "new-password"},
    )  # fmt: skip
    also_works = BooleanField(
        _l("I also handle reports and sign records"),
        description=_l("Usual in a small office. You can change it later."), default=True,
    )  # fmt: skip


class PersonForm(FlaskForm):
    """One person, as an administrator enters them; limits of roles stand on a page of their own."""

    name = StringField(_l("Name"), [required(_l("Enter the name")), at_most(NAME_MOST)])
    email = EmailField(
        _l("E-mail"), [at_most(ADDRESS_MOST)],
        description=_l("Without one the person is known by name only and cannot sign in."),
    )  # fmt: skip
    phone = TelField(_l("Phone or extension"), [at_most(PHONE_MOST)])
    unit_id = OneOfField(_l("Unit"))
    deputy_id = OneOfField(_l("Deputy"))
    roles = some_of(_l("Roles"), words.ROLE_WORDS)

    def validate_roles(self, field: Any) -> None:
        """Everybody has at least one role."""
        if not field.data:
            raise ValidationError(_l("Choose at least one role"))


class RightForm(FlaskForm):
    """One role more, for one unit or one system only, or for an auditor's time."""

    role = listed(_l("Role"), {key: words.ROLE_WORDS[key] for key in ("supervisor", "manager", "auditor")})
    unit_id = OneOfField(_l("Only for the unit"), id="right_unit_id")
    system_id = OneOfField(_l("Only for the AI system"))
    until = DayField(_l("Last day (auditors)"))


class LinkForm(FlaskForm):
    """Where the link to sign in goes."""

    email = EmailField(
        _l("E-mail"), [required(_l("Enter your e-mail address")), at_most(ADDRESS_MOST)],
        render_kw={"autocomplete": "username", "spellcheck": "false"},
    )  # fmt: skip


class ProfileForm(FlaskForm):
    """What people change about themselves."""

    name = StringField(
        _l("Name"), [required(_l("Enter your name")), at_most(NAME_MOST)], render_kw={"autocomplete": "name"}
    )
    phone = TelField(_l("Phone or extension"), [at_most(PHONE_MOST)], render_kw={"autocomplete": "tel"})
    locale = one_of(_l("Language"), words.LOCALE_WORDS)
    theme = one_of(_l("Colours"), words.THEME_WORDS)
    text_size = one_of(_l("Size of text"), words.TEXT_SIZE_WORDS)
    era = one_of(_l("Years"), words.ERA_WORDS)
    keys_on = BooleanField(
        _l("Single keys as shortcuts"),
        description=_l("For example J and K move in lists. “?” shows them all."),
    )


class AbsenceForm(FlaskForm):
    """Away from a day, to a day, and who stands in."""

    away_from = DayField(_l("First day away"), [required(_l("Enter the first day"))])
    until = DayField(_l("Last day away"), description=_l("Leave empty when you do not know yet."))
    deputy_id = OneOfField(_l("Deputy"), description=_l("Tasks and signatures go to this person meanwhile."))


class PasswordForm(FlaskForm):
    """A new password; the present one proves that it is you."""

    current = PasswordField(
        _l("Present password"), [at_most(1000)], render_kw={"autocomplete": "current-password"}
    )
    password = PasswordField(
        _l("New password"), [required(_l("Enter a new password")), at_most(PASSWORD_MOST)],
        description=_l("At least 10 characters; three or four words are good."),
        render_kw={"autocomplete": "new-password"},
    )  # fmt: skip


class TokenForm(FlaskForm):
    """A new API token."""

    name = StringField(_l("What for"), [required(_l("Enter what the token is for")), at_most(NAME_MOST)])
    scopes = some_of(_l("It may"), words.SCOPE_WORDS)
    expires_at = DayField(_l("Last day"), description=_l("Leave empty for a token without an end."))


class PeopleFileForm(FlaskForm):
    """A file of people, or its lines pasted."""

    file = FileField(_l("CSV file"))
    text = TextAreaField(_l("Or paste the lines here"))
