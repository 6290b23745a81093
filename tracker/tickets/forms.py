"""Forms of a tool."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, StringField
from wtforms.utils import unset_value

from tracker.accounts.forms.fields import at_most, one_of, required
from tracker.accounts.names import NAME_MOST
from tracker.tickets import shapes
from tracker.tickets.words import MEANING_WORDS, SHAPE_WORDS

NAME = _l("Name, as it stands on the tickets noted here")


class MeaningsField(Field):
    """What the words of states mean: its data are those told, by the word as it is compared."""

    data: dict[str, str]

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read the rows of a word and its meaning that the page has."""
        super().process(None, data, extra_filters)
        if formdata:
            rows = zip(formdata.getlist("word"), formdata.getlist("meaning"), strict=False)
            self.data = {shapes.folded(word): meant for word, meant in rows}
        known = sorted((self.data or {}).items())
        self.data = {word: meant for word, meant in known if meant in shapes.MEANINGS and word}

    def told(self, meanings: Mapping[str, str]) -> str:
        """Each word with what it means, a line each."""
        return "\n".join(f"{word}{_(': ')}{MEANING_WORDS[meant]}" for word, meant in meanings.items())


class NewToolForm(FlaskForm):
    """Which tool."""

    name = StringField(
        NAME, [required(_l("Enter the name")), at_most(NAME_MOST)], render_kw={"placeholder": "GitHub"}
    )
    shape = one_of(_l("What it sends"), SHAPE_WORDS, default=shapes.GITHUB)


class ToolForm(FlaskForm):
    """Its name; whether an older GitLab may send the secret itself; what its words of states mean."""

    name = StringField(NAME, [required(_l("Enter the name")), at_most(NAME_MOST)])
    takes_token = BooleanField(
        _l("Also take calls that bring the secret itself"),
        description=_l("Only for GitLabs that cannot sign yet. Whoever reads such a call knows the secret."),
    )
    meanings = MeaningsField(_l("What its states mean"))
