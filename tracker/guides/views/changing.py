"""The form of a guide: filled from what stands there, saved beside what somebody else wrote meanwhile."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from tracker import clock
from tracker.db import db
from tracker.guides import editing, moves, queries
from tracker.guides.forms import GuideForm
from tracker.guides.models import Article, KnownIssue
from tracker.systems import queries as systems
from tracker.systems.models import AISystem
from tracker.web import current_actor
from tracker.web.answers import Answer
from tracker.web.both import Shared
from tracker.web.pages import to, told

PAGE = "guides/edit.html"


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
    form, offered = guide_form(editing.present(guide), for_all=isinstance(guide, Article))
    both = Shared(form, editing.present(guide))
    if both.done(lambda: save(guide, form.given(offered), by=current_actor(), at=clock.now())):
        return to(done_at)
    return both.show(PAGE, guide, title=title, back=back, source=None, known=isinstance(guide, KnownIssue))


def moved(guide: Article | KnownIssue, what: str, *, here: str) -> Answer:
    """Carry out a move that asks nothing, and go back to the guide's page `here`."""
    moves.carry_out(guide, what, by=current_actor(), at=clock.now())
    db.session.commit()
    if what == "publish":
        told(_("Published. Everybody can read it now."))
    elif what == "withdraw":
        told(_("Withdrawn. Nobody reads it any more."), undo=f"{here}/restore")
    return to(here)
