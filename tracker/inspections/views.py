"""巡檢: what is to be inspected, the checklist of one round, plans, the history as a file.

Anybody may be asked to inspect, so no page of a round asks for a role: each shows what its reader may see.
"""

from collections.abc import Collection, Sequence
from typing import Any

from flask import Blueprint, flash, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import attachments, clock
from tracker.accounts import queries as people
from tracker.accounts.rules import Actor
from tracker.attachments import queries as files
from tracker.attachments.models import Attachment
from tracker.db import db, first_or_404, locked
from tracker.errors import DomainError, Missing, NotFound, Stale
from tracker.exports.cells import csv_file
from tracker.followups import actions as followups
from tracker.followups import following
from tracker.followups import queries as chasing
from tracker.followups.office import office
from tracker.inspections import actions, filling, forms, planning, queries, rules, words
from tracker.inspections.filling import Lines
from tracker.inspections.models import InspectionPlan, InspectionResult, InspectionRound
from tracker.systems import queries as systems
from tracker.systems.words import named
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.both import Shared
from tracker.web.pages import done, show, to

bp = Blueprint("inspections", __name__)
HISTORY, FILE_MOST = 100, 20_000
COLUMNS = (
    "round", "plan", "system", "day", "due_at", "state", "done_at", "reason", "item", "outcome", "note", "issue",
)  # fmt: skip


def _plan(plan_id: int) -> InspectionPlan:
    wanted = queries.visible(current_actor(), clock.now()).where(InspectionPlan.id == plan_id)
    return first_or_404(locked(wanted) if request.method == "POST" else wanted)


def _round(round_id: int) -> InspectionRound:
    found = first_or_404(queries.rounds(current_actor(), clock.now()).where(InspectionRound.id == round_id))
    if request.method == "POST":
        again = select(InspectionRound).where(InspectionRound.id == round_id)
        db.session.scalars(locked(again).execution_options(populate_existing=True)).one()
    return found


@bp.get("/inspections")
@signed_in()
def overview() -> Answer:
    actor, now = current_actor(), clock.now()
    past = db.session.scalars(queries.past_rounds(actor, now).limit(HISTORY + 1)).all()
    return render_template(
        "inspections/list.html", waiting=db.session.scalars(queries.open_rounds(actor, now)).all(), past=past[:HISTORY],
        plans=db.session.scalars(queries.plans(actor, now)).all(), words=words, more=len(past) > HISTORY, rules=rules,
        may_make=actor.is_("supervisor"),
    )  # fmt: skip


@bp.get("/inspections.csv")
@signed_in()
def table() -> Answer:
    """One line for each line of each round that the reader may see, newest first."""
    actor = current_actor()
    found = db.session.scalars(queries.past_rounds(actor, clock.now()).limit(FILE_MOST))
    lines = [_table_line(one, result, actor) for one in found for result in one.results]
    return csv_file("inspections.csv", COLUMNS, lines)


def _table_line(one: InspectionRound, result: InspectionResult, actor: Actor) -> tuple[Any, ...]:
    issue, note = queries.leads_to(result, actor), "" if queries.is_sealed(result) else result.note
    return (
        one.number, one.plan.name, one.plan.system.key, one.day, one.due_at, one.state, one.done_at, one.reason,
        result.item.text, result.outcome, note, issue.number if issue else "",
    )  # fmt: skip


@bp.route("/inspections/new", methods=["GET", "POST"])
@signed_in("supervisor")
def new() -> Answer:
    form = forms.PlanForm()
    _offer(form)
    made: list[InspectionPlan] = []
    if done(form, lambda: made.append(planning.make_plan(form.wanted(), by=current_actor(), at=clock.now()))):
        flash(_("The plan is in force. Its first round appears on its day."), "ok")
        return to(f"/inspections/plans/{made[0].id}")
    return show("inspections/edit.html", form, plan=None)


def _offer(form: forms.PlanForm) -> None:
    ours = systems.known_systems()
    form.system_id.offer([(one.id, named(one)) for one in ours])
    form.function_id.offer(
        [(each.id, one.name + _(": ") + each.name) for one in ours for each in one.functions if each.active]
    )
    form.unit_id.offer([(unit.id, unit.name) for unit in people.units()])
    form.owner_id.offer([(one.id, one.name) for one in db.session.scalars(people.people())])


@bp.get("/inspections/plans/<int:plan_id>")
@signed_in()
def plan(plan_id: int) -> Answer:
    return _plan_page(_plan(plan_id))


def _plan_page(found: InspectionPlan, wrong: str = "", typed: str = "") -> Answer:
    actor, now = current_actor(), clock.now()
    relations = queries.relations(actor, found, now)
    of_plan = queries.rounds(actor, now).where(InspectionRound.plan_id == found.id)
    coming = rules.day_of(found.first_day, found.rhythm, found.every, found.turns)
    body = render_template(
        "inspections/plan.html", plan=found, words=words, leads="supervisor" in relations, coming=coming, rules=rules,
        rounds=db.session.scalars(of_plan.order_by(InspectionRound.turn.desc()).limit(HISTORY)).all(), wrong=wrong,
        moves=planning.plan_moves(found, by=actor, at=now), typed=typed,
    )  # fmt: skip
    return body, 422 if wrong else 200


@bp.route("/inspections/plans/<int:plan_id>/edit", methods=["GET", "POST"])
@signed_in("supervisor")
def edit(plan_id: int) -> Answer:
    found = _plan(plan_id)
    stood, now = forms.filled(found), clock.now()
    form = forms.PlanForm(data=stood)
    _offer(form)
    both = Shared(form, stood)
    if both.done(lambda: planning.save_plan(found, form.wanted(), by=current_actor(), at=now)):
        flash(_("Saved. It holds from the next round on."), "ok")
        return to(f"/inspections/plans/{plan_id}")
    return both.show("inspections/edit.html", found, plan=found)


@bp.post(f"/inspections/plans/<int:plan_id>/<any({','.join(rules.PLAN_WORKFLOW)}):verb>")
@signed_in("supervisor")
def move_plan(plan_id: int, verb: str) -> Answer:
    found, now, note = _plan(plan_id), clock.now(), request.form.get("note", "")
    try:
        planning.move_plan(found, verb, note=note, calendar=office(now).calendar, by=current_actor(), at=now)
    except Missing:
        db.session.rollback()
        return _plan_page(_plan(plan_id), forms.reason_missing(), note)
    db.session.commit()
    flash(
        _("%(name)s: %(state)s", name=words.plan_name(found), state=str(words.PLAN_WORDS[found.state or ""])),
        "ok",
    )
    return to(f"/inspections/plans/{plan_id}")


@bp.get("/inspections/rounds/<int:round_id>")
@signed_in()
def round_(round_id: int) -> Answer:
    return _round_page(_round(round_id))


def _round_page(
    found: InspectionRound,
    wrong: Sequence[str] = (),
    typed: Lines | None = None,
    met: Collection[str] = (),
) -> Answer:
    actor, now = current_actor(), clock.now()
    stand = filling.lines(found)
    shown = stand | (typed or {})
    # After an error nobody has read yet what others wrote meanwhile: that is told when the errors are gone.
    seen = filling.seen(found) | ({} if met or typed is None else filling.sent(found))
    moves = actions.round_moves(found, by=actor, at=now)
    kept = db.session.scalars(files.of(found.kind_name, found.id)).all()
    body = render_template(
        "inspections/round.html", round=found, plan=found.plan, words=words, wrong=wrong, shown=shown, moves=moves,
        files=kept, rules=rules, may_report=bool(queries.relations(actor, found.plan, now)), outcomes=rules.OUTCOMES,
        of_result=lambda one: [] if queries.is_sealed(one) else [file for file in kept if file.message_id == one.id],
        is_sealed=queries.is_sealed, leads_to=lambda one: queries.leads_to(one, actor),
        unfinished=bool(wrong) and typed is None, chases=chasing.chases_of_round(found.id),
        row=following.of_round(found, actor), seen=seen, theirs={int(key): stand[int(key)] for key in met},
    )  # fmt: skip
    return body, 409 if met else 422 if wrong else 200


@bp.post("/inspections/rounds/<int:round_id>")
@signed_in()
def fill(round_id: int) -> Answer:
    """Keep what is filled so far, or finish the round; a finding can be reported with the same button press."""
    found, by, now = _round(round_id), current_actor(), clock.now()
    typed = filling.typed(found)
    try:
        actions.fill(found, filling.changed(found), by=by, at=now)
        _keep_files(found)
        if request.form.get("finish"):
            actions.finish(found, by=by, at=now)
    except Missing as error:
        # What was filled is kept though the round cannot be finished yet.
        followups.rearm_now(found.kind_name, found.id, now)
        db.session.commit()
        lacks = [str(words.NEED_WORDS[key]) for key in error.keys]
        return _round_page(_read(round_id), [*lacks, _("What you filled so far is kept.")])
    except Stale as error:
        db.session.rollback()
        return _both(_read(round_id), error)
    except DomainError as error:
        if error.status != 422:
            raise
        db.session.rollback()
        return _round_page(_read(round_id), [str(error.text)], typed)
    followups.rearm_now(found.kind_name, found.id, now)
    db.session.commit()
    flash(_("The round is done.") if found.state == rules.DONE else _("Kept. Go on whenever you like."), "ok")
    return to(f"/inspections/rounds/{round_id}")


def _both(found: InspectionRound, error: Stale) -> Answer:
    """What was typed, and beside each line that two people filled what stands there now."""
    return _round_page(found, [str(error.text)], filling.mine(found), [one.field for one in error.conflicts])


def _read(round_id: int) -> InspectionRound:
    return db.session.get_one(InspectionRound, round_id)


def _keep_files(found: InspectionRound) -> None:
    for one in found.results:
        given = [file for file in request.files.getlist(f"files-{one.id}") if file.filename]
        if given:
            attachments.store(
                given,
                subject=(found.kind_name, found.id),
                message_id=one.id,
                by=current_actor(),
                at=clock.now(),
            )


@bp.post("/inspections/rounds/<int:round_id>/miss")
@signed_in("supervisor")
def miss(round_id: int) -> Answer:
    found, now = _round(round_id), clock.now()
    try:
        actions.miss(found, request.form.get("note", ""), by=current_actor(), at=now)
    except Missing:
        db.session.rollback()
        return _round_page(_read(round_id), [forms.reason_missing()])
    followups.rearm_now(found.kind_name, found.id, now)
    db.session.commit()
    flash(_("Noted as missed. It stays in the history."), "ok")
    return to(f"/inspections/rounds/{round_id}")


@bp.post("/inspections/rounds/<int:round_id>/results/<int:result_id>/issue")
@signed_in()
def to_issue(round_id: int, result_id: int) -> Answer:
    """One press: the finding is an issue, linked both ways."""
    found, now = _round(round_id), clock.now()
    result = first_or_404(
        select(InspectionResult).where(
            InspectionResult.id == result_id, InspectionResult.round_id == round_id
        )
    )
    if result.issue is not None and queries.leads_to(result, current_actor()) is None:
        raise NotFound()
    try:
        if found.state == rules.OPEN:
            # What stands in the boxes beside it is kept on the way.
            actions.fill(found, filling.changed(found), by=current_actor(), at=now)
        issue = actions.to_issue(found, result, by=current_actor(), at=now)
    except Stale as error:
        db.session.rollback()
        return _both(_read(round_id), error)
    except Missing:
        db.session.rollback()
        return _round_page(_read(round_id), [str(words.NEED_WORDS["note"])])
    followups.rearm_now("issue", issue.id, now)
    db.session.commit()
    flash(_("%(number)s was made of this finding.", number=issue.number), "ok")
    return to(f"/issues/{issue.number}")


@bp.get("/inspections/rounds/<int:round_id>/files/<int:file_id>")
@signed_in()
def file(round_id: int, file_id: int) -> Answer:
    found = _round(round_id)
    kept = first_or_404(files.of(found.kind_name, found.id).where(Attachment.id == file_id))
    if any(one.id == kept.message_id and queries.is_sealed(one) for one in found.results):
        raise NotFound()
    return attachments.respond(kept)
