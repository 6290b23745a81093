"""Cases of other organisations in the library."""

from typing import Any
from zoneinfo import ZoneInfo

from tests.clock import MONDAY
from tracker.db import db
from tracker.imports import actions
from tracker.imports.formats import FORMATS
from tracker.library.models import LibraryCase

TAIPEI = ZoneInfo("Asia/Taipei")


def avid_report(number: int = 1, **changed: Any) -> dict[str, Any]:
    """A small AVID report."""
    return {
        "data_type": "AVID", "data_version": "0.3.3", "metadata": {"report_id": f"AVID-2026-R{number:04d}"},
        "affects": {"developer": ["A"], "deployer": ["A"], "artifacts": [{"type": "Model", "name": "m-1"}]},
        "problemtype": {"classof": "LLM Evaluation", "type": "Measurement",
                        "description": {"lang": "eng", "value": "Leaks the names of patients"}},
        "references": [{"type": "source", "label": "log", "url": "https://example.test/1"}],
        "description": {"lang": "eng", "value": "It says the names of patients."},
        "impact": {"avid": {"risk_domain": ["Security"], "sep_view": ["S0301: Information Leak"],
                            "lifecycle_view": ["L05: Evaluation"], "taxonomy_version": "0.2"}},
        "reported_date": "2026-03-01",
    } | changed  # fmt: skip


def make_case(number: int = 1, **changed: Any) -> LibraryCase:
    """One case that was imported from AVID."""
    row = FORMATS["avid"].read(avid_report(number, **changed), TAIPEI, "")
    for _report in actions.write([(1, row)], at=MONDAY, zone=TAIPEI):
        db.session.commit()
    found: LibraryCase = db.session.query(LibraryCase).order_by(LibraryCase.issue_id.desc()).first()
    return found
