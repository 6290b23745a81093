"""Writing guides: new ones, changes, review, publishing."""

from flask import flash, request
from flask_babel import gettext as _

from tracker import clock
from tracker.db import db, first_or_404
from tracker.errors import DomainError, NotAllowed, NotFound, Stale
from tracker.guides import articles, copying, known, moves, queries
from tracker.guides.models import Article
from tracker.guides.views import bp
from tracker.guides.views.articles import article_of
from tracker.guides.views.changing import changed, guide_form, moved
from tracker.guides.views.known import known_of
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.pages import done, show, to, told


@bp.route("/kb/new", methods=["GET", "POST"])
@signed_in(*queries.WRITERS)
def article_new() -> Answer:
    """A new answer, with `?issue=` filled from what the staff wrote of that issue."""
    source = _source()
    form, offered = guide_form(copying.article_of(source) if source else {}, for_all=True)
    made: list[Article] = []

    def create() -> None:
        given = form.given(offered)
        made.append(
            articles.create(given, issue_id=source.id if source else None, by=current_actor(), at=clock.now())
        )

    if done(form, create):
        return to(f"/kb/{made[0].id}")
    return show("guides/edit.html", form, title=_("New answer"), back="/kb", source=source, known=False)


@bp.route("/kb/<int:article_id>/edit", methods=["GET", "POST"])
@signed_in(*queries.WRITERS)
def article_edit(article_id: int) -> Answer:
    found = article_of(article_id)
    _need(found.system_id)
    there = f"/kb/{article_id}"
    return changed(found, articles.save, title=_("Change the answer"), back=there, done_at=f"{there}?draft=1")


@bp.post("/kb/<int:article_id>/review")
@signed_in(*queries.WRITERS)
def article_review(article_id: int) -> Answer:
    """It is right; and, with the other button, published at once."""
    found, by, at = article_of(article_id), current_actor(), clock.now()
    try:
        given = {key: request.form.get(key, "") for key in ("seen", "reason")}
        moves.carry_out(found, "review", given, by=by, at=at)
    except DomainError as error:
        if error.status != 422 and not isinstance(error, Stale):
            raise
        db.session.rollback()
        flash(next(iter(error.fields.values()), error.text), "error")
        return to(f"/kb/{article_id}?draft=1")
    if request.form.get("publish"):
        moves.carry_out(found, "publish", by=by, at=at)
        told(_("Published. Everybody can read it now."))
    db.session.commit()
    return to(f"/kb/{article_id}")


@bp.post("/kb/<int:article_id>/ask")
@signed_in(*queries.WRITERS)
def article_ask(article_id: int) -> Answer:
    """Have somebody who did not write it review the draft."""
    asked = moves.carry_out(article_of(article_id), "ask", by=current_actor(), at=clock.now())
    names = _(", ").join(one.name for one in asked)
    db.session.commit()
    told(_("Asked to review it: %(names)s.", names=names))
    return to(f"/kb/{article_id}?draft=1")


@bp.post("/kb/<int:article_id>/<any(publish,check,withdraw,restore):what>")
@signed_in(*queries.WRITERS)
def article_change(article_id: int, what: str) -> Answer:
    return moved(article_of(article_id), what, here=f"/kb/{article_id}")


@bp.route("/known/new", methods=["GET", "POST"])
@signed_in(*queries.WRITERS)
def known_new() -> Answer:
    """A new known issue, with `?issue=` the first that is about it."""
    source = _source()
    form, offered = guide_form(copying.known_of(source) if source else {}, for_all=False)
    made: list[int] = []

    def create() -> None:
        one = known.create(form.given(offered), issue=source, by=current_actor(), at=clock.now())
        made.append(one.id)

    if done(form, create):
        return to(f"/known/{made[0]}")
    return show(
        "guides/edit.html", form, title=_("New known issue"), back="/known", source=source, known=True
    )


@bp.route("/known/<int:known_id>/edit", methods=["GET", "POST"])
@signed_in(*queries.WRITERS)
def known_edit(known_id: int) -> Answer:
    found = known_of(known_id)
    _need(found.system_id)
    there = f"/known/{known_id}"
    return changed(found, known.save, title=_("Change the known issue"), back=there, done_at=there)


def _need(system_id: int | None) -> None:
    if not queries.writes(current_actor(), system_id):
        raise NotAllowed()


def _source() -> Issue | None:
    """The issue that the address names, if this person works on it."""
    number = request.args.get("issue", "").strip().upper()
    if not number:
        return None
    found, actor = first_or_404(issues.by_number(current_actor(), number)), current_actor()
    if not issues.works_on(actor, found):
        raise NotFound()
    return found
