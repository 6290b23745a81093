"""One record as a table for spreadsheets: each field with its code, its name, its value in code and in words."""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from tracker.exports.cells import cell
from tracker.exports.saying import Tell, text_of
from tracker.records import fields, words

# Without it spreadsheet programs take the Chinese for another code page.
BOM = "\ufeff"
COLUMNS = ("field", "value", "code", "name", "in_words")


def record_csv(found: Mapping[str, Any], values: Mapping[str, Any], tell: Tell) -> str:
    """The table; `found` is the record as `record_json.facts` has it, `values` the same in the types of the form."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerow(["number", cell(found["number"]), "", "", ""])
    writer.writerow(
        ["state", cell(found["state"]), "", "", cell(str(words.STATE_WORDS[found["state"] or "draft"]))]
    )
    for field in fields.FIELDS:
        told = text_of(field.key, values.get(field.key), tell.of(values))
        line = (field.key, _machine(found[field.key]), words.FIELD_CODES.get(field.key, ""))
        writer.writerow([cell(value) for value in (*line, str(words.FIELD_WORDS.get(field.key, "")), told)])
    return BOM + out.getvalue()


def _machine(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) and value else value or ""
