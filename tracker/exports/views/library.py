"""Cases of the library as AVID report JSON."""

import json

from flask import Response, current_app

from tracker.db import first_or_404
from tracker.exports import avid
from tracker.exports.views import bp
from tracker.issues.models import Issue
from tracker.library import queries
from tracker.library.models import LibraryCase
from tracker.library.views import READERS
from tracker.web import signed_in
from tracker.web.answers import Answer


@bp.get("/library/avid")
@signed_in(*READERS)
def library_avid() -> Answer:
    """All AVID cases, one report a line."""
    found = "".join(avid.lines(avid.library(current_app.config["TRACKER"].zone)))
    answer = Response(found, mimetype="application/x-ndjson")
    answer.headers["Content-Disposition"] = 'attachment; filename="avid-reports.jsonl"'
    return answer


@bp.get("/library/<number>/avid")
@signed_in(*READERS)
def case_avid(number: str) -> Answer:
    """One AVID case as its report; 404 for a case of another source."""
    case: LibraryCase = first_or_404(queries.by_number(number).where(Issue.source == "avid"))
    report = avid.of_case(case, queries.parts(case.issue_id), current_app.config["TRACKER"].zone)
    answer = Response(json.dumps(report, ensure_ascii=False, indent=2), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{case.issue.number}.avid.json"'
    return answer
