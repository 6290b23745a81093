"""Known issues: the list, one of them, 我也遇到, and what those who write them do."""

from flask import flash, render_template, request
from flask_babel import ngettext

from tracker import clock
from tracker.db import db, first_or_404, locked
from tracker.errors import DomainError, NotAllowed
from tracker.guides import known, moves, queries, words
from tracker.guides.forms import SolveForm
from tracker.guides.models import KnownIssue
from tracker.guides.views import bp
from tracker.guides.views.changing import moved
from tracker.guides.views.readers import for_readers, may_count, voter
from tracker.issues import queries as issues
from tracker.issues.views import drafts
from tracker.issues.views.loading import count_guest
from tracker.systems import queries as systems
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.pages import done, show, to, told


@bp.get("/known")
@for_readers
def known_list() -> Answer:
    actor, now = current_actor(), clock.now()
    writes, everything = actor.is_(*queries.WRITERS), request.args.get("show") == "all"
    found = queries.known_issues(actor)
    if not (writes and everything):
        found = found.where(queries.listed(now))
    offered = systems.known_systems()
    chosen = next((one for one in offered if one.key == request.args.get("system")), None)
    if chosen is not None:
        found = found.where(KnownIssue.system_id == chosen.id)
    rows = db.session.scalars(
        found.order_by(KnownIssue.solved_at.is_not(None), KnownIssue.id.desc()).limit(200)
    ).all()
    return render_template(
        "guides/known_list.html", rows=rows, counts=queries.affected([one.id for one in rows]), words=words,
        systems=offered, chosen=chosen, writes=writes, everything=everything,
    )  # fmt: skip


def known_of(known_id: int) -> KnownIssue:
    """The known issue, if this reader may see it; locked when the request will change it or count who it met."""
    found = queries.known_issues(current_actor()).where(KnownIssue.id == known_id)
    return first_or_404(locked(found) if request.method == "POST" else found)


@bp.get("/known/<int:known_id>")
@for_readers
def known_page(known_id: int) -> Answer:
    found, actor = known_of(known_id), current_actor()
    writes = queries.writes(actor, found.system_id)
    return render_template(
        "guides/known.html", known=found, text=words.read(found), words=words, writes=writes,
        solution=words.solution(found), count=queries.affected([found.id])[found.id],
        counted=queries.is_affected(found.id, voter()), draft=drafts.mine(actor),
        reports=[one for one in queries.reports(found) if issues.may_view(actor, one)] if writes else (),
    )  # fmt: skip


@bp.post("/known/<int:known_id>/me-too")
@for_readers
def known_me_too(known_id: int) -> Answer:
    """One tap; what was typed of a report so far is kept, should they want to send it all the same."""
    actor = current_actor()
    if actor.person_id is None:
        count_guest("guide")
    found, key = known_of(known_id), voter(make=True)
    counted = may_count(f"known {known_id}", before=queries.is_affected(known_id, key))
    if counted:
        known.me_too(found, key, by=actor, at=clock.now())
    if request.form.get("description", "").strip():
        try:
            drafts.keep()
        except DomainError as error:
            flash(" ".join(error.fields.values()) or error.text, "error")
    db.session.commit()
    return to(f"/known/{known_id}?counted={'1' if counted else 'network'}")


@bp.route("/known/<int:known_id>/solve", methods=["GET", "POST"])
@signed_in(*queries.WRITERS)
def known_solve(known_id: int) -> Answer:
    found = known_of(known_id)
    if not queries.writes(current_actor(), found.system_id):
        raise NotAllowed()
    form, count = SolveForm(obj=found), 0

    def solve() -> None:
        nonlocal count
        given = {"solution_zh": form.solution_zh.data or "", "solution_en": form.solution_en.data or ""}
        count = moves.carry_out(found, "solve", given, by=current_actor(), at=clock.now())

    if done(form, solve):
        said = ngettext("Solved. %(num)s person is told.", "Solved. %(num)s people are told.", count)
        told(said, undo=f"/known/{known_id}/reopen")
        return to(f"/known/{known_id}")
    return show(
        "guides/solve.html",
        form,
        known=found,
        text=words.read(found),
        count=queries.affected([found.id])[found.id],
    )


@bp.post("/known/<int:known_id>/<any(publish,withdraw,restore,reopen):what>")
@signed_in(*queries.WRITERS)
def known_change(known_id: int, what: str) -> Answer:
    return moved(known_of(known_id), what, here=f"/known/{known_id}")


@bp.post("/known/<int:known_id>/<any(link,unlink):what>")
@signed_in(*queries.WRITERS)
def known_link(known_id: int, what: str) -> Answer:
    """An issue is about it, or not after all."""
    found, number = known_of(known_id), request.form.get("number", "")
    try:
        moves.carry_out(found, what, {"number": number}, by=current_actor(), at=clock.now())
    except DomainError as error:
        if error.status != 422:
            raise
        flash(error.text, "error")
    db.session.commit()
    return to(f"/known/{known_id}#reports")
