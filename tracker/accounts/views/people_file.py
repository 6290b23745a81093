"""People from a CSV file: look first, then take in, a few hundred at a time, so that any stop can go on."""

import csv
from io import StringIO
from itertools import islice
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import clock
from tracker.accounts import people_file, words
from tracker.accounts.actions.importing import (
    ADDED,
    ALONE,
    BAD,
    carry_on,
    check_people,
    new_units,
    without_deputy,
)
from tracker.accounts.forms.fields import wrong
from tracker.accounts.forms.people import PeopleFileForm
from tracker.accounts.models import PeopleImport
from tracker.accounts.rules import ADMIN
from tracker.accounts.views.ground import bp
from tracker.db import db, first_or_404, locked
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.pages import show, to

ROWS_AT_ONCE = 200
SHOWN = 50


@bp.route("/admin/users/import", methods=["GET", "POST"])
@signed_in("admin")
def import_users() -> Answer:
    form = PeopleFileForm()
    if form.validate_on_submit():
        try:
            job = _kept(form)
        except people_file.Unreadable as error:
            wrong(form, {"file": str(words.FILE_PROBLEMS[error.why])}, "")
        else:
            db.session.commit()
            return to(f"/admin/users/import/{job.id}")
    return show("accounts/import.html", form, roles=words.ROLE_WORDS.values())


def _kept(form: PeopleFileForm) -> PeopleImport:
    """The file as text, looked through once, kept until it has been taken in."""
    upload = form.file.data
    text = people_file.decoded(upload.read()) if upload else (form.text.data or "").replace("\x00", "\ufffd")
    lines = max((row.line for row in people_file.rows(text)), default=1)
    job = PeopleImport(by_id=current_actor().person_id, at=clock.now(), text=text, lines=lines)
    db.session.add(job)
    db.session.flush()
    return job


def _job(job_id: int) -> PeopleImport:
    one = select(PeopleImport).where(
        PeopleImport.id == job_id, PeopleImport.by_id == current_actor().person_id
    )
    return first_or_404(locked(one) if request.method == "POST" else one)


@bp.get("/admin/users/import/<int:job_id>")
@signed_in("admin")
def import_preview(job_id: int) -> Answer:
    job = _job(job_id)
    if job.line > 1 or job.finished_at is not None:
        return render_template("accounts/import_run.html", job=job, problem=problem_words, **_parted(job))
    outcomes = list(check_people(job.text))
    powerful = [row for row in people_file.rows(job.text) if ADMIN in row.roles and not row.problems]
    return render_template(
        "accounts/import_preview.html",
        job=job,
        units=new_units(job.text),
        good=[one for one in outcomes if one.what != BAD],
        added=sum(one.what == ADDED for one in outcomes),
        bad=[(one.line, one.name, one.problems) for one in outcomes if one.what == BAD],
        alone=[(one.line, one.name, one.problems) for one in without_deputy(job.text)],
        powerful=powerful,
        rows=list(islice(people_file.rows(job.text), SHOWN)),
        roles=words.ROLE_WORDS,
        problem=problem_words,
    )


def _parted(job: PeopleImport) -> dict[str, list[list[Any]]]:
    """The lines that were skipped, and those that came in without their deputy."""
    alone = [one for one in job.problems if one[2][0][0] == ALONE]
    return {"alone": alone, "skipped": [one for one in job.problems if one not in alone]}


@bp.post("/admin/users/import/<int:job_id>")
@signed_in("admin")
def import_step(job_id: int) -> Answer:
    job = _job(job_id)
    if job.finished_at is None:
        carry_on(job, rows_most=ROWS_AT_ONCE, by=current_actor(), at=clock.now())
        db.session.commit()
    return to(f"/admin/users/import/{job_id}")


@bp.get("/admin/users/import/example.csv")
@signed_in("admin")
def import_example() -> Answer:
    """A file to fill in, with the mark at its start that lets Excel read Chinese."""
    out = StringIO()
    table = csv.writer(out)
    table.writerow([_("name"), _("email"), _("unit"), _("roles"), _("deputy"), _("phone")])
    table.writerow(
        [
            _("Lin Chih-wei"),
            "lin@example.tw",
            _("Service desk"),
            "supervisor; manager",
            "chen@example.tw",
            "1234",
        ]
    )
    table.writerow([_("Chen Mei-ling"), "chen@example.tw", _("Service desk"), "reporter", "", ""])
    content = "\ufeff" + out.getvalue()
    head = {"Content-Disposition": 'attachment; filename="people.csv"'}
    return Response(content, mimetype="text/csv", headers=head)


def problem_words(problems: list[tuple[str, str]]) -> str:
    """What is wrong with one row, in one line."""
    return " · ".join(
        f"{words.ROW_PROBLEMS[key]}{_(': ') + detail if detail else ''}" for key, detail in problems
    )
