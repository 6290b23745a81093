"""Which artefact a cause lies in and which ones a correction changed: by name, made where there is none yet."""

from datetime import datetime

from tracker.records.codes import CAUSE_LIES_IN
from tracker.records.models import Record
from tracker.records.parts import RecordItem
from tracker.systems import artefacts


def link_cause(record: Record, *, at: datetime) -> None:
    """The artefact that G2 names; a new one is of the kind in which causes of this class most often lie."""
    name = record.cause_artefact
    if not name:
        record.cause_artefact_id = None
        return
    known = artefacts.known(record.system_id, name)
    kind = CAUSE_LIES_IN.get(record.cause_class, "")
    found = known or artefacts.named(record.system_id, name, kind, at=at)
    record.cause_artefact_id = found.id


def link_line(record: Record, line: RecordItem, *, by_name: str, at: datetime) -> None:
    """The artefact that a line of H1 names, with its new version."""
    if not line.artefact:
        line.artefact_id = None
        return
    found = artefacts.named(record.system_id, line.artefact, line.target_kind, at=at)
    line.artefact_id = found.id
    if line.version:
        artefacts.add_version(found, line.version, by_name=by_name, at=at, source=record.number)
