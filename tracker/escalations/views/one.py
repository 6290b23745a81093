"""回報給我的: the desk, one escalation, its verbs; the same page from a letter's link, without a sign-in (wire 5)."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import SelectChoice

from tracker import clock
from tracker.accounts import queries as people
from tracker.accounts.forms.fields import wrong
from tracker.accounts.rules import Actor
from tracker.db import db, first_or_404, locked
from tracker.duty import queries as duty
from tracker.errors import DomainError, Missing, NotAllowed, NotFound, WrongState
from tracker.escalations import corrections, forms, queries, together, twice
from tracker.escalations.views import bp
from tracker.followups import actions as followups
from tracker.followups import due
from tracker.issues import fields
from tracker.issues import queries as issues
from tracker.issues.views import files
from tracker.issues.views.loading import log_view
from tracker.records import actions, content, links, rules, tickets, wordlists, words
from tracker.records import queries as records
from tracker.records.forms import typed_fields
from tracker.records.models import Record
from tracker.records.parts import Escalation
from tracker.records.views.moves import rota_choices
from tracker.records.whole import Whole
from tracker.systems import artefacts
from tracker.web import current_actor, errors, link_actor, meanwhile, signed_in
from tracker.web.answers import Answer
from tracker.workflow import ASSIGNEE, SUPERVISOR

VERBS = tuple(forms.FORMS)
# What a letter's link may do; anything more asks for a sign-in.
FOR_LINKS = ("acknowledge", "update", "question", "return", "correct")
# Whose verb it is; the supervisor also acts for an outside contact, and gives back what was sent to the wrong one.
WHO = {**dict.fromkeys(FOR_LINKS, ASSIGNEE), "answer": SUPERVISOR, "reassign": SUPERVISOR}
DONE_WORDS = {
    "acknowledge": _l("Taken. Until the expected date you are asked only how it goes."),
    "update": _l("Noted. The supervisor was told."),
    "question": _l("Asked. The supervisor was told."),
    "answer": _l("Answered. The engineer was told."),
    "return": _l("Given back. The supervisor was told."),
    "reassign": _l("Handed on."),
    "correct": _l("Reported. The supervisor was told to verify it."),
    "keep": _l("Saved. The supervisor is told once you report it."),
}
NOTE_WORDS = {
    "update": _l("reports progress"),
    "question": _l("asks a question"),
    "answer": _l("answers"),
    "note": "",
    "sent_back": _l("sends it back"),
}


class Gone(Exception):
    """The link is unknown, expired or revoked; `goes_on` is where whoever has an account finds the same."""

    def __init__(self, goes_on: str = "") -> None:
        super().__init__(goes_on)
        self.goes_on = goes_on


@bp.errorhandler(Gone)
def gone(error: Gone) -> Answer:
    return errors.page(410, goes_on=error.goes_on)


@bp.get("/escalations")
@signed_in()
def desk() -> Answer:
    actor, now = current_actor(), clock.now()
    mine = queries.with_me(actor, at=now)
    dues = due.of_escalations(mine)
    mine = sorted(mine, key=lambda one: dues[one.id][0].at if one.id in dues else one.due_at)
    took = request.args.get("verb", "")
    # In a small office one reports to oneself: such a case waits above already.
    reported = [one for one in queries.reported(actor) if one not in mine]
    dues = {**dues, **due.of_escalations(reported)}
    return render_template(
        "escalations/desk.html", mine=mine, ended=queries.ended(actor, at=now), reported=reported, words=words,
        dues=dues,
        rotas_offered=duty.are_offered(now) and actor.is_("supervisor", "engineer", "manager", "admin"),
        groups=together.groups(mine), undo=request.args.get("undo", "") if took in together.UNDOES else "", took=took,
    )  # fmt: skip


@bp.get("/escalate")
@signed_in("supervisor")
def escalate() -> Answer:
    """The way from an issue's number to the form that reports it."""
    wanted = issues.by_number(current_actor(), request.args.get("issue", ""))
    record = records.of_issue(first_or_404(wanted))
    if record is not None and record.state == rules.OPENED:
        return redirect(url_for("records.move", number=record.number, verb="assign"), 303)
    return redirect(url_for("issues.move", number=request.args.get("issue", ""), verb="escalate"), 303)


@bp.get("/escalations/<int:escalation_id>")
@signed_in()
def show(escalation_id: int) -> Answer:
    found = visible(escalation_id, current_actor())
    log_view(found.record.primary_issue, current_actor())
    return page(visible(escalation_id, current_actor()), here=f"/escalations/{escalation_id}")


@bp.post(f"/escalations/<int:escalation_id>/<any({','.join(VERBS)}):verb>")
@signed_in()
def move(escalation_id: int, verb: str) -> Answer:
    return carry(visible(escalation_id, current_actor()), verb, here=f"/escalations/{escalation_id}")


@bp.post("/escalations/<int:escalation_id>/pass-on/<int:note_id>")
@signed_in("supervisor")
def pass_on(escalation_id: int, note_id: int) -> Answer:
    """Ask the reporter what the engineer needs to know; states stay as they are."""
    found, at = visible(escalation_id, current_actor()), clock.now()
    corrections.pass_on(found, note_id, by=current_actor(), at=at)
    followups.rearm_now("escalation", found.id, at)
    db.session.commit()
    flash(_("The reporter was asked."), "ok")
    return redirect(url_for(".show", escalation_id=escalation_id), 303)


@bp.get("/e/<secret>")
def by_link(secret: str) -> Answer:
    return page(opened(secret), here=f"/e/{secret}")


@bp.post(f"/e/<secret>/<any({','.join(FOR_LINKS)}):verb>")
def move_by_link(secret: str, verb: str) -> Answer:
    return carry(opened(secret), verb, here=f"/e/{secret}")


@bp.post("/e/<secret>/deputy")
def to_deputy(secret: str) -> Answer:
    """我不在／轉給代理人: hand it to one's deputy from the letter."""
    found, at = opened(secret), clock.now()
    corrections.to_deputy(found, by=current_actor(), at=at)
    followups.rearm_now("record", found.record_id, at)
    db.session.commit()
    return render_template("escalations/handed_over.html", record=found.record)


def visible(escalation_id: int, actor: Actor) -> Escalation:
    found = queries.visible(actor, clock.now()).where(Escalation.id == escalation_id)
    if request.method != "POST":
        return first_or_404(found)
    row = first_or_404(locked(found))
    first_or_404(locked(select(Record).where(Record.id == row.record_id)))
    return row


def opened(secret: str) -> Escalation:
    """The escalation behind the secret, and act as its assignee from here on."""
    link = links.find(secret)
    if link is None:
        raise Gone()
    goes_on = url_for(".show", escalation_id=link.subject_id) if link.person_id is not None else ""
    if not links.is_open(link, at=clock.now()):
        raise Gone(goes_on)
    link_actor(links.opened(link), link.name)
    try:
        return visible(link.subject_id, current_actor())
    except NotFound:
        raise Gone(goes_on) from None


def carry(found: Escalation, verb: str, *, here: str) -> Answer:
    """Carry out one verb; what stops it stands above the form, everything typed is kept."""
    form, at, actor = _form(verb, found), clock.now(), current_actor()
    if WHO[verb] not in corrections.relates(actor, found, at):
        raise WrongState(act=verb) if corrections.was_theirs(actor, found) else NotAllowed(act=verb)
    escalation_id, record_id = found.id, found.record_id
    try:
        live = _carried_out(found, verb, typed_fields(form), actor, at)
    except (Missing, WrongState, DomainError) as error:
        if error.status not in (409, 422):
            raise
        return _stopped(escalation_id, verb, form, error, here)
    followups.rearm_now("record", record_id, at)
    live_id = live.id
    db.session.commit()
    kept = verb == "correct" and request.form.get("keep")
    flash(str(DONE_WORDS["keep" if kept else verb]), "ok")
    stays = here.startswith("/e/") or live_id == escalation_id
    return redirect(here if stays else f"/escalations/{live_id}", 303)


def _carried_out(found: Escalation, verb: str, given: dict[str, Any], actor: Actor, at: Any) -> Escalation:
    if verb == "correct":
        if request.form.get("keep"):
            corrections.keep(found.record, given, by=actor, at=at)
        else:
            corrections.correct(found, given, by=actor, at=at)
        return found
    asks = verb in ("question", "answer")
    if asks:
        given["kind"] = verb
    if (asks or verb == "update") and twice.noted(found, verb, given, by=actor, at=at):
        return found
    name = "update" if asks else verb
    return actions.move_escalation(
        found, name, by=actor, at=at, fields=given, note=str(given.get("note", ""))
    )


def _stopped(escalation_id: int, verb: str, form: FlaskForm, error: DomainError, here: str) -> Answer:
    """Nothing of the verb was kept; a correction that only lacks something is kept as far as it goes."""
    db.session.rollback()
    found = db.session.scalars(select(Escalation).where(Escalation.id == escalation_id)).one()
    missing = error.keys if isinstance(error, Missing) else ()
    kept: list[str] = []
    if verb == "correct" and missing:
        kept = corrections.keep(found.record, typed_fields(form), by=current_actor(), at=clock.now())
        db.session.commit()
        form = _form("correct", found, fresh=True)
    if not missing and not isinstance(error, WrongState):
        wrong(form, error.fields, error.text)
    moved_on = meanwhile.of(found) if isinstance(error, WrongState) else None
    body = page(found, here=here, stopped=verb, form=form, missing=missing, moved_on=moved_on, kept=kept)
    return body, error.status


def _form(verb: str, found: Escalation, *, fresh: bool = False) -> FlaskForm:
    """The form of a verb, as typed, or `fresh`: what was typed into another form of the page is not its own."""
    form = _filled(verb, found, fresh)
    # Several forms stand on one page: the verb tells the ids of their controls apart.
    for box in form:
        box.id = box.label.field_id = f"{verb}-{box.name}"
    return form


def _filled(verb: str, found: Escalation, fresh: bool) -> FlaskForm:
    """With what is known; a correction's with what the record says already."""
    if verb == "correct":
        return _correction(found, fresh)
    form = forms.FORMS[verb](formdata=None) if fresh else forms.FORMS[verb]()
    if verb == "acknowledge" and (fresh or not form.is_submitted()):
        form.expected_at.data = fields.local(actions.promise(found, clock.now()))
    if isinstance(form, forms.ReassignForm):
        engineers = people.people_with("engineer", at=clock.now())
        form.to.offer([
            *rota_choices(clock.now()),
            *(SelectChoice(f"person:{key}", name) for key, name in people.choices(engineers)),
            *(SelectChoice(f"team:{one.id}", one.name) for one in people.teams()),
        ])  # fmt: skip
    return form


def _correction(found: Escalation, fresh: bool) -> FlaskForm:
    record = found.record
    whys = [one["what"] for one in content.values(Whole(record))["five_whys"]]
    data = {key: getattr(record, key) for key in corrections.PLAIN} | {"whys": "\n".join(whys)}
    return forms.CorrectionForm(formdata=None, data=data) if fresh else forms.CorrectionForm(data=data)


def page(
    found: Escalation, *, here: str, stopped: str = "", form: FlaskForm | None = None, **more: Any
) -> str:
    """One escalation: the facts, the next step first, the talk; evidence with personal data only after a sign-in."""
    actor, record, whole = current_actor(), found.record, Whole(found.record)
    known = corrections.relates(actor, found, clock.now())
    shown = {verb: _form(verb, found, fresh=True) for verb in _verbs(found, record, known, actor)}
    if form is not None:
        shown[stopped] = form
    facts = records.facts(record, clock.now(), whole=whole)
    return render_template(
        "escalations/escalation.html", escalation=found, record=record, whole=whole, here=here,
        values=content.values(whole), forms_by_verb=shown, stopped=stopped,
        missing=more.get("missing", ()), moved_on=more.get("moved_on"), kept=more.get("kept", ()),
        notes=queries.notes(found), others=queries.same_cause(record), words=words, word=wordlists.word,
        sealed=record.primary_issue.personal_data and actor.link is not None, grave=facts.grave, known=known,
        note_words=NOTE_WORDS, box_of=forms.box_of, dues=due.of_escalations([found]).get(found.id, []),
        attached=[] if actor.link is not None else files.shown_to(record.primary_issue, actor),
        tickets=tickets.shown_to(actor, found),
        ticket=forms.TicketForm() if known & {ASSIGNEE, SUPERVISOR} else None,
        deputy=corrections.deputy_of(found) if actor.link is not None else None,
        artefact_names=artefacts.names(record.system_id) if "correct" in shown else (),
    )  # fmt: skip


def _verbs(found: Escalation, record: Record, known: frozenset[str], actor: Actor) -> list[str]:
    """The verbs this actor has here and now, the next step first."""
    live = found.state in rules.ESCALATION_OPEN and record.state in rules.ENGINEER_WORK
    verbs: list[str] = []
    if ASSIGNEE in known and live:
        verbs = ["acknowledge"] if found.state == rules.SENT else ["correct", "update"]
        verbs += ["question", "return"] + (["acknowledge"] if found.state != rules.SENT else [])
    if SUPERVISOR in known and live:
        verbs += ["answer", "reassign"]
    return [verb for verb in verbs if actor.link is None or verb in FOR_LINKS]
