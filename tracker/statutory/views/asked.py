"""The form of what the rules ask about a case, filled with what is known of it."""

from collections.abc import Mapping
from typing import Any

from tracker.issues.models import Issue
from tracker.records import rules as record_rules
from tracker.records.models import Record
from tracker.statutory import gathering, rules
from tracker.statutory.forms import FactsForm

LEVELS = ("cia_confidentiality", "cia_integrity", "cia_availability")


def form_of(issue: Issue, record: Record | None) -> FactsForm | None:
    """The form as the case answers it now; none on a record that is over and signed."""
    if record is not None and record.state in record_rules.ENDED:
        return None
    known: Mapping[str, Any] = gathering.facts_of([issue]).get((gathering.ISSUE, issue.id), {})
    form = FactsForm(formdata=None)
    usual = rules.NO if record is None else record.security_event
    form.security_event.data = known.get("security_event", usual)
    form.eu_triggers.data = list(known.get("eu_triggers", ()))
    levels = {key: known.get(key) for key in LEVELS}
    if record is not None:
        if record.security_event in (rules.YES, rules.NO):
            form.security_event.data = record.security_event
        form.eu_triggers.data = list(gathering.triggers_of(record)) or form.eu_triggers.data
        levels = {
            key: getattr(record, key) if getattr(record, key) is not None else levels[key] for key in LEVELS
        }
    for key, level in levels.items():
        form[key].data = "" if level is None else str(level)
    return form
