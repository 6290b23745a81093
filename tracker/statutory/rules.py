"""What a statutory rule is made of, in the types that the clocks read.  Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracker.records import codes

YES, NO, UNKNOWN = "yes", "no", "unknown"
HOURS, DAYS, MONTHS, IMMEDIATELY, WITH_CLOCK, AFTER_CLOCK = (
    "hours", "days", "months", "immediately", "with_clock", "after_clock",
)  # fmt: skip
DUE_KINDS = (HOURS, DAYS, MONTHS, IMMEDIATELY, WITH_CLOCK, AFTER_CLOCK)
STRICT, NEXT_WORKDAY = "strict_24h", "exclude_first_day_next_workday"
COUNTINGS = (STRICT, NEXT_WORKDAY)
STARTS = ("aware_at", "occurred_at", "reported_at", "received_at")
MARKS = ("V", "V2", "R")
ON_BREACH = ("notify_manager", "log")
PENDING = "pending"
WARNINGS = ("50%", "80%", "-2h")

TRIGGERS = codes.EU_TRIGGERS
NONE_OF_THEM = codes.NONE_OF_THEM
# By which way somebody was told.
WAYS = ("portal", "mail", "post", "phone", "in_person", "public", "other")
ROLES = ("provider", "deployer", "both", "neither", UNKNOWN)
TIERS = ("high", "limited", "minimal", UNKNOWN)
YNU = (YES, NO, UNKNOWN)

# Every fact that a condition may name: its values, or None where it is a number.
FACTS: Mapping[str, tuple[str, ...] | None] = {
    "org.public_body": YNU, "org.critical_provider": YNU, "org.finance_or_health": YNU, "org.eu": YNU,
    "org.eu_role": ROLES, "org.digital_economy": YNU, "system.eu_tier": TIERS, "system.holds_10000": YNU,
    "harm": YNU, "personal_data": YNU, "special_category": YNU, "record_count": None, "security_event": YNU,
    "cia_level": None, "eu_triggers": TRIGGERS,
}  # fmt: skip
# Those asked once for the organisation or a system, beside the four questions of the set-up.
ORGANISATION_FACTS = ("org.eu_role", "org.digital_economy")
SYSTEM_FACTS = ("system.eu_tier", "system.holds_10000")


@dataclass(frozen=True)
class Due:
    """How long: `n` hours, days or months; `clock` names another rule for with_clock and after_clock."""

    kind: str
    n: int = 0
    unit: str = HOURS
    clock: str = ""


@dataclass(frozen=True)
class Rule:
    """One statutory clock as the law, or the organisation itself, sets it."""

    id: str
    title: Mapping[str, str]
    citation: str
    checked_on: date
    due: Due
    recipient: Mapping[str, str]
    when: Any
    group: str = ""
    mark: str = "R"
    needs_check: bool = False
    effective_from: date | None = None
    pending: bool = False
    enabled: bool = True
    profile: Any = None
    start: str = "aware_at"
    counting: str = STRICT
    zone: str = ""
    allows_interim: bool = False
    evidence_hold: bool = False
    report: str = ""
    warn_at: tuple[str, ...] = WARNINGS
    on_breach: tuple[str, ...] = ON_BREACH
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def after(self) -> str:
        """The rule or group whose clock, once done, starts this one."""
        return self.start[len("clock:") : -len(".done_at")] if self.start.startswith("clock:") else ""

    @property
    def unchecked(self) -> bool:
        """Whether a person has to check the number before anybody relies on it."""
        return self.mark == "R" or self.needs_check

    @property
    def immediate(self) -> bool:
        return self.due.kind == IMMEDIATELY

    def in_force(self, day: date) -> bool:
        """Whether the law held on that day."""
        return not self.pending and (self.effective_from is None or self.effective_from <= day)
