"""The form of what the rules ask about a case, filled with what is known of it."""

from collections.abc import Mapping
from typing import Any

from tracker.issues.models import Issue
from tracker.records import rules as record_rules
from tracker.records.models import Record
from tracker.statutory import gathering, rules
from tracker.statutory.forms import FactsForm
from tracker.web.both import Shared

LEVELS = ("cia_confidentiality", "cia_integrity", "cia_availability")


def shared(issue: Issue, record: Record | None, form: FactsForm | None = None) -> Shared | None:
    """The form with what is known of the case, or as it was sent; none on a record that is over and signed."""
    if record is not None and record.state in record_rules.ENDED:
        return None
    stood = _known(issue, record)
    return Shared(form or FactsForm(formdata=None, data=stood), stood)


def _known(issue: Issue, record: Record | None) -> dict[str, Any]:
    """The answers as they stand."""
    known: Mapping[str, Any] = gathering.facts_of([issue]).get((gathering.ISSUE, issue.id), {})
    event = known.get("security_event", rules.NO if record is None else record.security_event)
    triggers, levels = list(known.get("eu_triggers", ())), {key: known.get(key) for key in LEVELS}
    if record is not None:
        event = record.security_event if record.security_event in (rules.YES, rules.NO) else event
        triggers = list(gathering.triggers_of(record)) or triggers
        own = {key: getattr(record, key) for key in LEVELS}
        levels |= {key: level for key, level in own.items() if level is not None}
    shown = {key: "" if level is None else str(level) for key, level in levels.items()}
    return {"security_event": event, "eu_triggers": triggers, **shown}
