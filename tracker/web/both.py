"""The form of something that several people may change: a save keeps what others wrote meanwhile, or shows both."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, SelectField

from tracker import audit, edits
from tracker.audit import Subject
from tracker.db import db
from tracker.errors import Stale
from tracker.web.answers import Answer
from tracker.web.pages import done

NO_BOX = "csrf_token"


class Shared:
    """A form with what stands there now in each of its boxes, as read from the database for this request."""

    def __init__(self, form: FlaskForm, stood: Mapping[str, Any]) -> None:
        self.form = form
        # The same shape of form reads what stands, so that both sides are spelled alike.
        self.stood = type(form)(formdata=None, data=stood)
        names = [field.name for field in form if field.name != NO_BOX]
        self.now = {name: text_of(self.stood[name]) for name in names}
        self.seen = {name: request.form[f"seen-{name}"] for name in names if f"seen-{name}" in request.form}
        self.theirs: dict[str, str] = {}

    def done(self, act: Callable[[], object]) -> bool:
        """As `pages.done`; boxes left as they stood take what stands there now, and what meets is not saved."""
        try:
            return done(self.form, lambda: self._carry_out(act))
        except Stale as error:
            db.session.rollback()
            self._show_both(error)
            return False

    def show(self, template: str, about: Subject, **context: Any) -> Answer:
        """The page: 200, 422 with errors, or 409 with both texts of each box that two people changed."""
        # After an error nobody has read yet what others wrote meanwhile: that is told when the errors are gone.
        seen = edits.seen(self.now) | ({} if self.theirs else self.seen)
        writers = audit.last_writers(about) if self.theirs else {}
        page = render_template(
            template, form=self.form, seen=seen, conflicts=self.theirs, writers=writers, **context
        )
        return page, 409 if self.theirs else 422 if self.form.errors else 200

    def _carry_out(self, act: Callable[[], object]) -> None:
        typed = {name: text_of(self.form[name]) for name in self.now}
        edits.settled(self.now, typed, self.seen)
        self._take_over(typed)
        act()

    def _take_over(self, typed: Mapping[str, str]) -> None:
        for name in edits.untouched(typed, self.seen):
            self.form[name].data = self.stood[name].data

    def _show_both(self, error: Stale) -> None:
        self._take_over({name: text_of(self.form[name]) for name in self.now})
        self.theirs = {
            one.field: shown(self.form[one.field], self.stood[one.field]) for one in error.conflicts
        }
        for name in self.theirs:
            field, said = self.form[name], _("changed by somebody else meanwhile")
            field.errors = [_("%(field)s: %(text)s", field=field.label.text, text=said)]


def text_of(field: Field) -> str:
    """What stands in a box, with the line ends that are stored."""
    return "" if field.data is None else str(field.data).replace("\r\n", "\n").strip()


def shown(field: Field, stood: Field) -> str:
    """What stands there, as the page calls it: of a choice its label."""
    if isinstance(field, BooleanField):
        return _("Yes") if stood.data else _("No")
    if isinstance(field, SelectField):
        labels = {str(one.value): str(one.label) for one in field.iter_choices()}
        return labels.get(text_of(stood), text_of(stood))
    return text_of(stood)
