"""Which policy is in force, the presets, what was before, one version read, a version brought into force."""

from flask import flash, render_template, request
from flask_babel import gettext as _

from tracker import clock
from tracker.db import db
from tracker.errors import DomainError, NotFound, WrongState
from tracker.policies import actions, presets, queries, words
from tracker.policies.forms import ActivateForm
from tracker.policies.rules import Policy
from tracker.policies.views.ground import activate, bp, names, open_counts, say_activated, sentences
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.pages import done, show, to

HOME = "/admin/chase"


@bp.get("/admin/sla")
@signed_in("admin")
def sla() -> Answer:
    """How long each thing may take stands with who is told when it has run out."""
    return to(HOME)


@bp.get(HOME)
@signed_in("admin")
def home() -> Answer:
    ref = queries.in_force()
    latest = queries.activations()
    return render_template(
        "policies/home.html", ref=ref, groups=sentences(queries.policy(ref)), presets=words.PRESET_WORDS,
        hints=words.PRESET_HINTS, draft=queries.draft(), activations=latest, versions=queries.versions(),
        waiting=queries.waiting(), counts=open_counts(), broken=queries.broken(),
        may_undo=latest[0] if latest and latest[0].dropped_at is None else None,
    )  # fmt: skip


@bp.post("/admin/chase/preset")
@signed_in("admin")
def preset() -> Answer:
    """One click of a small office: the preset holds at once, for what is open too."""
    wanted = request.form.get("preset", "")
    if wanted not in presets.PRESETS:
        raise DomainError(_("Choose one of the list"))
    if wanted != queries.in_force():
        actions.activate(wanted, by=current_actor(), at=clock.now(), open_cases=True)
        db.session.commit()
        flash(_("“%(name)s” is in force now, for open cases too.", name=words.version(wanted)), "ok")
    return to(HOME)


@bp.get("/admin/chase/versions/<ref>")
@signed_in("admin")
def version(ref: str) -> Answer:
    policy, in_force = _known(ref), queries.in_force()
    changes = list(words.difference(queries.policy(in_force), policy, names())) if ref != in_force else []
    return render_template(
        "policies/version.html", ref=ref, row=queries.version(ref), groups=sentences(policy), in_force=in_force,
        changes=changes, clock_words=words.CLOCK_WORDS,
    )  # fmt: skip


@bp.route("/admin/chase/versions/<ref>/activate", methods=["GET", "POST"])
@signed_in("admin")
def activate_version(ref: str) -> Answer:
    policy, form = _known(ref), ActivateForm()
    if done(form, lambda: activate(ref, form)):
        say_activated(ref)
        return to(HOME)
    changes = list(words.difference(queries.policy(queries.in_force()), policy, names()))
    return show(
        "policies/activate.html", form, ref=ref, changes=changes, counts=open_counts(), problems=[],
        clock_words=words.CLOCK_WORDS, back=f"/admin/chase/versions/{ref}",
    )  # fmt: skip


def _known(ref: str) -> Policy:
    if queries.problem(ref):
        raise NotFound()
    return queries.policy(ref)


@bp.post("/admin/chase/undo")
@signed_in("admin")
def undo() -> Answer:
    """Bring the former version into force again, or call off what waits for its time."""
    latest = queries.activations(limit=1)
    if not latest or str(latest[0].id) != request.form.get("id"):
        raise WrongState("undo")
    back = actions.undo(latest[0], by=current_actor(), at=clock.now())
    db.session.commit()
    flash(
        _("“%(name)s” is in force again.", name=words.version(back.ref)) if back else _("It was called off."),
        "ok",
    )
    return to(HOME)
