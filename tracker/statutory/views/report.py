"""調查、處理及改善報告 of a record: on paper, as CSV, as JSON."""

import csv
import io
from dataclasses import asdict
from datetime import datetime

from flask import Response, jsonify, render_template, request
from flask_babel import gettext as _

from tracker import clock
from tracker.accounts import rules as roles
from tracker.decisions import facing
from tracker.errors import NotFound
from tracker.exports.cells import cell
from tracker.issues.views.loading import log_view
from tracker.issues.when import is_day
from tracker.records.whole import Whole
from tracker.statutory import report
from tracker.statutory.views import bp
from tracker.web import current_actor, dates, signed_in
from tracker.web.answers import Answer


@bp.get("/statutory/<number>/report")
@signed_in(roles.SUPERVISOR, roles.MANAGER)
def seven_items(number: str) -> Answer:
    """The seven items with what the record says, and what it does not say yet."""
    log_view(facing.case_of(current_actor(), number.upper()).issue, current_actor())
    found = facing.case_of(current_actor(), number.upper())
    if found.record is None:
        raise NotFound()
    items = report.seven(Whole(found.record), _when)
    shape = request.args.get("format")
    if shape == "json":
        return jsonify({"record": found.record.number, "items": [asdict(one) for one in items]})
    if shape == "csv":
        return _csv(found.record.number, items)
    return render_template("statutory/report.html", record=found.record, items=items, printed_at=clock.now())


def _when(instant: datetime | None, precision: str = "") -> str:
    """A day alone where no time was noted."""
    if instant is None:
        return ""
    return dates.occurred_words(instant, precision or ("day" if is_day(instant) else "exact"))


def _csv(number: str, items: list[report.Item]) -> Answer:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_("Item"), _("Title"), _("Field"), _("Content")])
    for one in items:
        rows = [*one.lines, *((label, _("missing")) for label in one.missing)]
        writer.writerows([cell(value) for value in (one.number, one.title, *row)] for row in rows)
    headers = {"Content-Disposition": f"attachment; filename={number}-report.csv"}
    return Response("\ufeff" + text.getvalue(), mimetype="text/csv", headers=headers)
