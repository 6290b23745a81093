"""A record as a file in each format that the house writes: one list of fields, several renderings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from tracker.accounts.rules import Actor
from tracker.exports import record_json, sheet
from tracker.exports.pdf import record_pdf
from tracker.exports.record_csv import record_csv
from tracker.exports.record_docx import record_docx
from tracker.exports.record_odt import MIMETYPE, record_odt
from tracker.exports.saying import Tell
from tracker.records import content
from tracker.records.masking import masked, sealed
from tracker.records.whole import Whole


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
        shown = masked(content.values(self.whole), self.whole.record, self.actor)
        return shown if self.evidence else sealed(shown, self.whole.record)

    def facts(self) -> dict[str, Any]:
        return record_json.facts(self.whole, self.actor, evidence=self.evidence)

    def sheet(self) -> sheet.Sheet:
        return sheet.make(self.whole, self.values(), tell=self.tell, at=self.at)


@dataclass(frozen=True)
class Format:
    """One kind of file: its media type, and how a record becomes one."""

    mimetype: str
    make: Callable[[Wanted], bytes]


def _pdf(wanted: Wanted) -> bytes:
    return record_pdf(wanted.sheet(), at=wanted.at, words={"colon": _(": ")})


def _docx(wanted: Wanted) -> bytes:
    return record_docx(wanted.sheet(), at=wanted.at)


def _odt(wanted: Wanted) -> bytes:
    return record_odt(wanted.sheet(), at=wanted.at)


def _json(wanted: Wanted) -> bytes:
    made = record_json.record_json(wanted.whole, wanted.actor, at=wanted.at, evidence=wanted.evidence)
    return made.encode()


def _csv(wanted: Wanted) -> bytes:
    return record_csv(wanted.facts(), wanted.values(), wanted.tell).encode()


FORMATS: Mapping[str, Format] = {
    "pdf": Format("application/pdf", _pdf),
    "docx": Format("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _docx),
    "odt": Format(MIMETYPE, _odt),
    "csv": Format("text/csv", _csv),
    "json": Format("application/json", _json),
}
