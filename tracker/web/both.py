"""The form of something that several people may change: a save keeps what others wrote meanwhile, or shows both."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, FieldList, FileField, HiddenField

from tracker import audit, edits
from tracker.audit import Subject
from tracker.db import db
from tracker.errors import Stale
from tracker.web.pages import carried_out

NO_BOX = (HiddenField, FileField)
"""What nobody changes: the token of the form, marks of its page, files that are added."""


class Shared:
    """A form with what stands there now in each of its boxes, as read from the database for this request.

    Its row is locked before it is read, where the form was posted; of something new nothing stands anywhere.
    Templates get it as `both`.
    """

    def __init__(self, form: FlaskForm, stood: Mapping[str, Any] | None = None) -> None:
        self.form = form
        # The same shape of form reads what stands, so that both sides are spelled alike.
        self.stood = type(form)(formdata=None, data=stood)
        names = [field.name for field in form if not isinstance(field, NO_BOX)]
        self.now = {name: text_of(self.stood[name]) for name in names}
        self.sent = {name: request.form[f"seen-{name}"] for name in names if f"seen-{name}" in request.form}
        self.theirs: dict[str, str] = {}
        self.writers: Mapping[str, str] = {}

    @property
    def seen(self) -> dict[str, str]:
        """What the page is to send back; after an error what it has sent, for nobody has read the other words yet."""
        return edits.seen(self.now) | ({} if self.theirs else self.sent)

    def done(self, act: Callable[[], object]) -> bool:
        """As `pages.done`; boxes left as they stood take what stands there now, and what meets is not saved."""
        return self.settled() and carried_out(self.form, act)

    def settled(self) -> bool:
        """Whether the form was posted, is valid and meets nobody's words; what was left alone is then what stands."""
        if not self.form.validate_on_submit():
            return False
        typed = {name: text_of(self.form[name]) for name in self.now}
        for name in edits.untouched(typed, self.sent):
            stands(self.form[name], self.stood[name])
        try:
            edits.settled(self.now, typed, self.sent)
        except Stale as error:
            db.session.rollback()
            self._show_both(error)
        return not self.theirs

    def show(self, template: str, about: Subject | tuple[str, int], **context: Any) -> tuple[str, int]:
        """The page: 200, 422 with errors, or 409 with both texts of each box that two people changed."""
        if self.theirs:
            known = audit.last_writers(about)
            # A box may be called by the column, the trail by what stands in it.
            self.writers = {f"{key}_id": name for key, name in known.items()} | known
        page = render_template(template, form=self.form, both=self, **context)
        return page, 409 if self.theirs else 422 if self.form.errors else 200

    def _show_both(self, error: Stale) -> None:
        self.theirs = {
            one.field: shown(self.form[one.field], self.stood[one.field]) for one in error.conflicts
        }
        for name in self.theirs:
            field, said = self.form[name], _("changed by somebody else meanwhile")
            field.errors = [_("%(field)s: %(text)s", field=field.label.text, text=said)]


def text_of(field: Field) -> str:
    """What stands in a box, with the line ends that are stored; of several choices their codes in order."""
    if isinstance(field, FieldList):
        return "\n".join(text_of(one) for one in field)
    if isinstance(field.data, list):
        return "\n".join(sorted(map(str, field.data)))
    return "" if field.data is None else str(field.data).replace("\r\n", "\n").strip()


def stands(field: Field, stood: Field) -> None:
    """Let a box hold what stands there, as if nothing had been typed."""
    field.process(None, stood.data)
    field.raw_data = None


def shown(field: Field, stood: Field) -> str:
    """What stands there, as the page calls it: of a choice its label; a field of its own kind may say it itself."""
    if hasattr(field, "told"):
        return str(field.told(stood.data))
    if isinstance(field, FieldList):
        return "\n".join(shown(*pair) for pair in zip(field, stood, strict=False))
    if isinstance(field, BooleanField):
        return _("Yes") if stood.data else _("No")
    if hasattr(field, "iter_choices"):
        chosen = text_of(stood).splitlines() if isinstance(stood.data, list) else [text_of(stood)]
        labels = {str(one.value): str(one.label) for one in field.iter_choices()}
        return _(", ").join(labels.get(one, one) for one in chosen)
    return str(stood._value())
