"""A posted form carried out: either all of it and committed, or nothing, with what was wrong beside the fields."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template
from flask_wtf import FlaskForm

from tracker.accounts.forms.fields import wrong
from tracker.db import db
from tracker.errors import DomainError
from tracker.web.answers import Answer


def done(form: FlaskForm, act: Callable[[], object]) -> bool:
    """Whether the form was posted, valid, and `act` carried out; its DomainError stands in the form's errors."""
    return form.validate_on_submit() and carried_out(form, act)


def carried_out(form: FlaskForm, act: Callable[[], object]) -> bool:
    """The same for a form that was found valid."""
    try:
        act()
    except DomainError as error:
        if error.status != 422:
            raise
        db.session.rollback()
        wrong(form, error.fields, str(error.text))
        return False
    db.session.commit()
    return True


def show(template: str, form: FlaskForm, **context: Any) -> Answer:
    """The page of a form: 200, or 422 with its errors and everything that was typed."""
    return render_template(template, form=form, **context), 422 if form.errors else 200


def told(text: str, *, undo: str = "", label: str = "") -> None:
    """Say on the next page what was done; `undo` is the address that takes it back, `label` its button."""
    flash({"text": text, "undo": undo, "label": label} if undo else text, "ok")  # type: ignore[arg-type]


def to(path: str) -> Answer:
    """On to another page after a form was carried out."""
    return redirect(path, 303)
