"""One record as a file: every field of the form by its key."""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from tracker.exports.cells import cell
from tracker.records import content
from tracker.records.models import Record

SEALED = frozenset({"input_text", "actual_output", "expected_output", "trace_refs"})


def record_fields(record: Record, values: Mapping[str, Any]) -> dict[str, Any]:
    """The form in JSON's own types, of what its reader may see; sealed evidence never leaves the house in a file."""
    found = content.plain(values)
    fields: dict[str, Any] = {"number": record.number, "state": record.state, **found}
    if record.primary_issue.personal_data:
        fields |= dict.fromkeys(SEALED, "")
    return fields


def record_json(record: Record, values: Mapping[str, Any]) -> str:
    """The form as one JSON object, keys in the order of the form."""
    return json.dumps(record_fields(record, values), ensure_ascii=False, indent=2)


def record_csv(record: Record, values: Mapping[str, Any]) -> str:
    """The form as two columns, key and value; lists as JSON."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["field", "value"])
    writer.writerows([key, cell(value)] for key, value in record_fields(record, values).items())
    return out.getvalue()
