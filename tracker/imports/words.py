"""What the codes of an import are called."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_pgettext as _w

UNREADABLE_WORDS: Mapping[str, Any] = {
    "kind": _w("import", "Choose an XLSX or a CSV file."),
    "records": _w(
        "import",
        "This looks like records that Tracker wrote. Who runs the server brings them back with"
        " “tracker import --format records”; past tables come in here as XLSX or CSV.",
    ),
    "encoding": _w(
        "import", "The file is neither UTF-8 nor Big5. Save it in Excel as “CSV UTF-8” or as XLSX."
    ),
    "header": _w("import", "No headings were found. Say which line holds them."),
    "columns": _w("import", "The table has more than 300 columns. Delete those that are not needed."),
    "rows": _w("import", "The table has more than 50,000 rows. Split it by year."),
    "cell": _w("import", "A cell holds more than 100,000 characters."),
    "csv": _w("import", "The table is broken: a quotation mark is missing, or a line ends within a cell."),
    "sheet": _w("import", "There is no such sheet."),
    "damaged": _w("import", "The workbook is damaged. Open it in Excel and save it again as XLSX."),
    "bomb": _w("import", "The workbook would unpack to far more than it seems to hold."),
}
WHY_WORDS: Mapping[str, Any] = {
    "choice": _w("import", "is none of the values of this field"),
    "number": _w("import", "is no whole number"),
    "date": _w("import", "is no date; 113/5/20, 2024-05-20 and 20 May 2024 can be read"),
    "month": _w("import", "names no day; only “Occurred at” may be a month"),
    "year": _w("import", "names no year; write 113/5/20 or 2024-05-20"),
    "future": _w("import", "lies in the future"),
    "long": _w("import", "is too long"),
    "text": _w("import", "is no text"),
    "story": _w("import", "does not say what happened"),
    "when": _w("import", "has no date that can be read"),
}
STAGE_WORDS: Mapping[str, Any] = {
    "mapping": _w("import", "columns to be named"),
    "checking": _w("import", "being tried"),
    "checked": _w("import", "tried, not brought in yet"),
    "waiting": _w("import", "waits its turn"),
    "working": _w("import", "being brought in"),
    "done": _w("import", "brought in"),
    "failed": _w("import", "not brought in"),
    "undoing": _w("import", "being undone"),
    "undone": _w("import", "undone"),
    "dropped": _w("import", "given up"),
}
STAGE_TONES = {
    "mapping": "blue", "checking": "blue", "checked": "blue", "waiting": "violet", "working": "violet", "done": "green",
    "failed": "red", "undoing": "violet", "undone": "neutral", "dropped": "neutral",
}  # fmt: skip
ENCODING_WORDS: Mapping[str, Any] = {
    "utf-8-sig": _w("import", "UTF-8"),
    "cp950": _w("import", "Big5 (Excel in Taiwan)"),
    "big5hkscs": _w("import", "Big5 (Hong Kong)"),
}
DELIMITER_WORDS: Mapping[str, Any] = {
    ",": _w("import", "Comma"),
    "\t": _w("import", "Tab"),
    ";": _w("import", "Semicolon"),
}
