"""Pages of training: my guides and sessions; for those who keep it the log and who must know what."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, current_app, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import attachments, clock
from tracker.accounts import queries as people
from tracker.accounts.models import Person
from tracker.accounts.words import ROLE_WORDS
from tracker.attachments import queries as files
from tracker.attachments.models import Attachment
from tracker.db import db, first_or_404, locked
from tracker.exports.cells import csv_file
from tracker.systems import queries as systems
from tracker.systems.models import AISystem
from tracker.training import actions, queries
from tracker.training.forms import MustKnowForm, SessionForm
from tracker.training.models import MustKnow, TrainingSession
from tracker.training.rules import Knows, may_keep
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.both import Shared
from tracker.web.pages import done, show, to

bp = Blueprint("training", __name__)
KEEPERS = ("supervisor", "manager", "admin")


@bp.post("/systems/<key>/guide/read")
@signed_in()
def read_guide(key: str) -> Answer:
    found = first_or_404(systems.by_key(key))
    version = first_or_404(systems.version(found.id, request.form.get("version", 0, type=int)))
    # The person's row is the subject of the entry.
    first_or_404(locked(select(Person).where(Person.id == current_actor().person_id)))
    actions.read_guide(version, by=current_actor(), at=clock.now())
    db.session.commit()
    return to(f"/systems/{key}/guide?version={version.id}#read")


@bp.get("/training")
@signed_in()
def training() -> Answer:
    me = current_actor().person_id or 0
    return render_template(
        "training/mine.html",
        guides=queries.guides_of(me),
        attended=queries.attended(me),
        keeps=may_keep(current_actor()),
    )


@bp.get("/training/log")
@signed_in(*KEEPERS)
def log() -> Answer:
    found, more = queries.page_of_sessions(after=request.args.get("after", type=int))
    return render_template("training/log.html", sessions=found, more=more)


@bp.route("/training/new", methods=["GET", "POST"])
@signed_in(*KEEPERS)
def new_session() -> Answer:
    today = clock.now().astimezone(current_app.config["TRACKER"].zone).date()
    form = SessionForm(data={"held_on": today, "trainer": current_actor().name, **_topic()})
    _offer(form)
    made: list[TrainingSession] = []
    if done(form, lambda: made.append(_hold(form))):
        return to(f"/training/{made[0].id}")
    return show("training/session_form.html", form, session=None)


def _topic() -> dict[str, Any]:
    """A link from a system's page fills in what the session is about."""
    version_id = request.args.get("version", type=int)
    return {"version_id": version_id} if version_id else {}


def _offer(form: SessionForm) -> None:
    offered = [
        (version.id, f"{one.name} {version.version}")
        for one in systems.known_systems()
        for version in one.versions
    ]
    form.version_id.offer(offered, nobody=_("None of ours, or several"))
    form.people.offer(people.choices(db.session.scalars(people.people())))


def _hold(form: SessionForm) -> TrainingSession:
    session = actions.hold_session(
        form.facts(),
        people=form.people.data or (),
        names_only=form.names_only.data or "",
        by=current_actor(),
        at=clock.now(),
    )
    _keep_sheets(form, session)
    return session


def _session(session_id: int) -> TrainingSession:
    one = select(TrainingSession).where(TrainingSession.id == session_id)
    return first_or_404(locked(one) if request.method == "POST" else one)


@bp.get("/training/<int:session_id>")
@signed_in(*KEEPERS)
def session(session_id: int) -> Answer:
    found = _session(session_id)
    return render_template("training/session.html", session=found, sheets=_sheets(found))


@bp.route("/training/<int:session_id>/edit", methods=["GET", "POST"])
@signed_in(*KEEPERS)
def edit_session(session_id: int) -> Answer:
    found = _session(session_id)
    keys = ("held_on", "topic", "trainer", "version_id", "functions", "note")
    there = {
        "people": [one.person_id for one in found.attendees if one.person_id],
        "names_only": "\n".join(one.name for one in found.attendees if one.person_id is None),
    }
    stood = {**{key: getattr(found, key) for key in keys}, **there}
    form = SessionForm(data=stood)
    _offer(form)
    both = Shared(form, stood)
    if both.done(lambda: _save(found, form)):
        return to(f"/training/{session_id}")
    return both.show("training/session_form.html", found, session=found)


def _save(found: TrainingSession, form: SessionForm) -> None:
    people, others = form.people.data or (), form.names_only.data or ""
    actions.save_session(
        found, form.facts(), people=people, names_only=others, by=current_actor(), at=clock.now()
    )
    _keep_sheets(form, found)


@bp.get("/training/who")
@signed_in(*KEEPERS)
def who() -> Answer:
    versions, ours = queries.current_versions(), systems.known_systems()
    tables = queries.tables(ours, versions)
    rows = [(one, versions.get(one.id), tables[one.id]) for one in ours]
    return render_template("training/who.html", rows=rows)


def _system(key: str) -> AISystem:
    wanted = systems.by_key(key)
    return first_or_404(locked(wanted) if request.method == "POST" else wanted)


@bp.route("/training/who/<key>", methods=["GET", "POST"])
@signed_in(*KEEPERS)
def who_knows(key: str) -> Answer:
    found, form = _system(key), MustKnowForm()
    form.unit_id.offer([(unit.id, unit.name) for unit in people.units()])
    form.person_id.offer(people.choices(db.session.scalars(people.people())))
    if done(form, lambda: actions.require(found, **form.whom(), by=current_actor(), at=clock.now())):
        return to(f"/training/who/{key}")
    version = systems.current_version(found)
    table = queries.table(found, version)
    return show(
        "training/who_knows.html", form, system=found, release=version, table=table,
        lines=queries.must_know(found.id), roles=ROLE_WORDS,
    )  # fmt: skip


@bp.post("/training/who/<key>/<int:row_id>/remove")
@signed_in(*KEEPERS)
def release(key: str, row_id: int) -> Answer:
    found = _system(key)
    row = first_or_404(select(MustKnow).where(MustKnow.id == row_id, MustKnow.system_id == found.id))
    actions.release(found, row, by=current_actor(), at=clock.now())
    db.session.commit()
    return to(f"/training/who/{key}")


@bp.get("/training/who/<key>.csv")
@signed_in(*KEEPERS)
def who_knows_csv(key: str) -> Answer:
    found = _system(key)
    version = systems.current_version(found)
    head = (
        _("Name"), _("Unit"), _("AI system"), _("Version"), _("Guide read on"), _("Attended on"), _("Trained"),
    )  # fmt: skip
    rows = (_cells(found, version.version if version else "", one) for one in queries.table(found, version))
    return csv_file(f"training-{found.key}.csv", head, rows)


def _cells(found: AISystem, version: str, one: Knows) -> list[str]:
    zone = current_app.config["TRACKER"].zone
    read = one.read_at.astimezone(zone).date().isoformat() if one.read_at else ""
    day = one.attended_on.isoformat() if one.attended_on else ""
    return [one.name, one.unit, found.name, version, read, day, _("Yes") if one.trained else _("No")]


def _keep_sheets(form: SessionForm, found: TrainingSession) -> None:
    given = [one for one in form.sheet.data or () if getattr(one, "filename", "")]
    attachments.store(
        given, subject=(found.kind_name, found.id), by=current_actor(), at=clock.now(), field="sheet"
    )


def _sheets(found: TrainingSession) -> Sequence[Attachment]:
    return db.session.scalars(files.of(found.kind_name, found.id)).all()


@bp.get("/training/<int:session_id>/files/<int:file_id>")
@signed_in(*KEEPERS)
def sheet(session_id: int, file_id: int) -> Answer:
    found = _session(session_id)
    return attachments.respond(
        first_or_404(files.of(found.kind_name, found.id).where(Attachment.id == file_id))
    )
