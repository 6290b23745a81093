"""A record as a file in each format that the house writes: one list of fields, several renderings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from tracker.accounts.rules import Actor
from tracker.errors import NotFound
from tracker.exports import own_form, record_json, sheet
from tracker.exports.pdf import record_pdf
from tracker.exports.record_csv import record_csv
from tracker.exports.record_docx import record_docx
from tracker.exports.record_odt import MIMETYPE, record_odt
from tracker.exports.record_zip import record_zip
from tracker.exports.saying import Tell
from tracker.records import content
from tracker.records.masking import masked, sealed
from tracker.records.whole import Whole

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Wanted:
    """One record, for whom, said how, printed when; `evidence` lets out what personal data seals."""

    whole: Whole
    actor: Actor
    tell: Tell
    at: datetime
    evidence: bool = False

    def values(self) -> dict[str, Any]:
        """Every field as this reader may have it in a file."""
        shown = masked(content.named(self.whole, content.values(self.whole)), self.whole.record, self.actor)
        return shown if self.evidence else sealed(shown, self.whole.record)

    def facts(self) -> dict[str, Any]:
        return record_json.facts(self.whole, self.actor, evidence=self.evidence)

    def sheet(self) -> sheet.Sheet:
        return sheet.make(self.whole, self.values(), tell=self.tell, at=self.at)


@dataclass(frozen=True)
class Format:
    """One kind of file: its media type, how a record becomes one, the ending of its name where that is not its key."""

    mimetype: str
    make: Callable[[Wanted], bytes]
    ending: str = ""


def _pdf(wanted: Wanted) -> bytes:
    return record_pdf(wanted.sheet(), at=wanted.at, words={"colon": _(": ")})


def _docx(wanted: Wanted) -> bytes:
    return record_docx(wanted.sheet(), at=wanted.at)


def _odt(wanted: Wanted) -> bytes:
    return record_odt(wanted.sheet(), at=wanted.at)


def _own(wanted: Wanted) -> bytes:
    """On the organisation's own form; NotFound where it has none in use."""
    version = own_form.current()
    if version is None:
        raise NotFound(_("The organisation has no form of its own in use."))
    return own_form.written(version, wanted.values(), wanted.sheet(), wanted.tell)


def _json(wanted: Wanted) -> bytes:
    made = record_json.record_json(wanted.whole, wanted.actor, at=wanted.at, evidence=wanted.evidence)
    return made.encode()


def _zip(wanted: Wanted) -> bytes:
    """The JSON with the bytes of its files."""
    text = record_json.record_json(wanted.whole, wanted.actor, at=wanted.at, evidence=wanted.evidence)
    return record_zip(wanted.whole, wanted.facts(), wanted.actor, text)


def _csv(wanted: Wanted) -> bytes:
    return record_csv(wanted.facts(), wanted.values(), wanted.tell).encode()


FORMATS: Mapping[str, Format] = {
    "pdf": Format("application/pdf", _pdf),
    "docx": Format(DOCX, _docx),
    "odt": Format(MIMETYPE, _odt),
    "own": Format(DOCX, _own, "docx"),
    "csv": Format("text/csv", _csv),
    "json": Format("application/json", _json),
    "zip": Format("application/zip", _zip),
}
