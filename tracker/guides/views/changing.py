"""The form of a guide: filled from what stands there, saved beside what somebody else wrote meanwhile."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from tracker import audit, clock, edits
from tracker.db import db
from tracker.errors import Stale
from tracker.guides import articles, editing, queries
from tracker.guides.forms import GuideForm
from tracker.guides.models import Article, KnownIssue
from tracker.systems import queries as systems
from tracker.systems.models import AISystem
from tracker.web import current_actor
from tracker.web.answers import Answer
from tracker.web.pages import done, show, to

PAGE = "guides/edit.html"
BOXES = (editing.ABOUT, *editing.TEXTS)


def guide_form(present: Mapping[str, Any], *, for_all: bool) -> tuple[GuideForm, Sequence[AISystem]]:
    """The form with the systems that this person writes of; only an answer may be about all of them."""
    actor = current_actor()
    offered = [one for one in systems.known_systems() if queries.writes(actor, one.id)]
    texts = {key: value for key, value in present.items() if not key.endswith("_id")}
    form = GuideForm(data={editing.ABOUT: editing.about(present)} | texts)
    form.offer(offered, for_all=for_all)
    return form, offered


def changed(
    guide: Article | KnownIssue, save: Callable[..., None], *, title: str, back: str, done_at: str
) -> Answer:
    """The page that changes a guide; 409 with both texts where two people changed the same box."""
    present = editing.present(guide)
    form, offered = guide_form(present, for_all=isinstance(guide, Article))
    seen = {key: request.form[f"seen-{key}"] for key in BOXES if f"seen-{key}" in request.form}
    page = {"title": title, "back": back, "source": None, "known": isinstance(guide, KnownIssue)}
    try:
        given = form.given(offered)
        if done(form, lambda: save(guide, given, seen=seen, by=current_actor(), at=clock.now())):
            return to(done_at)
    except Stale as error:
        db.session.rollback()
        return _both(guide, form, seen, error, page)
    # After an error nobody has read yet what others wrote meanwhile: that is told when the errors are gone.
    return show(PAGE, form, seen=edits.seen(present) | seen, **page)


def _both(
    guide: Article | KnownIssue,
    form: GuideForm,
    seen: Mapping[str, str],
    error: Stale,
    page: Mapping[str, Any],
) -> Answer:
    """The same page with what was typed, and beside each box that two people changed what stands there now."""
    now = editing.present(guide)
    typed = articles.read(form.data) | {editing.ABOUT: form.about.data or ""}
    for key in edits.untouched(typed, seen):
        form[key].data = now[key]
    theirs = {one.field: one.theirs for one in error.conflicts}
    if editing.ABOUT in theirs:
        theirs[editing.ABOUT] = _label(form, now[editing.ABOUT])
    for key in theirs:
        said = _("changed by somebody else meanwhile")
        form[key].errors = [_("%(field)s: %(text)s", field=form[key].label.text, text=said)]
    writers = audit.last_writers(guide)
    named = {key: writers.get("system" if key == editing.ABOUT else key, "") for key in theirs}
    body = render_template(PAGE, form=form, seen=edits.seen(now), conflicts=theirs, writers=named, **page)
    return body, 409


def _label(form: GuideForm, code: str) -> str:
    """What the list calls this choice."""
    return next((str(one.label) for one in form.about.choices if one.value == code), code)
