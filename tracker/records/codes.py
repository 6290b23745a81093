"""The closed lists of the record (domain §1.2, §2; decisions §3): codes only, their words stand in `words`.  Pure."""

from tracker.systems.rules import ARTEFACT_KINDS

ANOMALY_TYPES = tuple(f"AN{n:02d}" for n in range(1, 17))
UNDECIDED = "undecided"
OUTPUT_FAULTS = frozenset({"AN01", "AN02", "AN03", "AN04", "AN05", "AN09", "AN10", "AN11"})
CAUSE_CLASSES = tuple(f"CC{n}" for n in range(1, 13))
# Where each cause class points back to in the standard: indicator codes first, then outputs.
CAUSE_POINTS_TO = {
    "CC1": "P1.2.1, P2.2.2, O1.2.1", "CC2": "P2.1.1, P2.1.2, P2.2.3, O2.1.1", "CC3": "P2.2.1, O2.2.1",
    "CC4": "P2.2.2", "CC5": "P2.1.2, P2.2.3", "CC6": "O1.1.1, P1.1.3", "CC7": "P1.1.2, O1.1.1",
    "CC8": "P2.3.1, P1.2.3", "CC9": "P2.3.1", "CC10": "K05", "CC11": "", "CC12": "P2.3.2",
}  # fmt: skip
HARM_REALISATIONS = ("realised", "near_miss", "potential")
HARM_TYPES = (
    "physical", "psychological", "reputational", "economic", "environmental", "public_interest", "rights", "other",
)  # fmt: skip
POPULATIONS = (
    "general_users", "employees", "customers", "minors", "elderly", "patients", "disabled", "specific_group",
    "public", "organisation", "unknown",
)  # fmt: skip
YES_NO_UNKNOWN = ("yes", "no", "unknown")
# D7: levels of a security event for each of confidentiality, integrity and availability.
CIA_LEVELS = (0, 1, 2, 3, 4)
# D8: Regulation (EU) 2024/1689, art. 3(49) (a) to (d) and 3(61).
EU_TRIGGERS = (
    "death", "serious_health", "critical_infrastructure", "rights", "property_environment", "widespread",
)  # fmt: skip
NONE_OF_THEM = "none"
REPRODUCIBLE = ("always", "sometimes", "no", "not_tried")
PROOF_KINDS = ("cases", "tried_by_hand", "vendor_statement", "watched", "waived")
CLOSE_CODES = ("solved", "not_an_anomaly", "external", "workaround_accepted", "wont_fix", "cause_not_found")
CONCLUDE_CODES = CLOSE_CODES[1:]
DIMENSIONS = ("management", "technology", "people", "resources")
ENVIRONMENTS = ("production", "trial", "test", "training", "other")
EFFECTS = ("yes", "no", "unknown")
STANDINGS = ("planned", "in_work", "done", "dropped")
CORRECTION_TARGETS = (*ARTEFACT_KINDS, "other")
# In what a cause of a class most often lies, for an artefact that is named for the first time.
CAUSE_LIES_IN = {
    "CC1": "labelling_rule", "CC2": "dataset", "CC3": "acceptance_criteria", "CC4": "model", "CC5": "prompt",
    "CC6": "software", "CC7": "manual", "CC8": "manual", "CC9": "manual", "CC10": "model",
}  # fmt: skip

# D4: severity by impact (row) and reach (column 1 to 4).
MATRIX = {
    0: ("S4", "S4", "S4", "S3"),
    1: ("S4", "S4", "S3", "S3"),
    2: ("S3", "S3", "S2", "S2"),
    3: ("S2", "S2", "S1", "S1"),
    4: ("S1", "S1", "S1", "S1"),
}
IMPACT_LEVELS = (0, 1, 2, 3, 4)
REACHES = (1, 2, 3, 4)


def severity(impact: int | None, reach: int | None, harm_realisation: str = "") -> str:
    """D4 from the matrix; a near miss counts one step less, yet never below S3 when impact is 3 or more."""
    if impact is None or reach is None:
        return ""
    found = MATRIX[impact][reach - 1]
    if harm_realisation != "near_miss":
        return found
    step = f"S{min(int(found[1]) + 1, 4)}"
    return min(step, "S3") if impact >= 3 else step


def cia_level(*levels: int | None) -> int | None:
    """D7: the level of the event is the highest of its dimensions; None while none of them is known."""
    return max((one for one in levels if one is not None), default=None)
