"""Bringing in a table of past records: upload, say what its columns are, try, bring in, take back."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from tracker import clock
from tracker.attachments import queries as attached
from tracker.db import db, first_or_404, locked
from tracker.errors import DomainError, NotAllowed
from tracker.exports.cells import csv_file
from tracker.imports import bringing, labels, runs, sheets, words, xlsx
from tracker.imports.models import CHECKED, CHECKING, MAPPING, ImportRow, ImportRun
from tracker.imports.sheets import Reading
from tracker.imports.unreadable import Unreadable
from tracker.records import words as record_words
from tracker.records.models import Record
from tracker.systems import queries as systems
from tracker.systems.models import AISystem
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer

bp = Blueprint("imports", __name__)
SHOWN, SAMPLES = 50, 3


def _allowed() -> None:
    if not runs.may(current_actor()):
        raise NotAllowed(_("Past records are brought in by a supervisor who may see all systems and units."))


@bp.get("/imports")
@signed_in("supervisor")
def overview() -> Answer:
    _allowed()
    return _overview()


def _overview(error: str = "") -> Answer:
    found = select(ImportRun).options(joinedload(ImportRun.by)).order_by(ImportRun.id.desc()).limit(SHOWN)
    body = render_template(
        "imports/list.html", rows=db.session.scalars(found).all(), words=words, error=error
    )
    return body, 422 if error else 200


@bp.post("/imports")
@signed_in("supervisor")
def begin() -> Answer:
    _allowed()
    upload = request.files.get("file")
    try:
        if upload is None or not upload.filename:
            raise DomainError(str(words.UNREADABLE_WORDS["kind"]))
        run = runs.begin(upload, by=current_actor(), at=clock.now())
    except DomainError as error:
        if error.status != 422:
            raise
        db.session.rollback()
        return _overview(error.text)
    db.session.commit()
    return redirect(url_for(".show", run_id=run.id), 303)


@bp.get("/imports/example.csv")
@signed_in("supervisor")
def example() -> Answer:
    """A table with every heading that is known without asking, to be filled in."""
    names = {labels.TITLE: _("Title")} | {
        key: str(record_words.FIELD_WORDS[key]) for key in labels.TARGETS[1:]
    }
    return csv_file("past-records.csv", names.values(), [])


@bp.get("/imports/<int:run_id>")
@signed_in("supervisor")
def show(run_id: int) -> Answer:
    return _show(_run(run_id))


def _run(run_id: int) -> ImportRun:
    _allowed()
    wanted: Select[ImportRun] = select(ImportRun).where(ImportRun.id == run_id)
    return first_or_404(locked(wanted) if request.method == "POST" else wanted)


def _show(run: ImportRun, wrong: dict[str, str] | None = None) -> Answer:
    """The page of the stage that the import stands at; while something is done it is asked again without script."""
    if run.stage in (MAPPING, CHECKED):
        return _mapping_page(run, wrong or {})
    body = render_template("imports/run.html", run=run, words=words, made=_made(run), touched=_touched(run))
    answer = make_response(body)
    if run.is_busy:
        answer.headers["Refresh"] = "3"
    return answer


def _mapping_page(run: ImportRun, wrong: dict[str, str]) -> Answer:
    how, path = Reading(**run.reading), runs.path_of(run)
    titles, samples, error = [], [], run.error
    try:
        titles = sheets.headings(path, how)
        samples = [line.cells for line, _n in zip(sheets.rows(path, how), range(SAMPLES), strict=False)]
    except Unreadable as problem:
        error = problem.why
    chosen = {int(place): key for place, key in run.columns.items()}
    if wrong:
        chosen = _columns(len(titles))
    fields = [(labels.TITLE, "", _("Title"))]
    fields += [
        (key, record_words.FIELD_CODES.get(key, ""), record_words.FIELD_WORDS[key])
        for key in labels.TARGETS[1:]
    ]
    body = render_template(
        "imports/mapping.html", run=run, how=how, titles=titles, samples=samples, chosen=chosen, fields=fields,
        words=words, wrong=wrong, error=str(words.UNREADABLE_WORDS.get(error, "")), systems=systems.known_systems(),
        sheet_names=xlsx.sheets(path) if how.kind == sheets.XLSX else (),
    )  # fmt: skip
    return body, 422 if wrong else 200


def _made(run: ImportRun) -> list[str]:
    """The first records that came of it."""
    found = select(Record.number).join(ImportRow, ImportRow.record_id == Record.id)
    return list(db.session.scalars(found.where(ImportRow.run_id == run.id).order_by(Record.id).limit(10)))


def _touched(run: ImportRun) -> int:
    return len(bringing.touched(run.id)) if run.stage == "done" else 0


@bp.post("/imports/<int:run_id>/reading")
@signed_in("supervisor")
def read_as(run_id: int) -> Answer:
    """Read the file in another way: its encoding, what parts the columns, the sheet, the line of the headings."""
    run, form = _run(run_id), request.form
    runs.must_be(run, "reading", MAPPING, CHECKED)
    how = Reading(**run.reading)
    if form.get("encoding") in sheets.ENCODINGS and how.kind == sheets.CSV:
        how = replace(how, encoding=form["encoding"])
    mark = {"comma": ",", "tab": "\t", "semicolon": ";"}.get(form.get("delimiter", ""))
    how = replace(how, delimiter=mark or how.delimiter, sheet=_small(form.get("sheet", ""), how.sheet))
    try:
        runs.read_as(run, how, _small(form.get("head", ""), 0) or None)
    except Unreadable as error:
        db.session.rollback()
        return _show(_run(run_id), {"reading": str(words.UNREADABLE_WORDS[error.why])})
    db.session.commit()
    return redirect(url_for(".show", run_id=run_id), 303)


def _small(given: str, otherwise: int) -> int:
    return int(given) if given.isdecimal() and len(given) < 6 else otherwise


@bp.post("/imports/<int:run_id>/columns")
@signed_in("supervisor")
def map_columns(run_id: int) -> Answer:
    """Take the columns as they were named, and try every row: at once where there are few, else in the background."""
    run, now = _run(run_id), clock.now()
    try:
        runs.map_columns(run, _columns(sheets.COLUMNS_MOST), _system(request.form.get("system", "")))
    except DomainError as error:
        if error.status != 422:
            raise
        db.session.rollback()
        return _show(_run(run_id), error.fields)
    if attached.files(ImportRun.kind_name, run.id)[0].size <= runs.AT_ONCE_BYTES:
        bringing.check(run, now)
    db.session.commit()
    return redirect(url_for(".show", run_id=run_id) + ("#found" if run.stage != CHECKING else ""), 303)


def _columns(count: int) -> dict[int, str]:
    given = ((place, request.form.get(f"column-{place}", "")) for place in range(count))
    return {place: key for place, key in given if key}


def _system(given: str) -> AISystem | None:
    return db.session.get(AISystem, _small(given, 0)) if given else None


@bp.post("/imports/<int:run_id>/<any(start,undo,drop):verb>")
@signed_in("supervisor")
def move(run_id: int, verb: str) -> Answer:
    run, by, now = _run(run_id), current_actor(), clock.now()
    acts: dict[str, Any] = {"start": runs.start, "undo": runs.ask_undo, "drop": runs.drop}
    try:
        acts[verb](run, by=by, at=now)
    except DomainError as error:
        if error.status != 422:
            raise
        db.session.rollback()
        flash(error.text, "error")
        return redirect(url_for(".show", run_id=run_id), 303)
    db.session.commit()
    if verb == "drop":
        flash(_("The file was deleted; nothing of it was brought in."), "ok")
        return redirect(url_for(".overview"), 303)
    return redirect(url_for(".show", run_id=run_id), 303)


@bp.get("/imports/<int:run_id>/found.csv")
@signed_in("supervisor")
def found(run_id: int) -> Answer:
    """Every row and cell that is named on the page, as a table to work through."""
    run = _run(run_id)
    return csv_file(f"import-{run.id}.csv", (_("Row"), _("Column"), _("Value"), _("Why")), _lines(run))


def _lines(run: ImportRun) -> Iterator[tuple[Any, ...]]:
    for kind in ("bad", "left_out"):
        for one in run.report.get(kind, ()):
            yield one["row"], one["column"], one["value"], str(words.WHY_WORDS[one["why"]])
    for one in run.report.get("other", ()):
        yield one["row"], "", one["value"], _("is there already with other content")
