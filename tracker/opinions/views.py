"""會辦: asking an opinion about a record, the page of the one who is asked, and the same by a letter's link."""

from typing import Any

from flask import Blueprint, flash, render_template, request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import select

from tracker import clock
from tracker.accounts import queries as people
from tracker.accounts.forms.fields import wrong
from tracker.db import db, first_or_404, locked
from tracker.errors import DomainError, NotAllowed, NotFound
from tracker.exports import sheet
from tracker.followups import actions as followups
from tracker.issues import fields as issue_fields
from tracker.opinions import actions, forms, queries, rules, words
from tracker.records import content, links
from tracker.records import queries as records
from tracker.records import rules as record_rules
from tracker.records.masking import is_masked
from tracker.records.models import Record
from tracker.records.parts import Opinion
from tracker.records.views.files import telling
from tracker.records.views.loading import log_view, record_of
from tracker.records.whole import Whole
from tracker.records.wordlists import word
from tracker.web import current_actor, errors, link_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.pages import to

bp = Blueprint("opinions", __name__)


@bp.get("/opinions")
@signed_in()
def mine() -> Answer:
    waiting = queries.waiting_for(current_actor(), clock.now())
    return render_template("opinions/mine.html", opinions=waiting, words=words)


@bp.route("/records/<number>/opinions/ask", methods=["GET", "POST"])
@signed_in("supervisor", "engineer", "manager")
def ask(number: str) -> Answer:
    found, form, at = record_of(number), forms.AskForm(), clock.now()
    known = records.relations(current_actor(), found, records.last_escalation(found), at)
    if not rules.may_ask(known):
        raise NotAllowed(act="ask_opinion")
    form.to_person_id.offer(people.choices(db.session.scalars(people.people())))
    if request.method == "GET":
        form.due_at.data = issue_fields.local(actions.usual_due(at))
        return _ask_page(found, form)
    record_id, number = found.id, found.number
    try:
        actions.ask(found, dict(form.data), by=current_actor(), at=at)
    except DomainError as error:
        if error.status not in (409, 422):
            raise
        db.session.rollback()
        wrong(form, error.fields, str(error.text))
        return _ask_page(db.session.get_one(Record, record_id), form, error.status)
    followups.rearm_now("record", record_id, at)
    db.session.commit()
    flash(_("Asked. You are told when the answer comes."), "ok")
    return to(f"/records/{number}#opinions")


def _ask_page(found: Record, form: FlaskForm, status: int = 200) -> Answer:
    ended = found.state in record_rules.ENDED
    return render_template("opinions/ask.html", record=found, form=form, ended=ended), status


def _opinion(opinion_id: int) -> Opinion:
    found = queries.visible(current_actor(), clock.now()).where(Opinion.id == opinion_id)
    one = first_or_404(found)
    if request.method == "POST":
        db.session.scalars(locked(select(Record).where(Record.id == one.record_id))).one()
        db.session.refresh(one)
    return one


@bp.get("/opinions/<int:opinion_id>")
@signed_in()
def show(opinion_id: int) -> Answer:
    log_view(_opinion(opinion_id).record, current_actor())
    return _page(_opinion(opinion_id), here=f"/opinions/{opinion_id}")


@bp.post("/opinions/<int:opinion_id>/answer")
@signed_in()
def answer(opinion_id: int) -> Answer:
    return _answered(_opinion(opinion_id), here=f"/opinions/{opinion_id}")


@bp.post("/opinions/<int:opinion_id>/withdraw")
@signed_in()
def withdraw(opinion_id: int) -> Answer:
    found, form, at = _opinion(opinion_id), forms.WithdrawForm(), clock.now()
    record_id, number = found.record_id, found.record.number
    try:
        actions.withdraw(found, form.because.data or "", by=current_actor(), at=at)
    except DomainError as error:
        if error.status != 422:
            raise
        db.session.rollback()
        wrong(form, error.fields, str(error.text))
        return _page(_opinion(opinion_id), here=f"/opinions/{opinion_id}", taking_back=form, status=422)
    followups.rearm_now("record", record_id, at)
    db.session.commit()
    flash(_("Taken back. Whom you asked was told."), "ok")
    return to(f"/records/{number}#opinions")


@bp.post("/opinions/<int:opinion_id>/move")
@signed_in()
def move(opinion_id: int) -> Answer:
    found, form, at = _opinion(opinion_id), forms.MoveForm(), clock.now()
    record_id, here = found.record_id, f"/opinions/{opinion_id}"
    try:
        actions.move_date(found, form.due_at.data, form.reason.data or "", by=current_actor(), at=at)
    except DomainError as error:
        if error.status != 422:
            raise
        db.session.rollback()
        wrong(form, error.fields, str(error.text))
        return _page(_opinion(opinion_id), here=here, moving=form, status=422)
    followups.rearm_now("record", record_id, at)
    db.session.commit()
    flash(_("The date is moved. Whom you asked was told."), "ok")
    return to(here)


@bp.get("/o/<secret>")
def by_link(secret: str) -> Answer:
    found = _opened(secret)
    return _page(found, here=f"/o/{secret}") if found else errors.page(410)


@bp.post("/o/<secret>/answer")
def answer_by_link(secret: str) -> Answer:
    found = _opened(secret)
    return _answered(found, here=f"/o/{secret}") if found else errors.page(410)


def _opened(secret: str) -> Opinion | None:
    """The question behind the secret, and act as who was asked from here on."""
    link = links.find(secret, queries.PURPOSE)
    if link is None or not links.is_open(link, at=clock.now()):
        return None
    link_actor(links.opened(link), link.name)
    try:
        return _opinion(link.subject_id)
    except NotFound:
        return None


def _answered(found: Opinion, *, here: str) -> Answer:
    form, at, opinion_id = forms.AnswerForm(), clock.now(), found.id
    record_id = found.record_id
    try:
        actions.answer(found, form.answer.data or "", by=current_actor(), at=at)
    except DomainError as error:
        if error.status not in (409, 422):
            raise
        db.session.rollback()
        wrong(form, error.fields, str(error.text))
        return _page(_opinion(opinion_id), here=here, form=form, status=error.status)
    followups.rearm_now("record", record_id, at)
    db.session.commit()
    if current_actor().link is not None:
        return render_template("opinions/thanks.html")
    flash(_("Answered. Whoever asked was told."), "ok")
    return to(here)


def _moving(found: Opinion) -> forms.MoveForm:
    form = forms.MoveForm(formdata=None)
    form.due_at.data = issue_fields.local(found.due_at)
    return form


def _page(
    found: Opinion,
    *,
    here: str,
    form: Any = None,
    taking_back: Any = None,
    moving: Any = None,
    status: int = 200,
) -> Answer:
    actor, now, record = current_actor(), clock.now(), found.record
    inside = actor.link is None
    whole = Whole(record)
    values = content.values(whole)
    known = records.relations(actor, record, whole.escalation, now) if inside else frozenset()
    sealed = record.primary_issue.personal_data or record.primary_issue.restricted
    shows = inside and not is_masked(actor, record)
    body = render_template(
        "opinions/opinion.html", opinion=found, record=record, here=here, words=words, word=word, values=values,
        form=form or forms.AnswerForm(formdata=None), taking_back=taking_back or forms.WithdrawForm(formdata=None),
        moving=moving or _moving(found),
        may_answer=found.is_waiting and actions.may_answer(found, actor, now), sealed=sealed,
        may_withdraw=found.is_waiting and inside and rules.may_withdraw(
            known, is_asker=actor.person_id == found.by_id),
        stands_in=queries.stands_in(actor, found, now), inside=inside,
        sheet=sheet.make(whole, values, tell=telling(None), at=now) if shows else None,
        opens_record=inside and bool(known),
    )  # fmt: skip
    return body, status
