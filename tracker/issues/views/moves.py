"""Every move as a plain page with a form: what it needs, and the button; posting it carries it out."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from tracker import clock, workflow
from tracker.accounts.forms.fields import wrong
from tracker.db import db
from tracker.errors import DomainError, Missing, WrongState
from tracker.followups import actions as followups
from tracker.issues import fields, letters, queries, rules, similar, twice, undoing, words
from tracker.issues.forms import move_form, typed
from tracker.issues.models import Issue
from tracker.issues.views import bp, filling, way_back
from tracker.issues.views.loading import back_to, issue_of
from tracker.records import actions as records
from tracker.records import queries as record_queries
from tracker.records import rules as record_rules
from tracker.records import words as record_words
from tracker.records.models import Record
from tracker.web import current_actor, meanwhile, signed_in
from tracker.web.answers import Answer
from tracker.web.pages import told
from tracker.workflow import SYSTEM

# So many records stand as cards; more are found by typing.
OFFERED, SEARCHED = 5, 200
VERBS = tuple(verb for verb, move in rules.WORKFLOW.items() if move.who != {SYSTEM})
FOR_GUESTS = tuple(verb for verb in VERBS if workflow.REPORTER in rules.WORKFLOW[verb].who)
# Beside what the table takes: a reason is welcome where the table does not ask for one.
KEYS = {
    verb: tuple(key for key in rules.WORKFLOW[verb].takes if key != "need_confirmed_at") for verb in VERBS
}


@bp.route(f"/issues/<number>/<any({','.join(VERBS)}):verb>", methods=["GET", "POST"])
@signed_in()
def move(number: str, verb: str) -> Answer:
    found = issue_of(number, current_actor())
    back = back_to(url_for(".issue", number=found.number))
    return carry(found, verb, back=back, here=f"/issues/{found.number}")


def carry(issue: Issue, verb: str, *, back: str, here: str) -> Answer:
    """Show the form of a move, or carry it out and go back; what stops it stands above the form, the text is kept."""
    # First of all: the form holds what those who may not make the move may not read.
    relations = queries.relations(current_actor(), issue)
    workflow.allow(rules.WORKFLOW, verb, relations=relations)
    present = {key: present_text(issue, key) for key in KEYS[verb] if key in fields.FIELDS}
    if verb == "ask" and "need" not in request.args:
        # A plain question, unless the page was opened to have the need confirmed.
        present = {}
    if verb == "merge":
        # A link from a list of similar issues brings the number along.
        present = {"into": request.args.get("into", "")[:40]}
    if verb == "confirm":
        present = said_online(issue) | {key: text for key, text in present.items() if text}
    elif verb == "answer" and not present["issue_kind"] and issue.impact_hint == "question":
        # Who only wants to know something reported no anomaly; the supervisor sees it and may choose otherwise.
        present["issue_kind"] = rules.HOW_TO
    if verb in ("confirm", "ask") and "quote" in request.args:
        # The reporter's own words, to be put into a supervisor's.
        present["need_statement"] = present.get("need_statement") or issue.description
    filled = filling.filled(issue, verb, present)
    if filled is not None or filling.wants_no_act():
        typed_so_far = {key: request.form[key] for key in keys_of(issue, verb) if key in request.form}
        present = {**present, **typed_so_far, **(filled.inputs if filled is not None else {})}
        form = move_form(keys_of(issue, verb), present=present, sent=False)
        return move_page(issue, verb, form, back, here, filled=filled)
    form = move_form(keys_of(issue, verb), present=present)
    if not form.is_submitted():
        workflow.check(rules.WORKFLOW, verb, state=issue.state or "", relations=relations)
        return move_page(issue, verb, form, back, here)
    if not form.validate():
        return move_page(issue, verb, form, back, here, status=422)
    return _carried_out(issue, verb, form, back, here)


def keys_of(issue: Issue, verb: str) -> tuple[str, ...]:
    """The inputs of the form: whether the need is right is asked only where it was asked."""
    if verb == "reply" and queries.open_ask(issue, "need") is None:
        return tuple(key for key in KEYS[verb] if key != "need_answer")
    return KEYS[verb]


def said_online(issue: Issue) -> dict[str, str]:
    """The last question and its reply, offered as the contact that confirming asks for while none is noted."""
    turns = [one for one in queries.messages(issue, internal=False) if one.act in ("ask", "reply")]
    if not turns or turns[-1].act != "reply" or queries.contacts(issue):
        return {}
    said = (_("%(who)s: %(words)s", who=one.author_name, words=one.body) for one in turns[-2:])
    return {"contact_channel": "online", "contact_summary": "\n".join(said)}


def _carried_out(issue: Issue, verb: str, form: FlaskForm, back: str, here: str) -> Answer:
    issue_id, number, at = issue.id, issue.number, clock.now()
    said = words.DONE_WORDS | (words.OWN_DONE_WORDS if queries.is_own(current_actor(), issue) else {})
    try:
        if verb == "answer" and "accept" in request.form and issue.state == rules.NEW:
            records.move_issue(issue, "accept", by=current_actor(), at=at)
        records.move_issue(issue, verb, by=current_actor(), at=at, fields=typed(form))
    except (Missing, WrongState) as error:
        db.session.rollback()
        issue = db.session.get_one(Issue, issue_id)
        if not twice.moved(issue, verb, typed(form), by=current_actor(), at=at):
            return _stopped(issue, verb, form, back, here, error)
        # The answer to the first sending was lost, or the button was pressed twice: they read what became of it.
    except DomainError as error:
        if error.status != 422:
            raise
        db.session.rollback()
        wrong(form, error.fields, error.text)
        return move_page(db.session.get_one(Issue, issue_id), verb, form, back, here, status=422)
    followups.rearm_now("issue", issue_id, at)
    db.session.commit()
    if verb == "escalate":
        return _on_to_the_record(issue_id)
    told(
        _("%(number)s: %(done)s", number=number, done=str(said[verb])),
        undo=way_back.path_of(issue_id) if verb in undoing.STOOD else "",
        label=_("Cancel sending") if f"issue.{verb}" in undoing.SPEAKS and letters.goes_out(issue) else "",
    )
    return redirect(back, 303)


def _on_to_the_record(issue_id: int) -> Answer:
    """The issue is escalated once its record is opened and reported to somebody: lead there, and say what is left."""
    issue = db.session.get_one(Issue, issue_id)
    record = record_queries.of_issue(issue)
    assert record is not None
    if record.state in (record_rules.DRAFT, record_rules.OPENED):
        flash(
            _("The record %(record)s stands ready, and no engineer has been told yet. Fill in what it still needs, "
              "open it, then escalate it to an engineer.", record=record.number), "warn",
        )  # fmt: skip
    else:
        flash(_("%(number)s now belongs to the record %(record)s, which is being worked on.",
                number=issue.number, record=record.number), "ok")  # fmt: skip
    return redirect(f"/records/{record.number}#f-moves", 303)


def _stopped(issue: Issue, verb: str, form: FlaskForm, back: str, here: str, error: DomainError) -> Answer:
    """A guard or the state stopped the move: say which fields are missing, keep everything typed."""
    missing = error.keys if isinstance(error, Missing) else ()
    for name in {words.anchor(key) for key in missing} & set(keys_of(issue, verb)):
        wrong(form, {name: _("This is still missing.")}, "")
    return move_page(
        issue,
        verb,
        form,
        back,
        here,
        status=409,
        missing=missing,
        moved_on=meanwhile.of(issue) if isinstance(error, WrongState) else None,
    )


def move_page(
    issue: Issue, verb: str, form: FlaskForm, back: str, here: str, *, status: int = 200, **stopped: Any
) -> Answer:
    body = render_template(
        "issues/move.html", issue=issue, verb=verb, form=form, back=back, here=here, words=words,
        missing=stopped.get("missing", ()), moved_on=stopped.get("moved_on"),
        own=queries.is_own(current_actor(), issue), keys=keys_of(issue, verb),
        needed=needed(verb) - _left_to(issue, verb), public=rules.PUBLIC_STATES,
        own_words=words.OWN_WORDS, button=button(verb), leads=words.LEADS, hints=words.HINTS,
        filled=stopped.get("filled"), macros=filling.offered(issue, verb), after=filling.state_after(verb),
        evidence=queries.evidence_of(issue), unreached=verb in ("ask", "answer") and not letters.reaches(issue),
        joinable=joinable(issue) if verb == "escalate" else (), likely=likely(issue) if verb == "merge" else (),
        question=queries.last_question(issue) if verb == "reply" else None,
        record_states=record_words.STATE_WORDS, offered=OFFERED,
    )  # fmt: skip
    return body, status


def joinable(issue: Issue) -> Sequence[Record]:
    """The open records of the same system that this reader may see and an issue may join, the latest touched first."""
    found = record_queries.newest_first(current_actor()).where(
        Record.system_id == issue.system_id, Record.state.in_(record_rules.MAY_ATTACH),
        Record.primary_issue_id != issue.id,
    )  # fmt: skip
    latest = found.order_by(None).order_by(Record.updated_at.desc(), Record.id.desc())
    return db.session.scalars(latest.limit(SEARCHED)).all()


def likely(issue: Issue) -> Sequence[tuple[Issue, str]]:
    """The open issues that are most like this one, each with how much."""
    found = similar.alike(issue, current_actor())
    return [
        (one.issue, _("likeness %(score)s", score=f"{one.score:.2f}")) for one in found if one.issue.is_open
    ]


def button(verb: str) -> str:
    """What the button below the form says."""
    return str(words.SEND_WORDS.get(verb, words.MOVE_WORDS[verb]))


def needed(verb: str) -> frozenset[str]:
    """The controls that the guards of a move read; the rest is optional."""
    move = rules.WORKFLOW[verb]
    found = {*move.asks, *(words.anchor(need.key) for need in move.needs)}
    return frozenset(found | ({"contact_channel"} if "contact_summary" in found else set()))


def _left_to(issue: Issue, verb: str) -> frozenset[str]:
    """What need not be said here: why reporters withdraw their own report, why what is no anomaly goes no further."""
    if verb == "answer" and issue.kind not in (None, rules.ANOMALY):
        return frozenset({"escalation_reason"})
    return frozenset({"note"} if verb == "withdraw" and queries.is_own(current_actor(), issue) else ())


def present_text(issue: Issue, key: str) -> str:
    """What stands in the field now, as its control shows it."""
    value = fields.value(issue, key)
    return fields.local(value) if hasattr(value, "tzinfo") else fields.shown(value)
