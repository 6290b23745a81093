"""Shapes of input about AI systems."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, StringField, TextAreaField

from tracker.accounts.forms.fields import DayField, OneOfField, at_most, one_of, required
from tracker.accounts.names import ADDRESS_MOST, NAME_MOST
from tracker.systems.actions import NewSystem
from tracker.systems.rules import LINE_MOST, TEXT_MOST, lines
from tracker.systems.words import OPERATOR_WORDS


class FirstSystemForm(FlaskForm):
    """A system with the three things that matter when somebody reports about it."""

    name = StringField(
        _l("Name of the AI system"), [required(_l("Enter the name")), at_most(NAME_MOST)],
        description=_l("As your colleagues call it, for example “Customer service bot”."),
    )  # fmt: skip
    version = StringField(_l("Version"), [at_most(NAME_MOST)])
    functions = TextAreaField(
        _l("What it can do"),
        [at_most(TEXT_MOST)],
        description=_l("One function a line; “name: explanation” if you like."),
    )

    def wanted(self) -> NewSystem:
        """The system that was described."""
        return NewSystem(
            name=self.name.data or "",
            version=self.version.data or "",
            functions=lines(self.functions.data or ""),
        )


class SystemForm(FirstSystemForm):
    """All that is known of a system."""

    key = StringField(
        _l("Short name"), [at_most(40)],
        description=_l("Short name in addresses and QR codes. Leave empty to have one made."),
        render_kw={"spellcheck": "false", "autocapitalize": "none"},
    )  # fmt: skip
    name_en = StringField(_l("English name"), [at_most(LINE_MOST)])
    description = TextAreaField(_l("In one or two sentences"), [at_most(TEXT_MOST)])
    tell_customers = TextAreaField(
        _l("What can be told to customers for now"), [at_most(TEXT_MOST)],
        description=_l("Shown to whoever has just reported, for those who serve others at a counter or on the phone."),
    )  # fmt: skip
    owner_id = OneOfField(
        _l("Owner"), description=_l("Answers for the system and is asked when something is wrong.")
    )
    team_id = OneOfField(_l("Team"), description=_l("Whom its cases go to when no one person is named."))
    rota_id = OneOfField(
        _l("Duty rota"), description=_l("Its anomalies are escalated to whoever is on duty there.")
    )
    operated_by = one_of(_l("Who runs it?"), OPERATOR_WORDS, default="us")
    vendor_name = StringField(_l("Vendor"), [at_most(LINE_MOST)])
    vendor_contact = StringField(_l("Contact there"), [at_most(LINE_MOST)])
    vendor_email = EmailField(_l("E-mail of the contact"), [at_most(ADDRESS_MOST)])
    vendor_contract = StringField(_l("Contract"), [at_most(LINE_MOST)])
    support_hours = StringField(_l("Support hours"), [at_most(LINE_MOST)])
    active = BooleanField(_l("In use: people can report about it"), default=True)

    def facts(self) -> dict[str, Any]:
        """The fields of the system itself, without key, version and functions."""
        apart = {"csrf_token", "key", "version", "functions"}
        return {name: value for name, value in self.data.items() if name not in apart}

    def wanted(self) -> NewSystem:
        """The new system that was described."""
        more = {key: value for key, value in self.facts().items() if key != "name"}
        functions = lines(self.functions.data or "")
        return NewSystem(
            name=self.name.data or "", key=self.key.data or "", version=self.version.data or "",
            functions=functions, more=more,
        )  # fmt: skip


class VersionForm(FlaskForm):
    """A version and its guide."""

    version = StringField(
        _l("Version"), [required(_l("Enter the version, for example 2.1 or 2026-11")), at_most(NAME_MOST)]
    )
    released_on = DayField(_l("In use since"))
    purpose = TextAreaField(_l("What it is for"), [at_most(TEXT_MOST)])
    limits = TextAreaField(
        _l("What it cannot do"),
        [at_most(TEXT_MOST)],
        description=_l("Known limits, and where a person must check the result."),
    )
    forbidden = TextAreaField(_l("What it must not be used for"), [at_most(TEXT_MOST)])
    how_to_report = TextAreaField(
        _l("What to say in a report"), [at_most(TEXT_MOST)],
        description=_l("Shown above the report button. Empty is fine."),
    )  # fmt: skip

    def guide(self) -> dict[str, str]:
        """The texts of the guide."""
        return {key: self[key].data or "" for key in ("purpose", "limits", "forbidden", "how_to_report")}
