"""A record as other bodies ask for it: OECD report, draft for the AI Incident Database, AVID report."""

import json
from typing import Any

from flask import Response, current_app, render_template, request

from tracker import clock
from tracker.db import first_or_404
from tracker.errors import NotFound
from tracker.exports import aiid, avid, oecd, outward
from tracker.exports import outward_words as words
from tracker.exports.cells import csv_file
from tracker.exports.formats import Wanted
from tracker.exports.outward import Line, Told
from tracker.exports.views import bp
from tracker.records import queries as records
from tracker.records import words as record_words
from tracker.records.models import Record
from tracker.records.views.files import taken, telling
from tracker.records.views.loading import log_view
from tracker.records.whole import Whole
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer

COLUMNS = ("code", "name", "required", "state", "value", "codes", "source", "note")


@bp.get("/records/<number>/outward/<any(oecd,aiid):kind>")
@signed_in()
def outward_report(number: str, kind: str) -> Answer:
    """The page; `?format=json` or `csv` is the report as a file, which is written down."""
    found, form = _record(number), request.args.get("format", "")
    if form and form not in ("json", "csv"):
        raise NotFound()
    severity = request.args.get("severity", "")
    severity = severity if severity in oecd.SEVERITIES else ""
    found = taken(found, current_actor(), f"{kind}.{form}", evidence=False) if form else found
    lines = _lines(found, kind, severity)
    if form == "json":
        head = {"format": f"tracker-{kind}", "version": 1, "number": found.number}
        return _json(outward.as_json(lines, head), f"{found.number}.{kind}.json")
    if form == "csv":
        return csv_file(f"{found.number}.{kind}.csv", COLUMNS, [_row(kind, one) for one in lines])
    return render_template(
        "exports/outward.html", record=found, kind=kind, lines=lines, words=words, severity=severity,
        missing=outward.required_missing(lines), fields=record_words.FIELD_WORDS, codes=record_words.FIELD_CODES,
        severities=words.OECD_SEVERITY_WORDS, proposed=_proposed(lines) if kind == "oecd" else "",
    )  # fmt: skip


def _lines(found: Record, kind: str, severity: str) -> list[Line]:
    told = Told(Wanted(Whole(found), current_actor(), telling(None), clock.now()))
    return oecd.report(told, severity) if kind == "oecd" else aiid.draft(told)


def _proposed(lines: list[Line]) -> str:
    """The severity that stands in the report, proposed or confirmed."""
    return next(iter(lines[9].codes), "")


def _row(kind: str, one: Line) -> tuple[Any, ...]:
    name, note = words.WORDS[kind][one.code], words.NOTE_WORDS.get(one.note, "")
    return (
        one.code,
        name,
        one.required,
        one.state,
        one.value,
        ", ".join(one.codes),
        ", ".join(one.sources),
        note,
    )


@bp.get("/records/<number>/outward/avid")
@signed_in()
def record_avid(number: str) -> Answer:
    found = taken(_record(number), current_actor(), "avid", evidence=False)
    wanted = Wanted(Whole(found), current_actor(), telling(None), clock.now())
    return _json(avid.of_record(wanted, current_app.config["TRACKER"].zone), f"{found.number}.avid.json")


def _record(number: str) -> Record:
    actor = current_actor()
    return log_view(first_or_404(records.by_number(actor, number.upper())), actor)


def _json(found: dict[str, Any], name: str) -> Response:
    answer = Response(json.dumps(found, ensure_ascii=False, indent=2), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
