"""Forms of a tool."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField

from tracker.accounts.forms.fields import at_most, one_of, required
from tracker.accounts.names import NAME_MOST
from tracker.tickets import shapes
from tracker.tickets.words import SHAPE_WORDS

NAME = _l("Name, as it stands on the tickets noted here")


class NewToolForm(FlaskForm):
    """Which tool."""

    name = StringField(
        NAME, [required(_l("Enter the name")), at_most(NAME_MOST)], render_kw={"placeholder": "GitHub"}
    )
    shape = one_of(_l("What it sends"), SHAPE_WORDS, default=shapes.GITHUB)


class ToolForm(FlaskForm):
    """Its name; whether an older GitLab may send the secret itself.  The words of states stand beside."""

    name = StringField(NAME, [required(_l("Enter the name")), at_most(NAME_MOST)])
    takes_token = BooleanField(
        _l("Also take calls that bring the secret itself"),
        description=_l("Only for GitLabs that cannot sign yet. Whoever reads such a call knows the secret."),
    )
