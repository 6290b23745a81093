"""Forms of the organisation: its settings, units and teams."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField, TelField, URLField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, ValidationError

from tracker import addresses
from tracker.accounts import words
from tracker.accounts.forms.fields import OneOfField, at_most, one_of, required
from tracker.accounts.forms.several import PickingForm, PickSomeField
from tracker.accounts.names import NAME_MOST, PHONE_MOST


class ProfileOfOrganisation(FlaskForm):
    """The name, the phone for emergencies, and the four facts that decide which statutory clocks may start."""

    name = StringField(_l("Name of the organisation"), [required(_l("Enter the name")), at_most(NAME_MOST)])
    help_phone = TelField(
        _l("Phone for urgent cases"), [at_most(PHONE_MOST)],
        description=_l("Shown to people who report something dangerous."),
    )  # fmt: skip
    public_body = one_of(_l("Is it a public body?"), words.FACT_WORDS, default="unknown",
        description=_l("A government agency, a public school or a public enterprise."),
    )  # fmt: skip
    critical_provider = one_of(_l("Does it provide critical infrastructure?"), words.FACT_WORDS, default="unknown",
        description=_l("Energy, water, telecommunications, transport, banking, hospitals and the like, as designated."),
    )  # fmt: skip
    finance_or_health = one_of(
        _l("Does it work in finance or health care?"), words.FACT_WORDS, default="unknown"
    )
    eu = one_of(
        _l("Does it offer AI systems to people in the European Union?"), words.FACT_WORDS, default="unknown"
    )


class AddressForm(FlaskForm):
    """What others enter to reach this installation."""

    address = URLField(
        _l("Address of this system"),
        description=_l("As colleagues enter it, such as http://192.168.1.20:8000. Letters and posters carry it."),
    )  # fmt: skip

    def validate_address(self, field: Any) -> None:
        """Scheme, host and maybe a port; empty while it is not settled."""
        field.data = (field.data or "").strip().rstrip("/")
        if field.data and not addresses.is_address(field.data):
            raise ValidationError(_l("Enter an address such as http://192.168.1.20:8000, without a path"))


class OrganisationForm(ProfileOfOrganisation, AddressForm):
    """All settings of the organisation."""

    privacy_contact_id = OneOfField(_l("Contact for personal data"))
    security_contact_id = OneOfField(_l("Contact for information security"))
    chase_preset = one_of(
        _l("Chasing"), words.PRESET_WORDS,
        description=_l("Another choice holds at once, for open cases too."),
    )  # fmt: skip
    guests_may_report = BooleanField(_l("Visitors may report without an account"))
    anonymous_may_report = BooleanField(
        _l("People with an account may report without their name"),
        description=_l(
            "They get a receipt code as visitors do; nothing leads back to them, so nobody can write to them."
        ),
    )
    same_person_may_sign = BooleanField(
        _l("Where there is nobody else, the same person may verify and sign, with a reason"),
        description=_l("It is printed on the record and listed for the auditor."),
    )
    nightly_backup = BooleanField(_l("Back up every night"))
    minguo_dates = BooleanField(_l("Show dates in the Minguo calendar"))
    keep_years = IntegerField(
        _l("Years that a record is kept after its closing"),
        [NumberRange(1, 99, _l("Enter a number of years from 1 to 99"))],
        description=_l("Records that concern personal data, or may, are kept five years at least."),
        render_kw={"inputmode": "numeric", "size": "4"},
    )

    def offer_own_rules(self, ref: str) -> None:
        """Offer beside the presets the version of the organisation's own that is in force."""
        if ref not in words.PRESET_WORDS:
            own = _("Your own rules, version %(number)s", number=ref)
            self.chase_preset.choices = [*self.chase_preset.choices, SelectChoice(ref, own)]


class UnitForm(FlaskForm):
    """One unit of the tree."""

    name = StringField(_l("Name of the unit"), [required(_l("Enter the name")), at_most(NAME_MOST)])
    parent_id = OneOfField(_l("Belongs to"))
    head_id = OneOfField(_l("Head"))


class TeamForm(PickingForm):
    """One team and who is in it."""

    name = StringField(_l("Name of the team"), [required(_l("Enter the name")), at_most(NAME_MOST)])
    members = PickSomeField(_l("Members"))
