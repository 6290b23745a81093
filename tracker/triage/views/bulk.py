"""Acts on the selected issues: at once, or as a job with a page of its own; undone as a whole."""

from collections.abc import Sequence
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import Select, select
from wtforms import RadioField
from wtforms.validators import InputRequired

from tracker import clock
from tracker.accounts import queries as people
from tracker.accounts.forms.fields import wrong
from tracker.accounts.rules import SUPERVISOR
from tracker.db import db, first_or_404, locked
from tracker.errors import DomainError, WrongState
from tracker.followups import actions as followups
from tracker.issues import inbox, mentioning, queries, snoozing, when
from tracker.issues import words as issue_words
from tracker.issues.forms import HandOverForm, move_form, options, typed
from tracker.issues.models import Issue
from tracker.issues.views.loading import back_to
from tracker.needs import actions as decisions
from tracker.needs import rules as need_rules
from tracker.needs.forms import DecideManyForm
from tracker.triage import batches, rules, saved, words
from tracker.triage.models import Batch
from tracker.triage.views import bp
from tracker.web import current_actor, dates, signed_in
from tracker.web.answers import Answer
from tracker.web.pages import told

LISTED, OFFERED = 100, 10


@bp.post(f"/inbox/bulk/<any({','.join(rules.ACTS)}):act>")
@signed_in(SUPERVISOR)
def bulk(act: str) -> Answer:
    """The same act on each selected issue; what it asks for is asked once, on a page that lists them."""
    numbers = _selected()
    if not numbers:
        flash(_("Select one or more rows first."), "info")
        return redirect(back_to("/inbox"), 303)
    form = _form(act, numbers)
    if rules.ACTS[act].takes and (not request.form.get("ready") or not _complete(act, form)):
        return _asked(act, form, numbers, 422 if form.errors else 200)
    at, into = clock.now(), _given(form).get("into", "").strip().upper()
    try:
        made = batches.ask(
            act,
            [one for one in numbers if one != into],
            _given(form),
            by=current_actor(),
            at=at,
            locale=str(get_locale()),
        )
    except DomainError as error:
        if error.status != 422:
            raise
        db.session.rollback()
        wrong(form, error.fields, error.text)
        return _asked(act, form, numbers, 422)
    return _under_way(made)


def _complete(act: str, form: FlaskForm) -> bool:
    """Whether all is there that every one of the issues will need; what is wrong stands beside its field."""
    form.validate()
    given = _given(form)
    empty = {
        key: _("This is still missing.")
        for key in rules.ACTS[act].takes
        if key not in given and not form[key].errors
    }
    if act == rules.MERGE and "into" in given:
        number = given["into"].strip().upper()
        if db.session.scalars(queries.by_number(current_actor(), number).limit(1)).first() is None:
            empty["into"] = _("There is no such issue to merge into.")
    if empty:
        wrong(form, empty, "")
    elif act == rules.DECIDE:
        _read_decision(given, form)
    return not form.errors


def _given(form: FlaskForm) -> dict[str, str]:
    """What was typed and chosen, by key; a person is their id."""
    owner = form.data.get("owner")
    return typed(form) | ({"owner": str(owner)} if owner else {})


def _read_decision(given: dict[str, str], form: FlaskForm) -> None:
    """What is wrong would be wrong for every need: it stands beside its field before any is decided."""
    try:
        decisions.read({**given, "issue_kind": need_rules.KINDS[0]}, clock.now())
    except DomainError as error:
        wrong(form, error.fields, "")


def _selected() -> list[str]:
    """The ticked rows, or all that the view and its filters hold."""
    if not request.form.get("all"):
        return request.form.getlist("number")[: rules.MOST + 1]
    view = inbox.BY_NAME.get(request.form.get("view", ""), inbox.BY_NAME["triage"])
    return inbox.numbers(current_actor(), view, saved.filters(request.form), clock.now(), most=rules.MOST + 1)


def _form(act: str, numbers: Sequence[str]) -> FlaskForm:
    if act == rules.SNOOZE:
        return _snooze_form()
    if act == rules.DECIDE:
        return _decide_form(numbers)
    if act != rules.ASSIGN:
        return move_form(
            rules.ACTS[act].takes, present={"issue_kind": "how_to"} if act == rules.ANSWER else {}
        )
    form = HandOverForm()
    able = people.people_with(SUPERVISOR, at=clock.now())
    form.to.choices = options({"": _("Please choose"), **{str(one.id): one.name for one in able}})
    return form


def _decide_form(numbers: Sequence[str]) -> DecideManyForm:
    """Offers the staff; who may not see one of the needs, because it is sealed, is refused for that one."""
    form, at = DecideManyForm(), clock.now()
    first = (
        queries.visible(current_actor()).where(Issue.number.in_(numbers[:LISTED])).order_by(Issue.id).limit(1)
    )
    one = db.session.scalars(first).first()
    form.offer(mentioning.colleagues(one, at) if one is not None else ())
    return form


def _snooze_form() -> FlaskForm:
    form, offered = SnoozeForm(), snoozing.choices(clock.now(), when.zone())
    form.until.choices = options(
        {
            until.isoformat(): f"{issue_words.SNOOZE_WORDS[name]} ({dates.datetime_words(until)})"
            for name, until in offered.items()
        }
    )
    return form


class SnoozeForm(FlaskForm):
    """Until when, one of the times offered."""

    until = RadioField(_l("Until when?"), [InputRequired(_l("Please choose"))], validate_choice=False)


def _asked(act: str, form: FlaskForm, numbers: Sequence[str], status: int) -> Answer:
    """The page that asks what the act needs, and names whose issues it will touch."""
    if status == 200:
        form.process(formdata=None, data=form.data)
    seen = queries.visible(current_actor()).where(Issue.number.in_(numbers[:LISTED])).order_by(Issue.id)
    # What the reader only follows they know by its number: neither its title nor whose it is stands here.
    found = db.session.scalars(seen).all()
    theirs = queries.worked_on(current_actor(), found)
    listed = [one for one in found if one.id in theirs]
    body = render_template(
        "triage/bulk.html", act=act, form=form, numbers=numbers, listed=listed, words=words,
        likely=[(one, "") for one in listed[:OFFERED]], state_words=issue_words,
        back=back_to("/inbox"), all=request.form.get("all"), view=request.form.get("view", ""),
        narrowed={key: request.form.get(key, "") for key in saved.KEYS},
    )  # fmt: skip
    return body, status


def _under_way(batch: Batch) -> Answer:
    """Few issues are done before the answer; many are left to the scheduler."""
    at, actor, batch_id = clock.now(), current_actor(), batch.id
    if len(batch.numbers) > rules.AT_ONCE:
        db.session.commit()
        return redirect(url_for("triage.batch", batch_id=batch_id), 303)
    while batches.step(batch, by=actor, at=at, settle=lambda one: followups.rearm_now("issue", one, at)):
        pass
    db.session.commit()
    return _told(batch)


def _told(batch: Batch) -> Answer:
    """What became of it, on the page that the person came from; where something was refused, on the batch's own."""
    here = url_for("triage.batch", batch_id=batch.id)
    if batch.refused and not batch.entries:
        return redirect(here, 303)
    done = ngettext("Done with %(num)s issue.", "Done with %(num)s issues.", len(batch.entries))
    if batch.act == rules.UNDO:
        _told_undone(batch)
    else:
        told(batch_word(batch) + _(": ") + done,
             undo=url_for("triage.undo", batch_id=batch.id) if batch.may_be_undone else "")  # fmt: skip
    return redirect(here if batch.refused else back_to("/inbox"), 303)


def _told_undone(batch: Batch) -> None:
    """How many came back; of words that were written, the way back to them."""
    first = db.session.get_one(Batch, batch.undoes_id)
    done = ngettext("%(num)s issue undone.", "%(num)s issues undone.", len(batch.entries))
    if first.act == rules.ANSWER:
        done = _("%(done)s Nothing was sent.", done=done)
    again = url_for("triage.again", batch_id=first.id) if first.act in rules.WRITTEN else ""
    told(batch_word(first) + _(": ") + done, undo=again, label=_("Correct and send again"))


def batch_word(batch: Batch) -> str:
    """The act of a batch, as a heading says it."""
    return str(words.ACT_WORDS[batch.act])


@bp.get("/inbox/bulk/<int:batch_id>")
@signed_in(SUPERVISOR)
def batch(batch_id: int) -> Answer:
    """How far it is, what was refused and why, and the way back."""
    one: Batch = first_or_404(_own().where(Batch.id == batch_id))
    undone = db.session.scalar(select(Batch.id).where(Batch.undoes_id == one.id).limit(1))
    answer = make_response(
        render_template("triage/batch.html", one=one, undone=undone, word=batch_word(one), rules=rules)
    )
    if one.is_under_way:
        # The page is asked again without any script.
        answer.headers["Refresh"] = "2"
    return answer


@bp.post("/inbox/bulk/<int:batch_id>/stop")
@signed_in(SUPERVISOR)
def stop(batch_id: int) -> Answer:
    batches.stop(_mine(batch_id), clock.now())
    db.session.commit()
    return redirect(url_for("triage.batch", batch_id=batch_id), 303)


@bp.post("/inbox/bulk/<int:batch_id>/undo")
@signed_in(SUPERVISOR)
def undo(batch_id: int) -> Answer:
    """Take the whole batch back, issue by issue; what others have built on since stays, and is named."""
    made = batches.ask_undo(_mine(batch_id), by=current_actor(), at=clock.now(), locale=str(get_locale()))
    if not made.is_under_way:
        return redirect(url_for("triage.batch", batch_id=made.id), 303)
    return _under_way(made)


@bp.post("/inbox/bulk/<int:batch_id>/again")
@signed_in(SUPERVISOR)
def again(batch_id: int) -> Answer:
    """The form as it was sent, to be put right and sent anew to the same issues."""
    one = _mine(batch_id)
    if one.act not in rules.WRITTEN:
        raise WrongState(act="again")
    numbers = [number for number, _seq in one.entries]
    form = _form(one.act, numbers)
    form.process(formdata=None, data=one.given)
    return _asked(one.act, form, numbers, 200)


def _own() -> Select[Any]:
    return select(Batch).where(Batch.person_id == current_actor().person_id)


def _mine(batch_id: int) -> Batch:
    found: Batch = first_or_404(locked(_own().where(Batch.id == batch_id)))
    return found
