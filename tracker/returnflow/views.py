"""回流: causes by class and artefact as a work list, and what was said about each; artefacts of a system."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import clock
from tracker.accounts import queries as people
from tracker.db import db, first_or_404, locked
from tracker.errors import DomainError, NotAllowed
from tracker.exports.cells import csv_file
from tracker.records import codes
from tracker.records import words as record_words
from tracker.records.models import Record
from tracker.records.wordlists import word
from tracker.returnflow import actions, queries, rules, words
from tracker.returnflow.forms import ArtefactForm
from tracker.systems import artefacts
from tracker.systems import queries as systems
from tracker.systems.models import AISystem
from tracker.systems.parts import Artefact
from tracker.systems.words import ARTEFACT_WORDS
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.both import Shared
from tracker.web.pages import done, show, to

bp = Blueprint("returnflow", __name__)
KEPT = ("task", "class", "system", "artefact", "mine", "show", "record")
COLUMNS = (
    "record", "state", "system", "cause_class", "points_to", "artefact", "version", "root_cause", "return_state",
    "note", "by", "at",
)  # fmt: skip


@bp.get("/return-flow")
@signed_in()
def flow() -> Answer:
    return _page()


def _page(*, wrong: str = "", at_line: str = "", typed: str = "", status: int = 200) -> Answer:
    actor = current_actor()
    kept = {key: request.args[key] for key in KEPT if request.args.get(key)}
    found = queries.after(queries.filtered(actor, kept), request.args.get("before", ""))
    lines = queries.shown(found, actor, queries.PAGE + 1)
    offered = db.session.scalars(systems.offered()).all()
    body = render_template(
        "returnflow/flow.html", lines=lines[: queries.PAGE], older=_older(lines, kept), kept=kept,
        counts=queries.counts(actor), artefacts=queries.artefacts_in_flow(actor), systems=offered, codes=codes,
        rules=rules, words=words, word=word, record_words=record_words, artefact_words=ARTEFACT_WORDS,
        csv=_here(kept, ".table"), here=_here, wrong=wrong, at_line=at_line, typed=typed,
    )  # fmt: skip
    return body, status


def _older(lines: list[queries.Line], kept: dict[str, str]) -> str | None:
    """The address of what comes after this page, be it more of the same record."""
    if len(lines) <= queries.PAGE:
        return None
    return _here(kept, before=lines[queries.PAGE - 1].place)


def _here(kept: dict[str, str], endpoint: str = ".flow", **more: Any) -> str:
    wanted: dict[str, Any] = {**kept, **more}
    return url_for(endpoint, **{key: value for key, value in wanted.items() if value})


@bp.get("/return-flow.csv")
@signed_in()
def table() -> Answer:
    actor = current_actor()
    lines = queries.shown(queries.filtered(actor, request.args.to_dict()), actor, queries.MOST)
    return csv_file("return-flow.csv", COLUMNS, (_row(one) for one in lines))


def _row(one: queries.Line) -> tuple[Any, ...]:
    record, mark = one.record, one.mark
    names, versions = (
        ("；".join(part) for part in zip(*one.artefacts, strict=True)) if one.artefacts else ("", "")
    )
    return (
        record.number, record.state, record.system.name, one.cause, codes.CAUSE_POINTS_TO[one.cause], names, versions,
        "" if one.sealed else record.root_cause, one.state, mark.note if mark else "",
        mark.by_name if mark else "", mark.at if mark else None,
    )  # fmt: skip


@bp.post("/return-flow/<number>/<cause>")
@signed_in()
def mark(number: str, cause: str) -> Answer:
    actor, state = current_actor(), request.form.get("state", "")
    seen = queries.filtered(actor, {"record": number, "class": cause, "show": rules.ALL})
    record_id = first_or_404(seen.with_only_columns(Record.id))
    found = db.session.scalars(locked(select(Record).where(Record.id == record_id))).one()
    try:
        actions.mark(found, cause, state, request.form.get("note", ""), by=actor, at=clock.now())
    except DomainError as error:
        if error.status != 422:
            raise
        db.session.rollback()
        text = next(iter(error.fields.values()), str(error.text))
        return _page(wrong=text, at_line=f"{number}-{cause}", typed=request.form.get("note", ""), status=422)
    db.session.commit()
    flash(_("%(number)s: %(state)s", number=number, state=str(words.MARK_WORDS[state])), "ok")
    kept = {key: request.args[key] for key in KEPT if request.args.get(key)}
    return redirect(_here(kept, _anchor=f"l-{number}-{cause}"), 303)


def _system(key: str) -> AISystem:
    found: AISystem = first_or_404(systems.by_key(key).where(AISystem.imported.is_(False)))
    return found


@bp.route("/systems/<key>/artefacts", methods=["GET", "POST"])
@signed_in("supervisor", "engineer", "manager", "admin")
def of_system(key: str) -> Answer:
    system, form = _system(key), ArtefactForm()
    keeps = artefacts.may_keep(current_actor(), system)
    form.offer(db.session.scalars(people.people()))
    if request.method == "POST" and not keeps:
        raise NotAllowed()
    if done(form, lambda: artefacts.add(system, form.wanted(), by=current_actor(), at=clock.now())):
        flash(_("Added: %(name)s", name=form.name.data or ""), "ok")
        return to(f"/systems/{key}/artefacts")
    found = db.session.scalars(artefacts.of(system.id)).all()
    return show("returnflow/artefacts.html", form, system=system, artefacts=found, keeps=keeps,
                kinds=ARTEFACT_WORDS)  # fmt: skip


@bp.route("/systems/<key>/artefacts/<int:artefact_id>", methods=["GET", "POST"])
@signed_in("supervisor", "engineer", "manager", "admin")
def artefact(key: str, artefact_id: int) -> Answer:
    system = _system(key)
    if not artefacts.may_keep(current_actor(), system):
        raise NotAllowed()
    mine = select(Artefact).where(Artefact.id == artefact_id, Artefact.system_id == system.id)
    found = first_or_404(locked(mine) if request.method == "POST" else mine)
    stood = {**form_data(found), "in_use": found.active}
    form = ArtefactForm(data=stood)
    form.offer(db.session.scalars(people.people()))
    both = Shared(form, stood)
    if both.done(lambda: artefacts.change(found, form.wanted(), by=current_actor(), at=clock.now())):
        flash(_("Saved."), "ok")
        return to(f"/systems/{key}/artefacts")
    return both.show("returnflow/artefact.html", found, system=system, artefact=found)


def form_data(found: Artefact) -> dict[str, Any]:
    """What stands in an artefact, as its form shows it."""
    return {"kind": found.kind, "name": found.name, "note": found.note, "owner_id": str(found.owner_id or "")}
