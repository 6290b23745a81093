"""Every move of a record as a page with a form; posting it carries it out."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectChoice

from tracker import clock, workflow
from tracker.accounts import queries as people
from tracker.accounts.forms.fields import wrong
from tracker.accounts.models import Person
from tracker.db import db
from tracker.duty import queries as duty
from tracker.errors import DomainError, Missing, WrongState
from tracker.followups import actions as followups
from tracker.hours.book import office_day_end
from tracker.issues import fields as issue_fields
from tracker.records import (
    actions,
    answering,
    content,
    controls,
    forms,
    queries,
    reasons,
    rules,
    wordlists,
    words,
)
from tracker.records.models import Record
from tracker.records.views import bp
from tracker.records.views.loading import record_of
from tracker.records.whole import Whole
from tracker.web import current_actor, meanwhile, signed_in
from tracker.web.answers import Answer

VERBS = tuple(rules.WORKFLOW)
USUAL_DAYS = {"S1": 1, "S2": 2, "S3": 5, "S4": 10}


@bp.route(f"/records/<number>/<any({','.join(VERBS)}):verb>", methods=["GET", "POST"])
@signed_in()
def move(number: str, verb: str) -> Answer:
    found = record_of(number)
    relations = queries.relations(current_actor(), found, queries.last_escalation(found), clock.now())
    workflow.allow(rules.WORKFLOW, verb, relations=relations)
    form = _form(found, verb)
    if request.method == "GET":
        workflow.check(rules.WORKFLOW, verb, state=found.state or "", relations=relations)
        return _page(found, verb, form)
    return _carried_out(found, verb, form)


def _carried_out(found: Record, verb: str, form: FlaskForm) -> Answer:
    record_id, at = found.id, clock.now()
    issue_ids = [issue.id for issue in queries.issues_of(found)]
    try:
        moved = actions.move_record(found, verb, by=current_actor(), at=at, fields=_given(form))
    except (Missing, WrongState) as error:
        db.session.rollback()
        keys = error.keys if isinstance(error, Missing) else ()
        stands = db.session.get_one(Record, record_id)
        moved_on = meanwhile.of(stands) if isinstance(error, WrongState) else None
        return _page(stands, verb, form, missing=keys, moved_on=moved_on, status=409)
    except DomainError as error:
        if error.status != 422:
            raise
        db.session.rollback()
        wrong(form, error.fields, error.text)
        return _page(db.session.get_one(Record, record_id), verb, form, status=422)
    for kind, subject in (("record", moved.id), *(("issue", one) for one in issue_ids)):
        followups.rearm_now(kind, subject, at)
    db.session.commit()
    flash(
        _("%(number)s: %(state)s", number=moved.number, state=str(words.STATE_WORDS[moved.state or "draft"])),
        "ok",
    )
    return redirect(url_for(".show", number=moved.number), 303)


def _form(found: Record, verb: str) -> FlaskForm:
    """The form of the move, with what is known already."""
    form = forms.move_form(verb)
    if verb == "assign":
        _prepare_assign(form, found)
    if verb == "acknowledge" and not form.is_submitted():
        form.expected_at.data = issue_fields.local(
            actions.promise(queries.last_escalation(found), clock.now())
        )
    if verb == "hold":
        form.liaison.offer(SelectChoice(str(key), name) for key, name in people.choices(_everybody()))
        form.liaison.data = form.liaison.data or str(current_actor().person_id)
    if "proposed_solution" in form and not form.is_submitted():
        form.proposed_solution.data = found.primary_issue.proposed_solution
    if "lessons" in form and not form.is_submitted():
        form.lessons.data = found.lessons
    return form


def _prepare_assign(form: FlaskForm, found: Record) -> None:
    """Whom the list offers, and a proposal to begin from."""
    targets = _targets(found)
    form.to.offer(targets)
    if form.is_submitted():
        return
    issue = found.primary_issue
    # In a small office there is one engineer: nobody needs to choose among one.
    only = str(targets[1].value) if len(targets) == 2 else ""
    form.to.data, form.due_at.data = _usual_target(found) or only, issue_fields.local(_usual_due(found))
    form.summary.data = "" if issue.personal_data or issue.restricted else issue.need_statement[:300]


def _usual_due(found: Record) -> datetime:
    """A due time to begin from: the end of an office day, sooner for graver records."""
    return office_day_end(clock.now(), USUAL_DAYS.get(found.severity, 5))


def _usual_target(found: Record) -> str:
    """The rota that the system names, else its owner, else its team."""
    system = found.system
    if system.rota_id:
        return f"rota:{system.rota_id}"
    if system.owner_id:
        return f"person:{system.owner_id}"
    return f"team:{system.team_id}" if system.team_id else ""


def _everybody() -> Any:
    return db.session.scalars(people.people().limit(500)).all()


def _targets(found: Record) -> list[SelectChoice]:
    """Rotas, people, teams, and the vendor where there is one; those away say so."""
    now = clock.now()
    listed = [controls.NOT_CHOSEN]
    if found.system.operated_by == "vendor":
        listed.append(
            SelectChoice("vendor", f"{found.system.vendor_name} {found.system.vendor_contact}".strip())
        )
    listed += rota_choices(now)
    able = _able(found, now)
    for one, (_key, name) in zip(able, people.choices(able), strict=True):
        away = " " + _("(away)") if one.is_away(now) else ""
        listed.append(SelectChoice(f"person:{one.id}", name + away))
    return [*listed, *(SelectChoice(f"team:{team.id}", team.name) for team in people.teams())]


def _able(found: Record, now: datetime) -> list[Person]:
    """Engineers for this case and the owner of its system; everybody while there is none of them."""
    issue = found.primary_issue
    able = list(people.people_with("engineer", at=now, unit_id=issue.unit_id, system_id=found.system_id))
    owner = found.system.owner
    if owner is not None and owner.active and owner not in able:
        able.insert(0, owner)
    return able or list(_everybody())


def rota_choices(now: datetime) -> list[SelectChoice]:
    """The duty rotas, each with who is on duty now."""
    found = []
    for rota in db.session.scalars(duty.rotas()):
        person = duty.on_duty(rota.id, now)
        name = person.name if person is not None else _("nobody is on duty")
        found.append(
            SelectChoice(f"rota:{rota.id}", _("%(rota)s (on duty: %(name)s)", rota=rota.name, name=name))
        )
    return found


def _given(form: FlaskForm) -> dict[str, Any]:
    typed = forms.typed_fields(form)
    name, email = typed.pop("to_name", ""), typed.pop("to_email", "")
    if name or email:
        if typed.get("to"):
            text = _("Choose from the list or name an outside contact, not both.")
            raise DomainError(text, fields={"to": text})
        typed["to"] = actions.Target(name=str(name), email=str(email))
    return typed


def _page(found: Record, verb: str, form: FlaskForm, *, status: int = 200, **stopped: Any) -> Answer:
    whole, now = Whole(found), clock.now()
    open_moves = actions.missing(found, current_actor(), now, whole=whole)
    lacks = tuple(key for key in open_moves.get(verb, ()) if key not in forms.ASKED_BY_FORM.get(verb, ()))
    missing = stopped.get("missing", ())
    why = reasons.reasons(missing or lacks, lambda: queries.facts(found, now, whole=whole))
    body = render_template(
        "records/move.html", record=found, whole=whole, verb=verb, form=form, words=words, lacks=lacks,
        missing=missing, why=why, moved_on=stopped.get("moved_on"), word=wordlists.word,
        values=content.values(whole), fixes=_fixed_it(found, verb, whole), local=issue_fields.local,
    )  # fmt: skip
    return body, status


def _fixed_it(found: Record, verb: str, whole: Whole) -> bool:
    """Whether the one who verifies is the one who corrected and nobody else could be, so that the form asks why."""
    actor, now = current_actor(), clock.now()
    lacks = actions.missing(found, actor, now, whole=whole).get(verb, ()) if verb == "ask_user" else ()
    return "verified_by" in lacks and answering.same_person_may_verify(found, actor, now)
