"""The form as an ODT, the open format of Taiwan's public offices: real headings, tables, a footer with page numbers."""

import io
import zipfile
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any

from flask import render_template

from tracker.exports.sheet import Sheet
from tracker.exports.xml import writable

MIMETYPE = "application/vnd.oasis.opendocument.text"
PARTS = ("content.xml", "styles.xml", "meta.xml", "META-INF/manifest.xml")


def record_odt(sheet: Sheet, *, at: datetime) -> bytes:
    """The document, written as its parts of XML; the media type comes first and unpacked, as the format asks."""
    given = _writable(sheet)
    moment = at.astimezone(UTC)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(_named("mimetype", moment), MIMETYPE, zipfile.ZIP_STORED)
        for part in PARTS:
            name = part.rpartition("/")[2]
            file.writestr(
                _named(part, moment), render_template(f"records/odt/{name}", sheet=given, at=moment)
            )
    return out.getvalue()


def _named(part: str, at: datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(part, at.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _writable(value: Any) -> Any:
    if isinstance(value, str):
        return writable(value)
    if isinstance(value, tuple):
        return tuple(_writable(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _writable(getattr(value, one.name)) for one in fields(value)})
    return value
