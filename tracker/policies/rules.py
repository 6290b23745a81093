"""What a policy is made of: rules, each with its clock, for whom it holds, how long it runs, whom it tells.  Pure.

Hours and days are working time of the calendar that the case goes by.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from typing import Protocol

HOUR, DAY = "hour", "day"
UNITS = (HOUR, DAY)
SEVERITIES = ("S1", "S2", "S3", "S4")
PRESET_NAMES = ("slow", "normal", "tight")
NORMAL = "normal"

OWNER, SUPERVISORS, MANAGERS, ON_DUTY, REPORTER, SAFETY = (
    "owner", "supervisors", "managers", "on_duty", "reporter", "safety",
)  # fmt: skip
RECIPIENTS = (OWNER, SUPERVISORS, MANAGERS, ON_DUTY, REPORTER, SAFETY)

FIRST_RESPONSE, NEXT_UPDATE, USER_ANSWER, URGENT = "first_response", "next_update", "user_answer", "urgent"
ASSIGN, VERIFY, CONFIRM, SIGNOFF, CLOSE, HOLD = "assign", "verify", "confirm", "signoff", "close", "hold"
ACKNOWLEDGE, EXPECTED, CORRECT = "acknowledge", "expected", "correct"
EFFECT_CHECK, ACTION = "effect_check", "action"
CLOCKS = (
    URGENT, FIRST_RESPONSE, NEXT_UPDATE, USER_ANSWER, ASSIGN, ACKNOWLEDGE, EXPECTED, CORRECT, VERIFY, CONFIRM,
    SIGNOFF, EFFECT_CHECK, CLOSE, HOLD, ACTION,
)  # fmt: skip
# Those that run for a time the policy gives, and those that run until an instant agreed on in the case.
TIMED = (FIRST_RESPONSE, NEXT_UPDATE, USER_ANSWER, ASSIGN, ACKNOWLEDGE, VERIFY, CONFIRM, SIGNOFF, CLOSE)
AGREED = (EXPECTED, CORRECT, EFFECT_CHECK, HOLD, ACTION)
# What a policy has a rule for; an urgent notice waits for no rule (decisions §3.3).
RULED = (
    FIRST_RESPONSE, NEXT_UPDATE, USER_ANSWER, ASSIGN, ACKNOWLEDGE, EXPECTED, CORRECT, VERIFY, CONFIRM, SIGNOFF,
    EFFECT_CHECK, CLOSE, HOLD, ACTION,
)  # fmt: skip
# Clocks of an issue itself, whose work can be given to another supervisor.
HANDED = (FIRST_RESPONSE, NEXT_UPDATE)

# When a step falls due: after a share of the allowance, when it has run out, so long after that, again and again.
SHARE, DUE, AFTER, AGAIN = "share", "due", "after", "again"
WHENS = (SHARE, DUE, AFTER, AGAIN)

# What the system does at a step beside telling.
ASK, CLOSES, LAPSES, RAISE = "ask", "close", "lapse", "raise"
TO_DEPUTY, TO_SUPERVISOR, TO_DUTY = "reassign_deputy", "reassign_supervisor", "reassign_on_duty"
REASSIGNS = (TO_DEPUTY, TO_SUPERVISOR, TO_DUTY)
ACTS = (ASK, CLOSES, LAPSES, RAISE, *REASSIGNS)


@dataclass(frozen=True)
class Allowance:
    """How long a clock runs, by severity S1 to S4, in working hours or working days."""

    unit: str
    amounts: tuple[float, float, float, float]

    def of(self, severity: str) -> float:
        """The amount for a severity; that of S4 when none is known yet."""
        return self.amounts[SEVERITIES.index(severity) if severity in SEVERITIES else 3]


@dataclass(frozen=True)
class Step:
    """One rung as it fires: its name in the ledger, whom it tells, what the system does there.

    `level` says how many levels above the nearest manager are told too, where the step raises the case.
    """

    name: str
    to: tuple[str, ...]
    does: str = ""
    level: int = 0

    @property
    def acts(self) -> bool:
        """Whether the system changes the case by itself there."""
        return self.does in (CLOSES, LAPSES, *REASSIGNS)


@dataclass(frozen=True)
class Stage:
    """One rung as it is written in a policy.

    `amount` is a percentage of the allowance (`share`), working hours or days after it ran out (`after`), or the
    working days between two times (`again`); nothing for `due`.
    """

    when: str
    amount: float = 0
    unit: str = DAY
    to: tuple[str, ...] = (OWNER,)
    does: str = ""

    def step(self, clock: str, *, may_close: bool = True) -> Step:
        """The rung that fires here; the system closes only what it may, else its owner hears of it."""
        does = "" if self.does == CLOSES and not may_close else self.does
        return Step(_name(self, clock, does), self.to, does)


def _name(stage: Stage, clock: str, does: str) -> str:
    named = {ASK: "remind", CLOSES: "close_unanswered", LAPSES: "lapse", RAISE: "raised"}
    if stage.when == AGAIN:
        return "weekly"
    if does in named:
        return named[does]
    if does in REASSIGNS:
        return "reassigned"
    if stage.when == SHARE:
        return "due_soon"
    if stage.when == DUE:
        return "no_answer" if clock == USER_ANSWER else "overdue"
    if MANAGERS in stage.to:
        return "to_manager"
    return "to_supervisor" if SUPERVISORS in stage.to else "still_overdue"


class Ruled(Protocol):
    """What the rules of a policy ask of a case."""

    @property
    def chase_policy(self) -> str:
        """The version that the case began with; empty while it has none."""

    @property
    def severity(self) -> str:
        """S1 to S4."""

    @property
    def kind(self) -> str | None:
        """What kind of issue it is, where it is one."""

    @property
    def system_id(self) -> int:
        """The system it is about."""

    @property
    def unit_id(self) -> int | None:
        """The unit it came from."""


@dataclass(frozen=True)
class About:
    """The circumstances of a case that a rule may be limited to; `units` are its own and those above it."""

    severity: str = ""
    system: int | None = None
    units: tuple[int, ...] = ()
    kind: str = ""


@dataclass(frozen=True)
class Only:
    """Whom a rule holds for; nothing named means everybody."""

    severities: tuple[str, ...] = ()
    systems: tuple[int, ...] = ()
    units: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()

    def fits(self, case: About) -> bool:
        """Whether the rule holds for a case; one of unknown severity counts as S4."""
        severity = case.severity if case.severity in SEVERITIES else SEVERITIES[-1]
        return (
            (not self.severities or severity in self.severities)
            and (not self.systems or case.system in self.systems)
            and (not self.units or not set(self.units).isdisjoint(case.units))
            and (not self.kinds or case.kind in self.kinds)
        )

    @property
    def everybody(self) -> bool:
        """Whether nothing is named."""
        return self == Only()


@dataclass(frozen=True)
class Rule:
    """What holds for one clock: for whom, how long, and the ladder."""

    clock: str
    steps: tuple[Stage, ...]
    allowance: Allowance | None = None
    only: Only = field(default_factory=Only)

    def digest(self, severity: str) -> str:
        """Names what this rule means for a severity, so that an unchanged one restarts nothing."""
        return _digest(self, severity)


@lru_cache(maxsize=4096)
def _digest(rule: Rule, severity: str) -> str:
    amount = (rule.allowance.unit, rule.allowance.of(severity)) if rule.allowance is not None else None
    return json.dumps([amount, [asdict(stage) for stage in rule.steps]], sort_keys=True)


@dataclass(frozen=True)
class Policy:
    """All rules; of those for a clock the first that fits a case holds.  `ref` names the version, empty for a draft."""

    rules: tuple[Rule, ...]
    ref: str = ""

    def rule(self, clock: str, case: About) -> Rule | None:
        """The rule for a clock of this case."""
        return next((one for one in self.of(clock) if one.only.fits(case)), None)

    def of(self, clock: str) -> Iterator[Rule]:
        """The rules for a clock, in their order."""
        return (one for one in self.rules if one.clock == clock)

    @property
    def by_unit(self) -> bool:
        """Whether any rule asks for the unit of a case."""
        return any(one.only.units for one in self.rules)

    def named(self, ref: str) -> "Policy":
        """The same rules as this version."""
        return replace(self, ref=ref)
