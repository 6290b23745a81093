"""The case library: finding what happened elsewhere, one case, and the answer to 「我們也可能發生嗎？」."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import clock
from tracker.accounts.rules import Actor
from tracker.db import db, first_or_404, locked
from tracker.errors import DomainError
from tracker.inspections import words as inspection_words
from tracker.inspections.models import InspectionPlan
from tracker.issues.models import Issue
from tracker.library import actions, queries, rules, words
from tracker.library.models import LibraryAnswer, LibraryCase
from tracker.records.wordlists import words_of
from tracker.systems import queries as systems
from tracker.systems.models import AISystem
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer

bp = Blueprint("library", __name__)
READERS = ("supervisor", "engineer", "manager")
DECIDERS = ("supervisor", "manager")
PAGE = 50


@bp.get("/library")
@signed_in(*READERS)
def overview() -> Answer:
    wanted: dict[str, Any] = {
        key: value
        for key, value in request.args.items()
        if value and key in ("q", "source", "type", "answer")
    }
    before = request.args.get("before", "")
    found = queries.filtered(queries.newest_first(), wanted)
    if before.isdecimal() and len(before) < 18:
        found = found.where(LibraryCase.issue_id < int(before))
    rows = db.session.scalars(found.limit(PAGE + 1)).all()
    older = url_for(".overview", **wanted, before=rows[PAGE - 1].issue_id) if len(rows) > PAGE else None
    return render_template(
        "library/list.html", rows=rows[:PAGE], kept=wanted, older=older, newest=url_for(".overview", **wanted) if before
        else None, counts=queries.counts(), words=words, types=words_of("anomaly_type"), decides=_decides(),
    )  # fmt: skip


@bp.get("/library/<number>")
@signed_in(*READERS)
def case(number: str) -> Answer:
    return _page(_case(number), {})


def _page(found: LibraryCase, wrong: Mapping[str, Any]) -> str:
    actor, parts = current_actor(), queries.parts(found.issue_id)
    body: str = render_template(
        "library/case.html", case=found, issue=found.issue, parts=parts, words=words, wrong=wrong, typed=request.form,
        types=words_of("anomaly_type"), also=[one.value for one in parts.get("anomaly", ())], decides=_decides(),
        answers=[_said(one, actor) for one in queries.answers(found.issue_id)], answer_codes=rules.ANSWERS,
        systems=systems.known_systems() if _decides() else (), inspection_words=inspection_words,
        plans=queries.plans(actor, clock.now()) if _decides() else (),
    )  # fmt: skip
    return body


def _said(one: LibraryAnswer, actor: Actor) -> tuple[LibraryAnswer, Issue | None, InspectionPlan | None]:
    """An answer with what it led to, where the reader may open it."""
    made = one.made if one.made is not None and queries.may_open(one.made, actor) else None
    mine = {plan.id: plan for plan in queries.plans(actor, clock.now())} if one.plan_id is not None else {}
    return one, made, mine.get(one.plan_id or 0)


@bp.post("/library/<number>/answer")
@signed_in(*DECIDERS)
def answer(number: str) -> Answer:
    """Answer, and where wanted at once: an issue to look into it, or a line more on a checklist."""
    found, by, at, form = _case(number), current_actor(), clock.now(), request.form
    try:
        given = actions.answer(found, form.get("answer", ""), form.get("note", ""), by=by, at=at)
        if form.get("then") == "issue":
            actions.to_issue(found, given, _system(form.get("system", "")), by=by, at=at)
        elif form.get("then") == "plan":
            actions.to_plan(found, given, _plan(form.get("plan", "")), form.get("line", ""), by=by, at=at)
    except DomainError as error:
        if error.status != 422:
            raise
        db.session.rollback()
        return _page(_case(number), error.fields or {"answer": error.text}), 422
    db.session.commit()
    made = given.made
    flash(_("Your answer was kept; issue %(number)s was opened.", number=made.number) if made is not None
          else _("Your answer was kept."), "ok")  # fmt: skip
    return redirect(url_for(".case", number=number), 303)


def _system(given: str) -> AISystem:
    found = db.session.get(AISystem, int(given)) if given.isdecimal() and len(given) < 10 else None
    if found is None or found.imported:
        raise DomainError(_("Choose the AI system"), fields={"system": _("Choose the AI system")})
    return found


def _plan(given: str) -> InspectionPlan:
    mine = {str(plan.id): plan for plan in queries.plans(current_actor(), clock.now())}
    if given not in mine:
        raise DomainError(_("Choose the inspection"), fields={"plan": _("Choose the inspection")})
    return mine[given]


@bp.post("/library/<number>/type")
@signed_in(*DECIDERS)
def classify(number: str) -> Answer:
    actions.classify(_case(number), request.form.get("anomaly_type", ""), by=current_actor(), at=clock.now())
    db.session.commit()
    flash(_("The type was kept."), "ok")
    return redirect(url_for(".case", number=number), 303)


def _case(number: str) -> LibraryCase:
    found: LibraryCase = first_or_404(queries.by_number(number))
    if request.method == "POST":
        again = select(LibraryCase).where(LibraryCase.issue_id == found.issue_id)
        db.session.scalars(locked(again).execution_options(populate_existing=True)).one()
    return found


def _decides() -> bool:
    return current_actor().is_(*DECIDERS)
