"""What of a record a reader may not read: an auditor learns that something is there, not what it says."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from tracker.accounts.rules import AUDITOR, MANAGER, SUPERVISOR, Actor
from tracker.records.models import Record

# What an auditor sees of people and evidence: that it is there.
MASKED = frozenset({
    "reporter", "input_text", "actual_output", "expected_output", "trace_refs", "need_confirmed_by", "contact_log",
})  # fmt: skip
# What of a case with personal data is evidence: it leaves the house only when somebody asks for it by name.
EVIDENCE = frozenset({"input_text", "actual_output", "expected_output", "trace_refs"})
FILES = ("attachments", "reproduction_files")


def is_masked(actor: Actor, record: Record) -> bool:
    """Whether this actor reads the record as an auditor only: a role limited to other cases opens nothing here."""
    place = {"unit_id": record.primary_issue.unit_id, "system_id": record.system_id}
    return actor.is_(AUDITOR) and not any(actor.is_for(role, **place) for role in (SUPERVISOR, MANAGER))


def hidden(record: Record, actor: Actor) -> frozenset[str]:
    """The fields whose content this actor may not read; an auditor learns that there is some."""
    if not is_masked(actor, record):
        return frozenset()
    return MASKED | ({"description"} if record.primary_issue.personal_data else frozenset())


def masked(values: Mapping[str, Any], record: Record, actor: Actor) -> dict[str, Any]:
    """The values as this actor may read them; who reported is masked for a guest without a name too."""
    keys = hidden(record, actor)
    return {
        key: _("(masked)") if key in keys and (value or key == "reporter") else value
        for key, value in values.items()
    }


def sealed(values: Mapping[str, Any], record: Record) -> dict[str, Any]:
    """The values for a file: the evidence of a case with personal data stays in the house, names of files too."""
    if not record.primary_issue.personal_data:
        return dict(values)
    shown = {key: _("(sealed)") if key in EVIDENCE and value else value for key, value in values.items()}
    for key in FILES:
        files = values.get(key)
        if isinstance(files, list):
            shown[key] = [one | {"name": _("(sealed)")} for one in files]
    return shown
