"""需要您決定: what waits for a manager, the form with the four answers, accepted risks and suspended systems."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectChoice

from tracker import clock
from tracker.accounts import rules as roles
from tracker.accounts.rules import Actor
from tracker.db import db, first_or_404, locked
from tracker.decisions import actions, cases, facing, queries, rules, suspending, words
from tracker.decisions.actions import Given
from tracker.decisions.cases import AnyCase, RoundCase
from tracker.decisions.forms import FORMS, AskForm, MoreTimeForm, SuspendForm, TakeBackForm
from tracker.decisions.models import Decision
from tracker.errors import DomainError, NotAllowed, NotFound, WrongState
from tracker.followups import actions as followups
from tracker.followups import climbed, following
from tracker.followups import queries as chasing
from tracker.followups.models import Clock
from tracker.followups.words import CLOCK_WORDS
from tracker.inspections.models import InspectionRound
from tracker.issues import when
from tracker.systems import queries as systems
from tracker.systems.models import AISystem, Suspension
from tracker.unchanged import unchanged
from tracker.web import current_actor, last_change, pages, signed_in
from tracker.web.answers import Answer

bp = Blueprint("decisions", __name__)
LEADS = (roles.SUPERVISOR, roles.MANAGER)
SHOWN = 50


@bp.app_context_processor
def what_was_decided() -> dict[str, Any]:
    """Let pages show a case's decisions, suspended systems, and how many cases wait for a manager."""
    return {
        "decisions_of": queries.of_issue, "decisions_printed": queries.of_record, "deciding": words,
        "decided_case": cases.of, "decisions_on_round": decisions_on_round,
        "suspensions_now": queries.suspensions,
        "waiting_for_decision": waiting_for_decision,
    }  # fmt: skip


def decisions_on_round(found: InspectionRound) -> Sequence[Decision]:
    """What was decided on a round, for those who lead it."""
    mine = queries.visible(current_actor()).where(Decision.round_id == found.id)
    return db.session.scalars(mine.order_by(Decision.id.desc())).all()


def waiting_for_decision() -> int:
    """How many cases wait for this manager's decision: asked for by a supervisor, or climbed."""
    actor = current_actor()
    return unchanged(("to decide", actor), last_change(), clock.now(), lambda: _count_waiting(actor))


def _count_waiting(actor: Actor) -> int:
    wanted = queries.waiting(actor).with_only_columns(Decision.issue_id, Decision.round_id).limit(SHOWN)
    asked = db.session.execute(wanted).all()
    late = climbed.climbed(actor).with_only_columns(Clock.issue_id, Clock.subject_id).order_by(None)
    found = db.session.execute(late.distinct().limit(SHOWN)).all()
    on_rounds = {subject_id for issue_id, subject_id in found if issue_id is None}
    on_rounds |= {round_id for issue_id, round_id in asked if issue_id is None}
    on_cases = {issue_id for issue_id, _part in found} | {issue_id for issue_id, _round in asked}
    return len(on_cases - {None}) + len(on_rounds)


@bp.get("/decisions")
@signed_in(*LEADS)
def decisions() -> Answer:
    actor = current_actor()
    answered = queries.visible(actor).where(Decision.at.is_not(None)).order_by(Decision.id.desc())
    return render_template(
        "decisions/decisions.html", asked=_some(queries.waiting(actor)), accepted=_some(queries.accepted(actor)),
        climbed=following.rows(climbed.climbed(actor), actor), suspended=_my_suspensions(),
        answered=_some(answered, 20), words=words,
    )  # fmt: skip


def _some(found: Any, most: int = SHOWN) -> list[Decision]:
    return list(db.session.scalars(found.limit(most)))


def _my_suspensions() -> list[tuple[Suspension, bool]]:
    actor, now = current_actor(), clock.now()
    return [(one, suspending.may_suspend(actor, one.system, now)) for one in queries.suspensions().values()]


@bp.get("/decisions/<number>")
@signed_in(*LEADS)
def decide(number: str) -> Answer:
    return page(facing.any_case_of(current_actor(), number.upper()))


@bp.post(f"/decisions/<number>/<any({','.join(rules.ANSWERS)}):kind>")
@signed_in(*LEADS)
def answer(number: str, kind: str) -> Answer:
    actor, at = current_actor(), clock.now()
    case = facing.any_case_of(actor, number.upper(), lock=True)
    if not _may(case, at):
        raise NotAllowed(act="decide")
    shown = _forms(case, at)
    if kind not in shown:
        # The page was drawn before somebody else suspended the system.
        raise WrongState(act=kind)
    form = shown[kind]
    if pages.done(form, lambda: _answered(case, kind, form, at)):
        flash(
            _("Decided: %(answer)s. Those who wait for it were told.", answer=words.ANSWER_WORDS[kind]), "ok"
        )
        return pages.to(url_for("decisions.decide", number=number))
    return page(facing.any_case_of(current_actor(), number.upper()), forms=shown, stopped=kind), 422


def _answered(case: AnyCase, kind: str, form: FlaskForm, at: datetime) -> None:
    actions.answer(case, kind, _given(form), by=current_actor(), at=at)
    followups.rearm_now(*case.root, at)


def _given(form: FlaskForm) -> Given:
    """What was typed; a date that cannot be read counts as none, and says so beside its field."""
    typed = {one.short_name: one.data for one in form if one.short_name != "csrf_token"}
    until = when.parse(str(typed.get("until") or ""))
    if typed.get("until") and until is None:
        raise DomainError(fields={"until": _("Enter a date and time like 2026-11-22 14:30")})
    late = _clock(form)
    return Given(
        **{key: str(typed.get(key) or "") for key in ("reason", "to", "notice")},
        until=when.aware(until) if until else None,
        part=(late[0], late[1]) if late else None,
        clock=late[2] if late else "",
        tell=bool(typed.get("tell")),
    )


def _clock(form: FlaskForm) -> tuple[str, int, str] | None:
    """The chosen clock, if it is one of those that this case offers."""
    if not isinstance(form, MoreTimeForm) or form.clock.data not in {one.value for one in form.clock.choices}:
        return None
    kind, number, name = form.clock.data.split("~")
    return kind, int(number), name


def _may(case: AnyCase, at: datetime) -> bool:
    return queries.may_decide(current_actor(), unit_id=case.unit_id, system_id=case.system.id, at=at)


def page(
    case: AnyCase,
    *,
    forms: Mapping[str, FlaskForm] | None = None,
    stopped: str = "",
    ask: AskForm | None = None,
) -> str:
    """The facts, the question if somebody asked, and the four answers for who may decide."""
    now, actor = clock.now(), current_actor()
    may = case.open and _may(case, now)
    late = [one for one in chasing.next_steps_of(case) if one.clock.due_at is not None]
    standing = queries.standing_on(case)
    supervises = actor.is_for(roles.SUPERVISOR, unit_id=case.unit_id, system_id=case.system.id)
    return render_template(
        "decisions/decide.html", case=case, late=late, asked=standing.asked, accepted=standing.accepted,
        answers=(forms or _forms(case, now)) if may else {}, stopped=stopped, words=words, take_back=TakeBackForm(),
        decided=queries.of_case(case), ask=(ask or AskForm()) if supervises and case.open and not may else None,
        suspension=suspending.of_system(case.system),
        ledger=f"{case.href}#chases" if isinstance(case, RoundCase) else f"/chases?subject={case.issue.number}",
    )  # fmt: skip


def _forms(case: AnyCase, now: datetime) -> dict[str, FlaskForm]:
    """The four forms, each with a date, a choice or a text to begin from."""
    found = {kind: made(prefix=kind) for kind, made in FORMS.items()}
    running = chasing.next_steps_of(case)
    found[rules.MORE_TIME].clock.choices = [
        SelectChoice(f"{one.subject_kind}~{one.subject_id}~{one.name}", str(CLOCK_WORDS[one.name]))
        for one in (each.clock for each in running)
        if facing.movable([one.name]) and one.due_at is not None
    ]
    found[rules.REASSIGN].to.choices = facing.targets(case, now)
    for kind in (rules.MORE_TIME, rules.ACCEPT_RISK):
        if not request.path.endswith(f"/{kind}"):
            found[kind].until.data = facing.usual_date(now)
    if isinstance(case, RoundCase):
        # No reporter waits for a round.
        del found[rules.MORE_TIME].tell
    elif not request.path.endswith(f"/{rules.MORE_TIME}"):
        found[rules.MORE_TIME].tell.data = True
    if suspending.of_system(case.system) is not None or case.system.key == "unknown":
        del found[rules.SUSPEND]
    return found


@bp.post("/decisions/<number>/ask")
@signed_in(roles.SUPERVISOR)
def ask(number: str) -> Answer:
    """A supervisor asks the managers to decide."""
    form, at = AskForm(), clock.now()
    case = facing.any_case_of(current_actor(), number.upper(), lock=True)

    def work() -> None:
        actions.ask(case, form.question.data or "", by=current_actor(), at=at)
        followups.rearm_now(*case.root, at)

    if pages.done(form, work):
        flash(_("The managers were asked. It is chased until they answer."), "ok")
        return pages.to(url_for("decisions.decide", number=number))
    return page(facing.any_case_of(current_actor(), number.upper()), ask=form), 422


@bp.post("/decisions/<int:decision_id>/take-back")
@signed_in(*LEADS)
def take_back(decision_id: int) -> Answer:
    """The risk is accepted no longer."""
    form, at, actor = TakeBackForm(), clock.now(), current_actor()
    row = first_or_404(queries.visible(actor).where(Decision.id == decision_id))
    case = cases.of(row)

    def work() -> None:
        facing.any_case_of(current_actor(), case.number, lock=True)
        actions.take_back(row, form.reason.data or "", by=current_actor(), at=at)
        followups.rearm_now(*case.root, at)

    if pages.done(form, work):
        flash(_("Taken back. Chasing goes on at once."), "ok")
    else:
        flash(" ".join(text for errors in form.errors.values() for text in errors), "error")
    return pages.to(url_for("decisions.decide", number=case.number))


@bp.route("/systems/<key>/suspension", methods=["GET", "POST"])
@signed_in(*LEADS)
def suspension(key: str) -> Answer:
    """Suspend a system without a case at hand, or lift its suspension."""
    system, at = _system(key), clock.now()
    standing = suspending.of_system(system)
    form: FlaskForm = TakeBackForm() if standing is not None else SuspendForm()
    if not suspending.may_suspend(current_actor(), system, at):
        raise NotAllowed(act="suspend")
    if pages.done(form, lambda: _change(system, standing, form, at)):
        lifted, told = _("The system can be used again."), _("The system is suspended; its users are told.")
        flash(lifted if standing else told, "ok")
        return pages.to(url_for("systems.system", key=key))
    return pages.show(
        "decisions/suspension.html", form, system=_system(key), suspension=suspending.of_system(_system(key))
    )


def _change(system: AISystem, standing: Suspension | None, form: FlaskForm, at: datetime) -> None:
    if standing is not None:
        suspending.lift(standing, form.reason.data or "", by=current_actor(), at=at)
    else:
        suspending.suspend(system, form.reason.data or "", form.notice.data or "", by=current_actor(), at=at)


def _system(key: str) -> AISystem:
    wanted = systems.by_key(key).where(AISystem.imported.is_(False))
    found = first_or_404(locked(wanted) if request.method == "POST" else wanted)
    if found.key == "unknown":
        raise NotFound()
    return found
