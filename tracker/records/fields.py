"""The fields of O2.3.1, in the order of the form: one list for the page, the print, the API and the digests.  Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.records import codes, taxonomies

SECTIONS = tuple("ABCDEFGHIJKL")

LINE, TEXT, CODE, CODES, INT, INSTANT, BOOL, ITEMS, RUNS, SHOWN = (
    "line", "text", "code", "codes", "int", "instant", "bool", "items", "runs", "shown",
)  # fmt: skip
LINE_MOST, TEXT_MOST = 300, 20_000


@dataclass(frozen=True)
class Field:
    """One field.

    home: `record`, or the lower room that owns the fact (`issue`, `evidence`), or "" where it is only shown;
    column: its name there; who: who fills it (S supervisor, E engineer, U user, M manager, Y system);
    short: whether the short form of S3/S4 shows it; later: whether the form got it after records had been signed;
    typed: whether its codes are written, since the list is too long to tick them.
    """

    key: str
    section: str
    kind: str = SHOWN
    home: str = ""
    column: str = ""
    choices: tuple[Any, ...] = ()
    who: str = "S"
    short: bool = True
    later: bool = False
    typed: bool = False

    @property
    def editable(self) -> bool:
        return self.kind != SHOWN

    @property
    def free(self) -> bool:
        """Whether people write it in their own words: its audit keeps the text apart from the entry."""
        return self.kind in (LINE, TEXT, ITEMS, RUNS)


def _field(key: str, section: str, kind: str = SHOWN, home: str = "", **more: Any) -> Field:
    if kind != SHOWN and not home:
        home = "record"
    return Field(key, section, kind, home, more.pop("column", key), **more)


def _later(key: str, section: str, kind: str, **more: Any) -> Field:
    """A field of the long form that older forms have not: while empty no signature covers it."""
    return _field(key, section, kind, later=True, **({"short": False} | more))


YNU = codes.YES_NO_UNKNOWN

FIELDS: tuple[Field, ...] = (
    _field("record_no", "A", who="Y"),
    _field("origin_issues", "A", who="Y"),
    _field("source_channel", "A", who="Y", short=False),
    _field("ai_system", "A", who="Y"),
    _field("system_version", "A", LINE, "issue"),
    _field("function", "A", CODE, "issue"),
    _field("environment", "A", LINE, "issue", short=False),
    _later("environment_kind", "A", CODE, choices=codes.ENVIRONMENTS),
    _field("reporter", "B", who="Y"),
    _field("reporter_unit", "B", who="Y"),
    _field("occurred_at", "B", INSTANT, "issue"),
    _field("occurred_precision", "B", CODE, "issue", choices=("exact", "day", "month", "unknown")),
    _field("aware_at", "B", INSTANT, "issue"),
    _field("reported_at", "B", who="Y"),
    _field("description", "B", TEXT, "issue", who="U"),
    _field("input_text", "B", TEXT, "evidence", column="input", who="U"),
    _field("actual_output", "B", TEXT, "evidence", column="actual", who="U"),
    _field("expected_output", "B", TEXT, "evidence", column="expected", who="U"),
    _later("authorities", "B", ITEMS),
    _field("trace_refs", "B", LINE, "evidence", column="trace_id", who="U", short=False),
    _later("traces", "B", ITEMS, who="U"),
    _field("attachments", "B", who="U", short=False),
    _field("reproducible", "B", CODE, choices=codes.REPRODUCIBLE),
    _field("reproduction", "B", TEXT, short=False),
    _later("reproduced_times", "B", INT),
    _later("reproduction_tries", "B", INT),
    _later("reproduction_steps", "B", ITEMS),
    _later("reproduction_files", "B", SHOWN),
    _field("need_statement", "C", TEXT, "issue"),
    _field("contact_log", "C", short=False),
    _field("need_confirmed_by", "C", who="U"),
    _field("need_confirmed_at", "C", who="U"),
    _field("need_confirmed_how", "C", who="U", short=False),
    _field("issue_kind", "C", CODE, "issue", column="kind"),
    _field("proposed_solution", "C", TEXT, "issue"),
    _field("escalation_reason", "C", TEXT, "issue"),
    _field("anomaly_type", "D", CODE, choices=(*codes.ANOMALY_TYPES, codes.UNDECIDED)),
    _field("anomaly_types", "D", CODES, choices=codes.ANOMALY_TYPES, short=False),
    *(_later(key, "D", CODES, typed=True) for key in taxonomies.KEYS),
    _field("harm_realisation", "D", CODE, choices=codes.HARM_REALISATIONS, short=False),
    _field("harm_types", "D", CODES, choices=codes.HARM_TYPES, short=False),
    _field("impact", "D", INT, choices=codes.IMPACT_LEVELS),
    _field("reach", "D", INT, choices=codes.REACHES),
    _field("severity", "D", who="Y"),
    _field("severity_override", "D", CODE, choices=("S1", "S2", "S3", "S4"), short=False),
    _field("severity_override_reason", "D", TEXT, short=False),
    _field("affected_population", "D", CODES, choices=codes.POPULATIONS, short=False),
    _field("affected_count", "D", LINE, short=False),
    _field("personal_data", "D", CODE, choices=YNU),
    _field("special_category", "D", CODE, choices=YNU, short=False),
    _field("record_count", "D", INT, short=False),
    _field("security_event", "D", CODE, choices=YNU, short=False),
    _later("cia_confidentiality", "D", INT, choices=codes.CIA_LEVELS),
    _later("cia_integrity", "D", INT, choices=codes.CIA_LEVELS),
    _later("cia_availability", "D", INT, choices=codes.CIA_LEVELS),
    _later("cia_level", "D", SHOWN, who="Y"),
    _later("eu_triggers", "D", CODES, choices=(*codes.EU_TRIGGERS, codes.NONE_OF_THEM)),
    _later("ip_concerned", "D", CODE, choices=YNU),
    _field("ip_concern", "D", TEXT, short=False),
    _later("ip_claimant", "D", LINE),
    _later("ip_material", "D", TEXT),
    _later("ip_licence", "D", LINE),
    _later("ip_answer", "D", TEXT),
    _field("containment", "E", ITEMS),
    _field("containment_none_because", "E", TEXT),
    _field("already_out", "E", TEXT, short=False),
    _field("workaround", "E", TEXT, "issue"),
    _field("team", "F", ITEMS, short=False),
    _field("assigned_to", "F", who="Y"),
    _field("escalated_at", "F", who="Y"),
    _field("ack_at", "F", who="Y"),
    _field("five_whys", "G", ITEMS, who="E", short=False),
    _field("cause_class", "G", CODE, choices=codes.CAUSE_CLASSES, who="E"),
    _field("cause_classes", "G", CODES, choices=codes.CAUSE_CLASSES, who="E", short=False),
    _later("cause_artefact", "G", LINE, who="E", short=True),
    _field("root_cause", "G", TEXT, who="E"),
    _field("escape_cause", "G", TEXT, who="ES", short=False),
    _later("escape_reference", "G", LINE, who="ES"),
    _field("similar_check", "G", TEXT, short=False),
    _later("similar_systems", "G", ITEMS),
    _field("cause_not_found", "G", TEXT, who="E"),
    _field("corrections", "H", ITEMS, who="E"),
    _field("corrective_actions", "H", ITEMS, who="SE", short=False),
    _field("preventive_actions", "H", ITEMS, short=False),
    _field("preventive_none_because", "H", TEXT, short=False),
    _field("fixed_in_version", "H", LINE, who="E", short=False),
    _later("regression_cases", "I", ITEMS, who="SE"),
    _field("proof_kind", "I", CODE, choices=codes.PROOF_KINDS),
    _field("proof_steps", "I", TEXT, who="SE"),
    _field("proof_before", "I", TEXT, who="SE"),
    _field("proof_after", "I", TEXT, who="SE"),
    _later("proof_evidence", "I", LINE, who="SE"),
    _field("verification_runs", "I", RUNS, who="E"),
    _field("verified_by", "I", who="S"),
    _field("verified_at", "I", who="S"),
    _field("verification_result", "I", LINE),
    _field("same_person_reason", "I", who="S"),
    _field("user_reply_sent_at", "J", who="S"),
    _field("user_confirmed", "J", who="U"),
    _field("satisfaction", "J", who="U"),
    _field("training_gap", "K", CODE, choices=YNU),
    _field("training_note", "K", TEXT),
    _later("training_sessions", "K", ITEMS),
    _later("material_changed", "K", TEXT),
    _field("notices", "K", ITEMS, who="SM", short=False),
    _field("signoff_supervisor", "L", who="S"),
    _field("signoff_manager", "L", who="M"),
    _field("effect_checks", "L", who="S"),
    _field("closed_at", "L", who="Y"),
    _field("close_code", "L", who="S"),
    _field("conclude_reason", "L", who="S"),
    _field("lessons", "L", TEXT),
    _field("retain_until", "L", who="Y", short=False),
    _later("retain_override", "L", INSTANT),
    _later("retain_reason", "L", TEXT),
)  # fmt: skip

BY_KEY: Mapping[str, Field] = {field.key: field for field in FIELDS}
EDITABLE = frozenset(field.key for field in FIELDS if field.editable) | {"long_form"}
# What the person to whom the anomaly was escalated may fill: G, H, I and how it reproduces.
ENGINEER_KEYS = frozenset(
    field.key for field in FIELDS if field.editable and field.section in "GHI" and not field.key.startswith("similar_")
) | {
    "reproducible", "reproduction", "reproduced_times", "reproduction_tries", "reproduction_steps", "traces",
}  # fmt: skip
# A manager answers for what the law asks, and for how long the record is kept.
MANAGER_KEYS = frozenset({
    "proof_kind", "proof_steps", "lessons", "security_event", "cia_confidentiality", "cia_integrity",
    "cia_availability", "eu_triggers", "retain_override", "retain_reason",
})  # fmt: skip
# What a leading record carries for its siblings.
LED = frozenset(field.key for field in FIELDS if field.home == "record" and field.section in "GHI") - {
    "verification_result"
}
AFTER_CLOSING = frozenset({"lessons", "notices", "retain_override", "retain_reason"})
# The facts of a line; those of the second list came later: while empty no signature covers them.
ITEM_FACTS = (
    "what", "target_kind", "reference", "evidence", "dimension", "owner_id", "by_name", "due_at", "done_at",
)  # fmt: skip
LATER_FACTS = ("effective", "standing", "artefact", "version")


def of_section(section: str) -> tuple[Field, ...]:
    """The fields of one section, in order."""
    return tuple(field for field in FIELDS if field.section == section)


class Unreadable(ValueError):
    """A value that a field cannot take; `reason` is one of the keys of `allowing.WRONG`, or `code`.

    `given` is the code that no list has, `near` those that look like it.
    """

    def __init__(self, reason: str, given: str = "", near: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason, self.given, self.near = reason, given, near


def read(field: Field, value: Any) -> Any:
    """The value in the field's own type, from what a form or the API sent; raises Unreadable."""
    if field.kind in (LINE, TEXT):
        return _words(value, LINE_MOST if field.kind == LINE else TEXT_MOST)
    if field.kind == CODE:
        return _code(field, value)
    if field.typed:
        return _written(field, value)
    if field.kind == CODES:
        return _codes(field, value)
    if field.kind == INT:
        return _number(field, value)
    if field.kind == INSTANT:
        return instant(value)
    return value


def _words(value: Any, most: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable("text")
    text = value.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(text) > most:
        raise Unreadable("long")
    return text


def _code(field: Field, value: Any) -> Any:
    if value in (None, ""):
        return ""
    if field.choices and value not in field.choices:
        raise Unreadable("choice")
    return value


def _codes(field: Field, value: Any) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or any(one not in field.choices for one in value):
        raise Unreadable("choice")
    return tuple(one for one in field.choices if one in value)


def _written(field: Field, value: Any) -> tuple[str, ...]:
    try:
        return taxonomies.read(field.key, value)
    except taxonomies.Unknown as error:
        raise Unreadable("code", error.given, error.near) from None


def _number(field: Field, value: Any) -> int | None:
    if value in (None, ""):
        return None
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise Unreadable("number")
    try:
        number = int(value)
    except ValueError:
        raise Unreadable("number") from None
    if field.choices and number not in field.choices:
        raise Unreadable("choice")
    if not 0 <= number <= 2_000_000_000:
        raise Unreadable("number")
    return number


def instant(value: Any) -> datetime | None:
    """An aware instant, from itself or from RFC 3339; raises Unreadable."""
    if value in (None, ""):
        return None
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise Unreadable("date") from None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise Unreadable("date")
    return value
