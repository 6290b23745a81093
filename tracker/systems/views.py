"""Pages of the catalogue: list, one system, its guide, its poster; and the forms of administrators."""

from datetime import datetime, time
from typing import Any

from flask import Blueprint, abort, current_app, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer

from tracker import addresses, clock
from tracker.accounts import queries as people
from tracker.accounts.models import Unit
from tracker.accounts.rules import SYSTEM
from tracker.db import db, first_or_404, locked
from tracker.duty import queries as duty
from tracker.errors import NotFound
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.systems import actions, queries
from tracker.systems.forms import SystemForm, VersionForm
from tracker.systems.models import AISystem, SystemVersion
from tracker.systems.rules import UNKNOWN
from tracker.systems.words import OPERATOR_WORDS
from tracker.training import queries as training
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.both import Shared
from tracker.web.pages import done, show, to
from tracker.web.paths import base_url, qr_code
from tracker.web.session import ask_to_sign_in

bp = Blueprint("systems", __name__)
CHECK_LIFE_S = 7 * 24 * 3600
COUNTED_MOST = 100


def _system(key: str) -> AISystem:
    wanted = queries.by_key(key).where(AISystem.imported.is_(False))
    found = first_or_404(locked(wanted) if request.method == "POST" else wanted)
    if found.key == UNKNOWN:
        raise NotFound()
    return found


@bp.get("/systems")
@signed_in()
def systems() -> Answer:
    found = db.session.scalars(queries.in_full()).all()
    return render_template("systems/list.html", systems=found, current=queries.current_version)


@bp.get("/systems/<key>")
@signed_in()
def system(key: str) -> Answer:
    found = _system(key)
    return render_template(
        "systems/system.html",
        system=found,
        release=queries.current_version(found),
        operators=OPERATOR_WORDS,
        open_cases=_open_cases(found),
        most=COUNTED_MOST,
    )


def _open_cases(system: AISystem) -> int | None:
    """How many open issues the reader may see, counted up to a hundred; only for people who could open the list."""
    actor = current_actor()
    if not actor.is_("supervisor", "manager"):
        return None
    some = issues.visible(actor).where(
        Issue.system_id == system.id, Issue.closed_at.is_(None), Issue.imported.is_(False)
    )
    return len(db.session.scalars(some.with_only_columns(Issue.id).limit(COUNTED_MOST)).all())


@bp.get("/guide/<key>", endpoint="guide_short")
@bp.get("/systems/<key>/guide")
def guide(key: str) -> Answer:
    if not current_user.is_authenticated and not people.organisation().guests_may_report:
        return ask_to_sign_in()
    found = _system(key)
    version = _wanted_version(found)
    read_at = training.read_at(version.id, current_actor().person_id) if version else None
    return render_template("systems/guide.html", system=found, release=version, read_at=read_at)


def _wanted_version(system: AISystem) -> SystemVersion | None:
    wish = request.args.get("version", type=int)
    if wish is None:
        return queries.current_version(system)
    return first_or_404(queries.version(system.id, wish))


@bp.get("/systems/<key>/poster")
@signed_in()
def poster(key: str) -> Answer:
    found, base = _system(key), base_url()
    unit = db.session.get(Unit, request.args.get("unit", 0, type=int))
    where = f"&unit={unit.id}" if unit else ""
    url = f"{base}/report?system={found.key}{where}"
    check = f"{base}/systems/{found.key}/poster/check?sign={signer().dumps([found.key, base])}"
    return render_template(
        "systems/poster.html",
        system=found,
        unit=unit,
        units=people.units(),
        url=url,
        base=base,
        qr=qr_code(url),
        check_qr=qr_code(check),
        local=addresses.is_local(base),
        settled=bool(addresses.settled()),
        checked=found.address_checked == base,
    )


def signer() -> URLSafeTimedSerializer:
    """Signs the address that a poster's code carries, so that only who saw the poster page can confirm it."""
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="poster")


def _signed_base(key: str) -> str:
    """The address that the poster page put into the code to check; 404 for one that nobody printed."""
    try:
        signed_key, base = signer().loads(request.values.get("sign", ""), max_age=CHECK_LIFE_S)
    except (BadSignature, ValueError, TypeError):
        abort(404)
    if signed_key != key:
        abort(404)
    return str(base)


@bp.get("/systems/<key>/poster/check")
def check_poster(key: str) -> Answer:
    found, base = _system(key), _signed_base(key)
    here = request.host_url.rstrip("/")
    done_already = found.address_checked == base
    return render_template(
        "systems/check.html",
        system=found,
        base=base,
        here=here,
        sign=request.args.get("sign", ""),
        noted=done_already,
    )


@bp.post("/systems/<key>/poster/check")
def note_poster(key: str) -> Answer:
    found, base = _system(key), _signed_base(key)
    actor = current_actor() if current_actor().person_id else SYSTEM
    actions.note_address(found, base, by=actor, at=clock.now())
    db.session.commit()
    return to(f"/systems/{key}/poster/check?sign={request.form.get('sign', '')}")


@bp.get("/admin/systems")
@signed_in("admin")
def admin_systems() -> Answer:
    found = db.session.scalars(queries.in_full()).all()
    return render_template("systems/admin.html", systems=found, current=queries.current_version)


@bp.route("/admin/systems/new", methods=["GET", "POST"])
@signed_in("admin")
def new_system() -> Answer:
    form = SystemForm()
    _offer(form)
    made: list[AISystem] = []
    if done(form, lambda: made.append(actions.add_system(form.wanted(), by=current_actor(), at=clock.now()))):
        return to(f"/admin/systems/{made[0].key}")
    return show("systems/new.html", form)


def _offer(form: SystemForm) -> None:
    form.owner_id.offer(people.choices(db.session.scalars(people.people())))
    form.team_id.offer([(team.id, team.name) for team in people.teams()])
    form.rota_id.offer([(rota.id, rota.name) for rota in db.session.scalars(duty.rotas())])
    if len(form.rota_id.choices) == 1:
        del form.rota_id


@bp.route("/admin/systems/<key>", methods=["GET", "POST"])
@signed_in("admin")
def edit_system(key: str) -> Answer:
    found = _system(key)
    stood = {**_facts_of(found), "functions": _function_lines(found)}
    form = SystemForm(data=stood)
    del form.key, form.version
    _offer(form)
    both = Shared(form, stood)
    if both.done(lambda: _save(found, form)):
        return to(f"/admin/systems/{key}?saved=1")
    return both.show("systems/edit.html", found, system=found, saved="saved" in request.args)


def _facts_of(found: AISystem) -> dict[str, Any]:
    keys = (*actions.PROSE, *actions.LINES, *actions.CODES)
    return {key: getattr(found, key) for key in keys}


def _save(found: AISystem, form: SystemForm) -> None:
    actions.save_system(found, form.facts(), by=current_actor(), at=clock.now())
    actions.save_functions(found, form.functions.data or "", by=current_actor(), at=clock.now())


def _function_lines(found: AISystem) -> str:
    rows = [one for one in found.functions if one.active]
    return "\n".join(one.name + _(": ") + one.description if one.description else one.name for one in rows)


@bp.route("/admin/systems/<key>/versions/new", methods=["GET", "POST"])
@signed_in("admin")
def new_version(key: str) -> Answer:
    found = _system(key)
    before = queries.current_version(found)
    form = VersionForm(data=_guide_of(before) if before else {})
    if done(form, lambda: _add_version(found, form)):
        return to(f"/admin/systems/{key}?saved=1#versions")
    return show("systems/version.html", form, system=found, release=None)


def _guide_of(row: SystemVersion) -> dict[str, Any]:
    return {key: getattr(row, key) for key in actions.GUIDE}


def _add_version(found: AISystem, form: VersionForm) -> None:
    by, at = current_actor(), clock.now()
    row = actions.add_version(
        found, version=form.version.data, guide=form.guide(), released_at=_start(form), by=by, at=at
    )
    if queries.current_version(found) is None or request.form.get("current"):
        actions.make_current(found, row, by=by, at=at)


def _start(form: VersionForm) -> datetime | None:
    day = form.released_on.data
    return datetime.combine(day, time(), current_app.config["TRACKER"].zone) if day else None


@bp.route("/admin/systems/<key>/versions/<int:version_id>", methods=["GET", "POST"])
@signed_in("admin")
def edit_version(key: str, version_id: int) -> Answer:
    found = _system(key)
    row = first_or_404(queries.version(found.id, version_id))
    released = (
        row.released_at.astimezone(current_app.config["TRACKER"].zone).date() if row.released_at else None
    )
    stood = {**_guide_of(row), "version": row.version, "released_on": released}
    form = VersionForm(data=stood)
    both = Shared(form, stood)
    if both.done(lambda: _save_version(row, form)):
        return to(f"/admin/systems/{key}?saved=1#versions")
    return both.show("systems/version.html", found, system=found, release=row)


def _save_version(row: SystemVersion, form: VersionForm) -> None:
    actions.save_version(
        row,
        version=form.version.data,
        guide=form.guide(),
        released_at=_start(form),
        by=current_actor(),
        at=clock.now(),
    )


@bp.post("/admin/systems/<key>/versions/<int:version_id>/current")
@signed_in("admin")
def make_current(key: str, version_id: int) -> Answer:
    found = _system(key)
    row = first_or_404(queries.version(found.id, version_id))
    actions.make_current(found, row, by=current_actor(), at=clock.now())
    db.session.commit()
    return to(f"/admin/systems/{key}?saved=1#versions")
