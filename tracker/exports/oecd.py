"""The OECD's common reporting framework for AI incidents (2025): 29 criteria, 7 of them mandatory, from one record.

The lists of criteria 3 and 19 are not public in full, so we say them in our own words; severity is proposed from harm,
impact and reach, and a person confirms or changes it.
"""

from collections.abc import Callable

from tracker.exports.outward import DIRECT, MISSING, PARTIAL, Line, Told, unasked
from tracker.exports.outward_words import OECD_SEVERITY_WORDS
from tracker.records import taxonomies

MANDATORY = frozenset({1, 2, 3, 4, 7, 10, 11})
COUNT = 29
SEVERITIES = ("hazard", "serious_hazard", "incident", "serious_incident", "disaster", "other")
HARM_TYPES = {
    "physical": "physical", "psychological": "psychological", "reputational": "reputational",
    "economic": "economic/property", "environmental": "environmental",
    "public_interest": "public interest/critical infrastructure", "rights": "human or fundamental rights",
    "other": "other",
}  # fmt: skip


def proposed_severity(realisation: str, impact: int | None, reach: int | None) -> str:
    """Criterion 10 as we would put it; empty while harm or impact is not known."""
    if impact is None or not realisation:
        return ""
    if realisation != "realised":
        return "serious_hazard" if impact >= 3 else "hazard"
    if impact == 4 and (reach or 0) >= 3:
        return "disaster"
    return "serious_incident" if impact >= 3 else "incident"


def report(told: Told, confirmed: str = "") -> list[Line]:
    """The 29 criteria in order; `confirmed` is the severity that a person decided on."""
    found = [made(told) for made in CRITERIA]
    found[9] = _severity(told, confirmed)
    return found


def _plain(number: int, *keys: str) -> Callable[[Told], Line]:
    return lambda told: told.direct(str(number), *keys, required=number in MANDATORY)


def _near(number: int, *keys: str) -> Callable[[Told], Line]:
    return lambda told: told.partial(str(number), *keys, required=number in MANDATORY)


def _none(number: int) -> Callable[[Told], Line]:
    return lambda told: unasked(str(number), number in MANDATORY)


def _title(told: Told) -> Line:
    return Line(
        "1", True, PARTIAL if told.sealed else DIRECT, told.title, ("description",), "sealed" * told.sealed
    )


def _relation(told: Told) -> Line:
    """How the AI system relates to the incident, in our own words: the type, what it gave, the class of the cause."""
    return told.partial("3", "anomaly_type", "actual_output", "cause_class", required=True, note="own_words")


def _submitter(told: Told) -> Line:
    us = told.us
    contact = " ".join(filter(None, (us.name, us.help_phone)))
    state = DIRECT if us.name and us.help_phone else PARTIAL if contact else MISSING
    return Line("4", True, state, contact, ("organisation",), "" if state == DIRECT else "organisation")


def _first_known(told: Told) -> Line:
    """The day it happened; only nearly, where the record knows the month alone."""
    line = told.direct("5", "occurred_at")
    exact = told.values.get("occurred_precision") in ("exact", "day")
    if line.state == MISSING:
        return told.partial("5", "aware_at", note="aware")
    return (
        line
        if exact
        else Line("5", False, PARTIAL, line.value, ("occurred_at", "occurred_precision"), "inexact")
    )


def _system(told: Told) -> Line:
    line = told.direct("8", "ai_system", "system_version")
    return line if told.values.get("system_version") else told.partial("8", "ai_system", note="no_version")


def _organisations(told: Told) -> Line:
    system = told.wanted.whole.record.system
    maker = system.vendor_name if system.operated_by == "vendor" else told.us.name
    names = list(dict.fromkeys(name for name in (maker, told.us.name) if name))
    state = DIRECT if maker and told.us.name else PARTIAL if names else MISSING
    return Line(
        "9", False, state, "\n".join(names), ("ai_system",), "" if state == DIRECT else "organisation"
    )


def _severity(told: Told, confirmed: str) -> Line:
    values = told.values
    keys = ("harm_realisation", "impact", "reach")
    found = confirmed or proposed_severity(
        values.get("harm_realisation") or "", values.get("impact"), values.get("reach")
    )
    state = DIRECT if confirmed else PARTIAL if found else MISSING
    note = "" if confirmed else "proposed" if found else "empty"
    return Line(
        "10", True, state, str(OECD_SEVERITY_WORDS.get(found, "")), keys, note, (found,) if found else ()
    )


def _harm(told: Told) -> Line:
    given = tuple(told.values.get("harm_types") or ())
    line = told.direct("11", "harm_types", required=True)
    return Line(
        "11", True, line.state, line.value, line.sources, line.note, tuple(HARM_TYPES[one] for one in given)
    )


def _misuse(told: Told) -> Line:
    """Wrongful use is what cause and type say of it; while neither is known nothing is."""
    line = told.partial("13", "anomaly_type", "cause_class")
    wrongful = told.values.get("anomaly_type") == "AN08" or told.values.get("cause_class") == "CC9"
    return Line("13", False, DIRECT, line.value, line.sources) if wrongful else line


def _rights(told: Told) -> Line:
    line = told.partial("15", "harm_types")
    named = "rights" in (told.values.get("harm_types") or ())
    return line if named else Line("15", False, MISSING, "", ("harm_types",), "empty")


def _critical(told: Told) -> Line:
    named = "public_interest" in (told.values.get("harm_types") or ())
    line = told.partial("19", "harm_types", note="own_words")
    return line if named else Line("19", False, MISSING, "", ("harm_types",), "empty")


def _model(told: Told) -> Line:
    evidence = told.wanted.whole.evidence
    named = f"{evidence.model} {evidence.model_version}".strip() if evidence else ""
    return Line(
        "22", False, PARTIAL if named else MISSING, named, ("traces",), "no_link" if named else "empty"
    )


def _autonomy(told: Told) -> Line:
    """Only an agent's own act tells how far it may act by itself."""
    if told.values.get("anomaly_type") == "AN09":
        return told.partial("26", "anomaly_type")
    return Line("26", False, MISSING, "", ("anomaly_type",), "no_field")


def _additional(told: Told) -> Line:
    """Cause and lesson, then the codes of the field's own lists."""
    line = told.direct("29", "root_cause", "lessons")
    found = [
        (taxonomies.SCHEMES[key], one.codes)
        for key, one in taxonomies.standing(told.values).items()
        if one.codes
    ]
    lines = [f"{scheme.name}: {'; '.join(scheme.said(code) for code in codes)}" for scheme, codes in found]
    value = "\n".join(filter(None, [line.value, *lines]))
    codes = tuple(f"{scheme.name}: {code}" for scheme, given in found for code in given)
    sources = (*line.sources, *taxonomies.KEYS)
    return Line("29", False, DIRECT if value else MISSING, value, sources, told.why_empty(value), codes)


CRITERIA: tuple[Callable[[Told], Line], ...] = (
    _title, _plain(2, "description"), _relation, _submitter, _first_known, _none(6),
    _plain(7, "attachments", "trace_refs", "traces"), _system, _organisations, _none(10), _harm,
    _plain(12, "affected_count", "record_count"), _misuse, _plain(14, "affected_population"), _rights, _none(16),
    _none(17), _near(18, "function"), _critical, _near(20, "reach"), _near(21, "cause_artefact"), _model,
    _near(23, "ip_concern"), _near(24, "similar_systems", "similar_check"), _near(25, "function", "expected_output"),
    _autonomy, _plain(27, "containment", "corrections", "corrective_actions", "preventive_actions"),
    _plain(28, "reproduction", "reproduction_steps"), _additional,
)  # fmt: skip
