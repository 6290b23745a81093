"""What the values of each closed list are called (domain §1.2-2.2), by field key."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_pgettext as _w

from tracker.records import taxonomies

WORDS: Mapping[str, Mapping[Any, Any]] = {
    "anomaly_type": {
        "AN01": _w("value", "Wrong or made-up output"),
        "AN02": _w("value", "Outdated or missing knowledge"),
        "AN03": _w("value", "Recognition, classification or extraction error"),
        "AN04": _w("value", "Bias or difference between groups"),
        "AN05": _w("value", "Improper or harmful content"),
        "AN06": _w("value", "Personal data or secrets leaked"),
        "AN07": _w("value", "Security: prompt injection, jailbreak, tampering"),
        "AN08": _w("value", "Over-reliance or misuse"),
        "AN09": _w("value", "Wrong action by an agent"),
        "AN10": _w("value", "Refuses or blocks too much"),
        "AN11": _w("value", "No source or no explanation"),
        "AN12": _w("value", "Performance, time-out, outage"),
        "AN13": _w("value", "Interface, integration or software error"),
        "AN14": _w("value", "Intellectual-property doubt"),
        "AN15": _w("value", "Faulty data or data source"),
        "AN16": _w("value", "Missing explanation or labelling"),
        "undecided": _w("value", "Not decided yet"),
    },
    "cause_class": {
        "CC1": _w("value", "Labelling rules or manual insufficient"),
        "CC2": _w("value", "Data set: gaps, outdated, skewed, mislabelled, poisoned"),
        "CC3": _w("value", "Acceptance criteria, or acceptance let it through"),
        "CC4": _w("value", "Model or algorithm"),
        "CC5": _w("value", "Prompt, retrieval or knowledge-base settings"),
        "CC6": _w("value", "System, software, interface, integration, performance"),
        "CC7": _w("value", "Different understanding of need or scope"),
        "CC8": _w("value", "Function guide or training insufficient"),
        "CC9": _w("value", "Handling or misuse by the user, though trained"),
        "CC10": _w("value", "Outside: vendor's model change, third-party data, attack, outage"),
        "CC11": _w("value", "Cause not found (with a monitoring plan)"),
        "CC12": _w("value", "Works as designed, no anomaly"),
    },
    "harm_realisation": {
        "realised": _w("value", "It happened"),
        "near_miss": _w("value", "Nearly happened"),
        "potential": _w("value", "Could happen"),
    },
    "harm_types": {
        "physical": _w("value", "Physical"),
        "psychological": _w("value", "Psychological"),
        "reputational": _w("value", "Reputation"),
        "economic": _w("value", "Money or property"),
        "environmental": _w("value", "Environment"),
        "public_interest": _w("value", "Public interest or critical infrastructure"),
        "rights": _w("value", "Human or fundamental rights"),
        "other": _w("value", "Other"),
    },
    "affected_population": {
        "general_users": _w("group", "General users"),
        "employees": _w("group", "Employees"),
        "customers": _w("group", "Customers"),
        "minors": _w("group", "Children and youths"),
        "elderly": _w("group", "Elderly people"),
        "patients": _w("group", "Patients"),
        "disabled": _w("group", "People with disabilities"),
        "specific_group": _w("group", "A specific group"),
        "public": _w("group", "The public"),
        "organisation": _w("group", "The organisation itself"),
        "unknown": _w("group", "Unknown"),
    },
    "impact": {
        0: _w("value", "0 None"),
        1: _w("value", "1 Inconvenience"),
        2: _w("value", "2 Work blocked, or a loss that can be made good"),
        3: _w("value", "3 Serious harm, rights violated, great loss"),
        4: _w("value", "4 Death, critical infrastructure, cannot be undone"),
    },
    "reach": {
        1: _w("value", "1 One person"),
        2: _w("value", "2 One unit"),
        3: _w("value", "3 Whole organisation or several customers"),
        4: _w("value", "4 The public"),
    },
    "cia_confidentiality": {
        0: _w("value", "0 Not affected"),
        1: _w("value", "Level 1"),
        2: _w("value", "Level 2"),
        3: _w("value", "Level 3"),
        4: _w("value", "Level 4"),
    },
    "eu_triggers": {
        "death": _w("value", "Death of a person (a)"),
        "serious_health": _w("value", "Serious harm to a person's health (a)"),
        "critical_infrastructure": _w(
            "value", "Serious and irreversible disruption of critical infrastructure (b)"
        ),
        "rights": _w("value", "Infringement of obligations that protect fundamental rights (c)"),
        "property_environment": _w("value", "Serious harm to property or the environment (d)"),
        "widespread": _w("value", "Widespread infringement, art. 3(61)"),
        "none": _w("value", "None of these"),
    },
    "reproducible": {
        "always": _w("value", "Always"),
        "sometimes": _w("value", "Sometimes"),
        "no": _w("value", "No, never again"),
        "not_tried": _w("value", "Not tried"),
    },
    "proof_kind": {
        "cases": _w("value", "The same cases before and after"),
        "tried_by_hand": _w("value", "Tried by hand before and after"),
        "vendor_statement": _w("value", "Vendor's written confirmation and an own try"),
        "watched": _w("value", "Watched for some weeks"),
        "waived": _w("value", "Waived by a manager in writing"),
    },
    "close_code": {
        "solved": _w("value", "Solved"),
        "not_an_anomaly": _w("value", "No anomaly"),
        "external": _w("value", "Outside our reach"),
        "workaround_accepted": _w("value", "Workaround accepted"),
        "wont_fix": _w("value", "Will not be corrected"),
        "cause_not_found": _w("value", "Cause not found"),
    },
    "severity": {
        "S1": _w("value", "S1 Critical"),
        "S2": _w("value", "S2 High"),
        "S3": _w("value", "S3 Medium"),
        "S4": _w("value", "S4 Low"),
    },
    "dimension": {
        "management": _w("value", "Management"),
        "technology": _w("value", "Technology"),
        "people": _w("value", "People"),
        "resources": _w("value", "Resources"),
    },
    "target_kind": {
        "dataset": _w("value", "Data set"),
        "labelling_rule": _w("value", "Labelling rule"),
        "prompt": _w("value", "Prompt"),
        "model": _w("value", "Model"),
        "knowledge_base": _w("value", "Knowledge base"),
        "acceptance_criteria": _w("value", "Acceptance criteria"),
        "software": _w("value", "Software"),
        "manual": _w("value", "Manual"),
        "other": _w("value", "Other"),
    },
    "environment_kind": {
        "production": _w("value", "In daily use"),
        "trial": _w("value", "On trial"),
        "test": _w("value", "Being tested"),
        "training": _w("value", "In a training course"),
        "other": _w("value", "Other"),
    },
    "effective": {
        "yes": _w("value", "Effective"),
        "no": _w("value", "Not effective"),
        "unknown": _w("value", "Not known yet"),
    },
    "standing": {
        "planned": _w("value", "Planned"),
        "in_work": _w("value", "Under way"),
        "done": _w("value", "Done"),
        "dropped": _w("value", "Dropped"),
    },
    "occurred_precision": {
        "exact": _w("value", "Exact"),
        "day": _w("value", "The day"),
        "month": _w("value", "The month"),
        "unknown": _w("value", "Unknown"),
    },
    "issue_kind": {
        "anomaly": _w("value", "Anomaly"),
        "how_to": _w("value", "How-to question"),
        "feature_request": _w("value", "Feature request"),
        "data_correction": _w("value", "Data correction"),
        "complaint": _w("value", "Complaint"),
    },
    "source_channel": {
        "web": _w("value", "Web page"),
        "mail": _w("value", "E-mail"),
        "phone": _w("value", "Phone"),
        "api": _w("value", "Program"),
        "trace": _w("value", "AI product"),
        "inspection": _w("value", "Found by ourselves"),
        "audit": _w("value", "Audit"),
        "counter": _w("value", "Counter"),
        "import": _w("value", "Imported"),
    },
    "need_confirmed_how": {
        "online": _w("value", "Online"),
        "phone": _w("value", "By phone"),
        "in_person": _w("value", "In person"),
        "mail": _w("value", "By mail"),
        "answered_directly": _w("value", "Answered directly"),
        "no_answer": _w("value", "No answer"),
    },
    "contact_channel": {
        "phone": _w("value", "By phone"),
        "in_person": _w("value", "In person"),
        "mail": _w("value", "By mail"),
        "online": _w("value", "Online"),
        "other": _w("value", "Other"),
    },
    "verification_result": {
        "passed": _w("value", "Passed"),
    },
    "phase": {
        "before": _w("value", "Before the correction"),
        "after": _w("value", "After the correction"),
    },
    "user_confirmed": {
        "solved": _w("value", "Solved"),
        "not_solved": _w("value", "Not solved"),
        "no_answer": _w("value", "No answer"),
        "withdrawn": _w("value", "Withdrawn"),
        "merged": _w("value", "Merged"),
        "waiting": _w("value", "Not answered yet"),
    },
}
_YES_NO_UNKNOWN: Mapping[Any, Any] = {
    "yes": _w("value", "Yes"),
    "no": _w("value", "No"),
    "unknown": _w("value", "Unknown"),
}
# Fields that share one list.
SAME_AS: Mapping[str, str] = {
    "anomaly_types": "anomaly_type", "cause_classes": "cause_class", "severity_override": "severity",
    **dict.fromkeys(("cia_integrity", "cia_availability", "cia_level"), "cia_confidentiality"),
}  # fmt: skip
YES_NO_FIELDS = frozenset(
    {"personal_data", "special_category", "security_event", "ip_concerned", "training_gap"}
)


def words_of(key: str) -> Mapping[Any, Any]:
    """The words of a field's values; empty for a field without a closed list."""
    if key in YES_NO_FIELDS:
        return _YES_NO_UNKNOWN
    if key in taxonomies.KEYS:
        scheme = taxonomies.SCHEMES[key]
        return {code: scheme.said(code) for code in scheme.codes} | {
            taxonomies.NONE: _w("value", "None of this list")
        }
    return WORDS.get(SAME_AS.get(key, key), {})


def word(key: str, value: Any) -> Any:
    """What one value of a field is called; the value itself when the list does not know it."""
    return words_of(key).get(value, value)
