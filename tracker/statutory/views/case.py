"""法定時限 of a case: the page of its clocks, the forms that stop one, the facts that its rules ask for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import select

from tracker import clock
from tracker.accounts import rules as roles
from tracker.db import db, first_or_404, locked
from tracker.decisions import facing
from tracker.decisions.actions import Case
from tracker.errors import DomainError, NotAllowed
from tracker.followups import actions as followups
from tracker.issues import holds
from tracker.issues.models import Issue
from tracker.records.models import Record
from tracker.statutory import actions, checking, queries, rules, words
from tracker.statutory.deciding import ASKED_FOR
from tracker.statutory.forms import HoldForm, TakeBackForm, stopping, telling
from tracker.statutory.models import ASKED, RUNNING, StatutoryClock, StatutoryNotice
from tracker.statutory.views import asked, bp
from tracker.statutory.views.telling import keep_files, told_of
from tracker.web import current_actor, pages, signed_in
from tracker.web.answers import Answer
from tracker.web.both import Shared

LEADS = (roles.SUPERVISOR, roles.MANAGER)


@dataclass
class Shown:
    """One clock on the page, with its forms and what was told for it."""

    row: StatutoryClock
    rule: rules.Rule
    forms: Mapping[str, FlaskForm]
    notices: Sequence[StatutoryNotice]
    open: str = ""


@bp.get("/statutory")
@signed_in(*LEADS)
def soon() -> Answer:
    """What runs out within seven days, or has already, over all cases that the reader may see."""
    found = db.session.scalars(queries.due_soon(current_actor(), clock.now()).limit(100)).all()
    return render_template("statutory/soon.html", rows=found, words=words)


@bp.get("/statutory/<number>")
@signed_in(*LEADS)
def case(number: str) -> Answer:
    return page(facing.case_of(current_actor(), number.upper()))


def page(
    found: Case,
    *,
    stopped: tuple[int, str, FlaskForm] | None = None,
    facts: Shared | None = None,
    notice: FlaskForm | None = None,
) -> str:
    """All clocks of a case; `stopped` is the clock whose form comes back with its errors."""
    actor, now, issue = current_actor(), clock.now(), found.issue
    clocks = queries.of_case(issue, found.record)
    answers = queries.answers(issue, found.record, [one for one in clocks if one.issue_id == issue.id], now)
    told = queries.notices([issue.id, *(one.issue_id for one in clocks)])
    may, asking = actions.may_stop(actor, issue), facts or asked.shared(issue, found.record)
    return render_template(
        "statutory/case.html", case=found, shown=[_shown(one, told, may, stopped) for one in clocks], may=may,
        voluntary=queries.voluntary(answers, clocks), facts=asking if may else None,
        words=words, others=[one for one in told if one.clock_id is None], now=now, asked_for=ASKED_FOR,
        files=queries.files_of(told), notice=notice or (telling() if may else None),
        take_back=TakeBackForm(formdata=None), holds=holds.standing([issue.id, *(one.issue_id for one in clocks)]),
        hold_form=HoldForm(formdata=None),
    )  # fmt: skip


def _shown(
    row: StatutoryClock,
    told: Sequence[StatutoryNotice],
    may: bool,
    stopped: tuple[int, str, FlaskForm] | None,
) -> Shown:
    forms: dict[str, FlaskForm] = {}
    if may and row.standing in (ASKED, RUNNING):
        forms = stopping(f"c{row.id}", row)
    elif may and row.stopped_at is not None:
        forms = {"take_back": TakeBackForm(prefix=f"c{row.id}-take_back")}
    which = ""
    if stopped is not None and stopped[0] == row.id:
        which = stopped[1]
        forms[which] = stopped[2]
    return Shown(row, checking.read(row.rule), forms, [one for one in told if one.clock_id == row.id], which)


@bp.post("/statutory/clocks/<int:law_id>/<any(told,waive,toll,take_back):verb>")
@signed_in(*LEADS)
def stop(law_id: int, verb: str) -> Answer:
    """A person stops a clock, or takes that back; the clock and its case are locked."""
    row = _locked(law_id)
    number = (row.record or row.issue).number
    form = (
        TakeBackForm(prefix=f"c{row.id}-take_back")
        if verb == "take_back"
        else stopping(f"c{row.id}", row)[verb]
    )
    at = clock.now()
    if pages.done(form, lambda: _stop(row, verb, form, at)):
        flash(_said(verb, str(form["kind"].data) if verb == "told" else ""), "ok")
        return pages.to(url_for("statutory.case", number=number))
    return page(facing.case_of(current_actor(), number), stopped=(law_id, verb, form)), 422


def _locked(law_id: int) -> StatutoryClock:
    row: StatutoryClock = first_or_404(queries.by_id(current_actor(), law_id))
    db.session.scalars(locked(select(Issue).where(Issue.id == row.issue_id))).one()
    if row.record_id is not None:
        db.session.scalars(locked(select(Record).where(Record.id == row.record_id))).one()
    found: StatutoryClock = db.session.scalars(
        locked(select(StatutoryClock).where(StatutoryClock.id == law_id)).execution_options(
            populate_existing=True
        )
    ).one()
    return found


def _stop(row: StatutoryClock, verb: str, form: FlaskForm, at: datetime) -> None:
    actor = current_actor()
    verbs: dict[str, Callable[[], object]] = {
        "waive": lambda: actions.waive(row, form["because"].data or "", by=actor, at=at),
        "toll": lambda: actions.toll(row, form["basis"].data or "", by=actor, at=at),
        "take_back": lambda: actions.take_back(row, form["because"].data or "", by=actor, at=at),
        "told": lambda: _told(row, form, at),
    }
    verbs[verb]()
    subject = row.record or row.issue
    followups.rearm_now(subject.kind_name, subject.id, at)


def _told(row: StatutoryClock, form: FlaskForm, at: datetime) -> None:
    verb = actions.interim if form["kind"].data == actions.INTERIM else actions.done
    notice = verb(row, told_of(form), by=current_actor(), at=at)
    keep_files(notice, form, sealed=row.issue.personal_data, by=current_actor(), at=at)


def _said(verb: str, kind: str) -> str:
    if kind == actions.INTERIM:
        return _("The interim report is noted. The clock runs on until the final one.")
    return {
        "told": _("Noted as done. The clock has stopped."),
        "waive": _("Noted: it does not apply. The clock has stopped."),
        "toll": _("Noted: the time is tolled. The clock has stopped."),
        "take_back": _("Taken back. The clock runs on, its due time unmoved."),
    }[verb]


@bp.post("/statutory/<number>/follow")
@signed_in(*LEADS)
def follow(number: str) -> Answer:
    """Keep a rule that does not bind the organisation, of its own accord."""
    actor, at = current_actor(), clock.now()
    found = facing.case_of(actor, number.upper(), lock=True)
    if not actions.may_stop(actor, found.issue):
        raise NotAllowed(act="follow")
    clocks = queries.of_case(found.issue, found.record)
    open_ones = queries.voluntary(queries.answers(found.issue, found.record, clocks, at), clocks)
    wanted = next((one for one in open_ones if one.rule.id == request.form.get("rule")), None)
    if wanted is None:
        raise DomainError(_("This rule does not fit the case, or is followed already."))
    actions.follow(found.issue, found.record, wanted, by=actor, at=at)
    followups.rearm_now(*found.root, at)
    db.session.commit()
    flash(_("It is followed from now on, and chased like the others."), "ok")
    return pages.to(url_for("statutory.case", number=number))
