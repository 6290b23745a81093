"""Shapes of input about artefacts."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField, TextAreaField

from tracker.accounts import queries as people
from tracker.accounts.forms.fields import OneOfField, at_most, listed, required
from tracker.accounts.models import Person
from tracker.systems.rules import LINE_MOST, TEXT_MOST
from tracker.systems.words import ARTEFACT_WORDS


class ArtefactForm(FlaskForm):
    """One thing that a system is made of, who keeps it, and its newest version."""

    kind = listed(_l("Kind"), ARTEFACT_WORDS)
    name = StringField(_l("Name"), [required(_l("Give it a name.")), at_most(LINE_MOST)])
    owner_id = OneOfField(
        _l("Who keeps it"),
        description=_l("Sees the causes that lie in it. Nobody named: the owner of the system."),
    )
    version = StringField(
        _l("New version"),
        [at_most(LINE_MOST)],
        description=_l("Only when there is a new one; corrections on records add theirs by themselves."),
    )
    note = TextAreaField(
        _l("Note"), [at_most(TEXT_MOST)], description=_l("Where it lies, how it is changed.")
    )
    in_use = BooleanField(_l("In use"), default=True)

    def offer(self, everybody: Iterable[Person]) -> None:
        """Whom it may name."""
        self.owner_id.offer(people.choices(everybody))

    def wanted(self) -> dict[str, Any]:
        """The artefact that was described."""
        return {
            "kind": self.kind.data, "name": self.name.data, "owner_id": self.owner_id.data,
            "version": self.version.data, "note": self.note.data, "active": self.in_use.data,
        }  # fmt: skip
