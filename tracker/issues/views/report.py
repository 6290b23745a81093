"""Reporting a problem: three answers, a number back."""

from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from tracker import clock
from tracker.accounts import names, tokens
from tracker.accounts import queries as people
from tracker.accounts import rules as roles
from tracker.accounts.forms.fields import wrong
from tracker.accounts.models import Unit
from tracker.accounts.rules import ANONYMOUS, Actor
from tracker.db import db, kept
from tracker.errors import DomainError
from tracker.followups import actions as followups
from tracker.issues import actions, links, once, when, words
from tracker.issues.forms import FEW_SYSTEMS, ReportForm
from tracker.issues.intake import UNSURE, unsure_system
from tracker.issues.models import Issue
from tracker.issues.views import bp, drafts, privacy
from tracker.issues.views.files import keep
from tracker.issues.views.loading import count_guest
from tracker.systems.models import AISystem
from tracker.systems.words import named
from tracker.web import current_actor
from tracker.web.answers import Answer

# The form's name of what the intake calls otherwise.
FORM_NAMES = {
    "occurred_at": "occurred",
    "trace_id": "trace",
    "reporter_name": "behalf_name",
    "reporter_email": "behalf_email",
    "reporter_phone": "phone",
}
_ON_OFFER = (AISystem.active, ~AISystem.imported, AISystem.key != UNSURE)


@bp.route("/report", methods=["GET", "POST"])
def report() -> Answer:
    actor = current_actor()
    if actor.person_id is None and not people.organisation().guests_may_report:
        return redirect(url_for("accounts.login", next=request.full_path), 303)
    form = filled_form(_from_address())
    if request.method != "POST":
        return page(form)
    if actor.person_id is None:
        count_guest("report")
    form.chosen = _chosen(form.system.data or "")
    found, covering = privacy.unseen(form), "cover" in request.form
    if covering:
        privacy.cover(form)
    sent = _send(form, actor) if form.validate() and not found and not covering else None
    if sent is not None:
        return sent
    keep_files(form)
    if found and not covering:
        form.privacy_seen.data = "1"
    return page(form, found=[] if covering else found, covered=covering)


def keep_files(form: ReportForm) -> None:
    """A browser does not send files twice by itself: they wait with the draft until the rest is right."""
    if any(one.filename for one in request.files.getlist("files")) or "drop" in request.form:
        try:
            drafts.keep()
        except DomainError as error:
            if not form.files.errors:
                wrong(form, error.fields, error.text)
        db.session.commit()


def filled_form(values: dict[str, Any]) -> ReportForm:
    """The form, with these values where nothing was sent yet."""
    return ReportForm(data={"once": tokens.new_secret()[:22], **values})


def page(form: ReportForm, **beside: Any) -> Answer:
    """The report page: 200, or 422 when something has to be corrected; `beside` is what else is shown."""
    actor = current_actor()
    form.offer(_systems())
    body = render_template(
        "issues/report.html",
        form=form,
        few=len(form.system.choices) <= FEW_SYSTEMS + 1,
        draft=drafts.mine(actor),
        waiting=drafts.waiting_files(actor),
        may_fill_in=actor.is_(roles.SUPERVISOR, roles.MANAGER, roles.ADMIN),
        unit=_unit(form.unit.data),
        personal_words={kind: str(word) for kind, word in words.PERSONAL_WORDS.items()},
        **beside,
    )
    return body, 422 if form.errors or beside.get("found") else 200


def _from_address() -> dict[str, Any]:
    """What a link or a QR code brings along."""
    given = {
        name: request.args[name][:200]
        for name in ("system", "unit", "trace", "function")
        if request.args.get(name)
    }
    return given | ({"found_by_us": "1"} if request.args.get("channel") == "inspection" else {})


def _systems() -> list[tuple[str, str]]:
    return [(one.key, named(one)) for one in db.session.execute(_offered())]


@kept
def _offered() -> Select[str, str, str]:
    named = select(AISystem.key, AISystem.name, AISystem.name_en).order_by(AISystem.name)
    return named.where(*_ON_OFFER)


def _chosen(key: str) -> AISystem | None:
    """The one on offer under this key."""
    return db.session.scalars(_by_key(), {"key": key}).unique().first() if key else None


@kept
def _by_key() -> Select[AISystem]:
    """A system with what a report takes from it."""
    parts = (joinedload(AISystem.functions), joinedload(AISystem.versions))
    return select(AISystem).options(*parts).where(AISystem.key == bindparam("key"), *_ON_OFFER)


def _unit(wish: str | None) -> Unit | None:
    return db.session.get(Unit, int(wish)) if wish and wish.isdecimal() and len(wish) < 10 else None


def _send(form: ReportForm, actor: Actor) -> Answer | None:
    """Open the issue with its files, or leave what is wrong in the form; sent twice it is made once."""
    nameless = bool(form.nameless.data) and people.organisation().anonymous_may_report
    # From here on nobody is known: no row of this report names an account.
    sender, actor = actor, ANONYMOUS if nameless else actor
    owner = f"report {actor.person_id or 'guest'}"
    key = _once(form)
    again = once.made_before(owner, key)
    if again is not None:
        return _to(again, actor)
    at = clock.now()
    try:
        issue = actions.open_issue(
            fields=_intake(form, actor, nameless), by=actor, at=at, clocks=followups.first_clocks
        )
        keep(issue, form.files, by=actor, at=at)
    except DomainError as error:
        if error.status != 422:
            raise
        db.session.rollback()
        wrong(form, {FORM_NAMES.get(key, key): text for key, text in error.fields.items()}, error.text)
        return None
    first = once.made_first(issue, owner, key, status=303, at=at)
    if first is not None:
        return _to(first, actor)
    drafts.hand_over(sender, issue)
    answer = _to(issue, actor)
    db.session.commit()
    return answer


def _once(form: ReportForm) -> str:
    """What names this report, so that sent twice it is made once."""
    said = (form.description.data, form.system.data, form.impact.data)
    return once.name(form.once.data or "", (one or "" for one in said))


def _to(issue: Issue, actor: Actor) -> Answer:
    """On to the confirmation; a guest's is their receipt."""
    if actor.person_id is not None:
        return redirect(url_for(".issue", number=issue.number, sent=1), 303)
    path = url_for(".guest", secret=links.receipt(issue, at=clock.now()), sent=1)
    db.session.commit()
    return redirect(path, 303)


def _intake(form: ReportForm, actor: Actor, nameless: bool) -> actions.Intake:
    system = form.chosen or unsure_system()
    occurred = when.parse(form.occurred.data) if (form.occurred.data or "").strip() else None
    unit = _unit(form.unit.data)
    timed = occurred is not None and when.says_time(form.occurred.data)
    given = {
        "system": system,
        "description": form.description.data,
        "impact": form.impact.data,
        "occurred_at": when.aware(occurred) if occurred else clock.now(),
        "occurred_precision": "exact" if timed else "day",
        "function_id": next(
            (one.id for one in system.functions if one.name == (form.function.data or "").strip()), None
        ),
        "environment": "" if _known_function(system, form) else form.function.data or "",
        "reporter_phone": "" if nameless else form.phone.data or "",
        "nameless": nameless,
        "unit_id": unit.id if unit else None,
        "evidence": {
            "input": form.input.data,
            "actual": form.actual.data,
            "expected": form.expected.data,
            "model_version": form.model_version.data,
            "trace_id": form.trace.data,
        },
        "channel": "trace" if form.trace.data and request.args.get("trace") else "web",
    }
    return actions.Intake(**given | _for_somebody(form, actor))


def _known_function(system: AISystem, form: ReportForm) -> bool:
    return any(one.name == (form.function.data or "").strip() for one in system.functions)


def _for_somebody(form: ReportForm, actor: Actor) -> dict[str, Any]:
    """代填: for whom, and how they told; or found by ourselves."""
    if not actor.is_(roles.SUPERVISOR, roles.MANAGER, roles.ADMIN):
        return {}
    name, email = (form.behalf_name.data or "").strip(), names.address(form.behalf_email.data or "")
    if not name and not email:
        return {"channel": "inspection"} if form.found_by_us.data else {}
    known = people.by_email(email) if email else None
    return {
        "on_behalf": True,
        "reporter": known,
        "reporter_name": name or email,
        "reporter_email": email,
        "channel": form.behalf_channel.data or "phone",
    }
