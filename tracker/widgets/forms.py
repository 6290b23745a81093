"""Form of a report widget."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField

from tracker.accounts.forms.fields import CHOOSE, OneOfField, at_most, required
from tracker.accounts.names import NAME_MOST
from tracker.widgets.actions import Wanted


class WidgetForm(FlaskForm):
    """What it is called, which system it reports, on which sites it works."""

    name = StringField(
        _l("Name of the widget"), [required(_l("Enter the name")), at_most(NAME_MOST)],
        description=_l("For yourselves, for example where it is used. Reporters do not see it."),
    )  # fmt: skip
    system_id = OneOfField(_l("Which AI system does it report?"), [required(CHOOSE)])
    origins = TextAreaField(
        _l("On which sites does it work?"),
        [required(_l("Enter at least one address, such as https://chat.example.org")), at_most(10_000)],
        description=_l("One address a line, such as https://chat.example.org. Reports from all others are refused."),
        render_kw={"rows": "4", "spellcheck": "false", "autocapitalize": "off"},
    )  # fmt: skip

    def wanted(self) -> Wanted:
        """The widget that was described."""
        return Wanted(self.name.data or "", self.system_id.data, self.origins.data or "")
