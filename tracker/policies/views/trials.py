"""Trying a policy out before it holds for anybody: on what is open today, and on the weeks that were."""

from datetime import timedelta
from typing import Any

from flask import render_template, request
from sqlalchemy import delete, select

from tracker import clock
from tracker.db import db, first_or_404, locked
from tracker.errors import NotFound
from tracker.followups import episodes, rehearsing
from tracker.followups import words as chasing
from tracker.followups.replaying import per_week
from tracker.policies import queries, shapes, words
from tracker.policies.forms import TrialForm
from tracker.policies.models import PolicyTrial
from tracker.policies.views.ground import bp
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.pages import show, to

TODAY, PAST = "today", "past"
AT_ONCE = {TODAY: 20, PAST: 40}
KEPT = timedelta(days=7)


@bp.post("/admin/chase/draft/try/<any(today,past):kind>")
@signed_in("admin")
def begin_trial(kind: str) -> Answer:
    """Begin to reckon; the page of the trial goes on piece by piece, so that any stop can go on."""
    draft = queries.draft()
    if draft is None:
        raise NotFound()
    form, now = TrialForm(), clock.now()
    if kind == PAST and not form.validate_on_submit():
        return show("policies/trial_form.html", form)
    weeks, most = (form.weeks.data or 0, form.most.data or 0) if kind == PAST else (0, 0)
    ids = episodes.past_ids(weeks, most, now) if kind == PAST else rehearsing.open_ids()
    db.session.execute(delete(PolicyTrial).where(PolicyTrial.at < now - KEPT))
    trial = PolicyTrial(
        kind=kind, at=now, by_id=current_actor().person_id, weeks=weeks, body=draft.body, against=queries.in_force(),
        total=len(ids), left=ids, found={}, finished_at=None if ids else now,
    )  # fmt: skip
    db.session.add(trial)
    db.session.flush()
    _go_on(trial)
    db.session.commit()
    return to(f"/admin/chase/trials/{trial.id}")


@bp.route("/admin/chase/trials/<int:trial_id>", methods=["GET", "POST"])
@signed_in("admin")
def trial(trial_id: int) -> Answer:
    """POST reckons the next piece."""
    one = select(PolicyTrial).where(PolicyTrial.id == trial_id)
    row = first_or_404(locked(one) if request.method == "POST" else one)
    if request.method == "POST":
        _go_on(row)
        db.session.commit()
    return render_template(
        "policies/trial.html", trial=row, done=row.total - len(row.left), people=_people(row), clocks=_clocks(row),
        step_words=chasing.STEP_WORDS, clock_words=chasing.CLOCK_WORDS, weekly=per_week,
    )  # fmt: skip


def _go_on(row: PolicyTrial) -> None:
    if row.finished_at is not None:
        return
    size = AT_ONCE[row.kind]
    ids, left = row.left[:size], row.left[size:]
    new = shapes.read(row.body)
    if row.kind == TODAY:
        row.found = rehearsing.count(row.found, ids, new, row.at)
    else:
        row.found = episodes.count(row.found, ids, (new, queries.policy(row.against)), row.weeks, row.at)
    row.left = left
    if not left:
        row.finished_at = clock.now()


def _people(row: PolicyTrial) -> list[tuple[str, int, int]]:
    """Who is told how often, new and old, the most told first."""
    pairs = row.found.get("people", {}).items()
    return sorted(((name, new, old) for name, (new, old) in pairs), key=lambda one: (-max(one[1:]), one[0]))


def _clocks(row: PolicyTrial) -> list[dict[str, Any]]:
    """How many of each clock ended in time, new and old."""
    found = row.found.get("clocks", {})
    return [
        {"word": words.CLOCK_WORDS[name], "new": _share(*found[name][:2]), "old": _share(*found[name][2:])}
        for name in words.CLOCK_WORDS
        if name in found and any(found[name])
    ]


def _share(met: int, all_of_them: int) -> tuple[int, int, int | None]:
    return met, all_of_them, round(100 * met / all_of_them) if all_of_them else None
