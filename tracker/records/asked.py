"""Which fields are asked only where the question before them says yes.  Pure."""

from collections.abc import Mapping
from typing import Any

SECURITY, EU, PROPERTY = "security", "eu", "property"
# By field: the group it belongs to.
GROUPS: Mapping[str, str] = {
    **dict.fromkeys(("cia_confidentiality", "cia_integrity", "cia_availability", "cia_level"), SECURITY),
    "eu_triggers": EU,
    **dict.fromkeys(("ip_concern", "ip_claimant", "ip_material", "ip_licence", "ip_answer"), PROPERTY),
}
# By group: the question before it, and the answer that leads to it.
BEFORE: Mapping[str, tuple[str, str]] = {
    SECURITY: ("security_event", "yes"), EU: ("harm_realisation", "realised"), PROPERTY: ("ip_concerned", "yes"),
}  # fmt: skip
# By the question: the anomaly types that raise it by themselves, in the short form too.
RAISED_BY: Mapping[str, frozenset[str]] = {
    "security_event": frozenset({"AN06", "AN07"}), "ip_concerned": frozenset({"AN14"}),
}  # fmt: skip


def is_asked(key: str, values: Mapping[str, Any]) -> bool:
    """Whether the answers so far lead to this field."""
    if key in RAISED_BY:
        return values.get("anomaly_type") in RAISED_BY[key] or bool(
            RAISED_BY[key].intersection(values.get("anomaly_types") or ())
        )
    group = GROUPS.get(key)
    if group is None:
        return False
    question, answer = BEFORE[group]
    return bool(values.get(question) == answer)


def in_scope(key: str, eu: str) -> bool:
    """Whether the organisation is asked this at all: the EU's conditions not of who has nothing to do with it."""
    return GROUPS.get(key) != EU or eu != "no"
