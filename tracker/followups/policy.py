"""The default policy, to be read like a table: how long each clock runs, who is told at each step.  Pure.

Hours and days are working time of the organisation's calendar (decisions §3.5).
"""

from dataclasses import dataclass

HOUR, DAY = "hour", "day"
OWNER, SUPERVISORS, MANAGERS, REPORTER, SAFETY = "owner", "supervisors", "managers", "reporter", "safety"

FIRST_RESPONSE, NEXT_UPDATE, USER_ANSWER, URGENT = "first_response", "next_update", "user_answer", "urgent"
ASSIGN, VERIFY, CONFIRM, SIGNOFF, CLOSE, HOLD = "assign", "verify", "confirm", "signoff", "close", "hold"
ACKNOWLEDGE, EXPECTED, CORRECT = "acknowledge", "expected", "correct"
EFFECT_CHECK, ACTION = "effect_check", "action"
CLOCKS = (
    URGENT, FIRST_RESPONSE, NEXT_UPDATE, USER_ANSWER, ASSIGN, ACKNOWLEDGE, EXPECTED, CORRECT, VERIFY, CONFIRM,
    SIGNOFF, EFFECT_CHECK, CLOSE, HOLD, ACTION,
)  # fmt: skip


@dataclass(frozen=True)
class Allowance:
    """How long a clock runs, by severity S1 to S4, in working hours or working days."""

    unit: str
    amounts: tuple[float, float, float, float]

    def of(self, severity: str) -> float:
        """The amount for a severity; the longest when none is known yet."""
        return self.amounts[int(severity[1]) - 1] if severity in ("S1", "S2", "S3", "S4") else self.amounts[3]


ALLOWANCES = {
    FIRST_RESPONSE: Allowance(HOUR, (1, 4, 8, 16)),
    NEXT_UPDATE: Allowance(DAY, (1, 2, 3, 5)),
    ASSIGN: Allowance(HOUR, (1, 4, 8, 16)),
    ACKNOWLEDGE: Allowance(HOUR, (0.5, 2, 4, 8)),
    VERIFY: Allowance(DAY, (1, 2, 3, 5)),
    # A net under the users' own clocks: somebody looks when they have all run out.
    CONFIRM: Allowance(DAY, (12, 12, 12, 12)),
    SIGNOFF: Allowance(DAY, (1, 2, 3, 5)),
    CLOSE: Allowance(DAY, (3, 3, 5, 5)),
}


@dataclass(frozen=True)
class Step:
    """One rung: its name, whom it tells, and whether the system acts by itself there."""

    name: str
    to: tuple[str, ...]
    acts: bool = False

    @property
    def escalates(self) -> bool:
        """Whether somebody beyond those who owe the work is told."""
        return MANAGERS in self.to or SUPERVISORS in self.to


# The ladder of every clock with a due time; the last rung repeats for ever, so that there is never silence.
DUE_SOON = Step("due_soon", (OWNER,))
OVERDUE = Step("overdue", (OWNER,))
TO_SUPERVISOR = Step("to_supervisor", (OWNER, SUPERVISORS))
TO_MANAGER = Step("to_manager", (OWNER, SUPERVISORS, MANAGERS))
WEEKLY = Step("weekly", (OWNER, SUPERVISORS, MANAGERS))
# Waiting for the user: asked again twice, then the case is closed by the system or given back to its owner.
REMIND = Step("remind", (REPORTER,))
CLOSE_UNANSWERED = Step("close_unanswered", (OWNER,), acts=True)
NO_ANSWER = Step("no_answer", (OWNER,))
# The date an engineer gave has passed: the escalation falls back to "sent" and climbs again.
LAPSE = Step("lapse", (OWNER, SUPERVISORS), acts=True)
TELL = Step("tell", (OWNER, SUPERVISORS, MANAGERS, SAFETY))
# A person presses 立即催辦, beside the plan.
BY_HAND = Step("by_hand", (OWNER,))
BY_HAND_TO_USER = Step("by_hand", (REPORTER,))
STEPS = {
    step.name: step
    for step in (
        DUE_SOON, OVERDUE, TO_SUPERVISOR, TO_MANAGER, WEEKLY, REMIND, CLOSE_UNANSWERED, NO_ANSWER, LAPSE, TELL,
        BY_HAND,
    )
}  # fmt: skip

DUE_SOON_SHARE = 0.75
"""A quarter of the time is left when this share of it has passed."""
REMIND_DAYS = (3, 7)
"""Working days after the question when the user is asked again; a how-to is asked once."""
UNANSWERED_DAYS = {True: 10, False: 7}
"""Working days after the question when it counts as unanswered: asked three times, or once."""
ASK_GAP_DAYS = 3
"""However late a reminder went out, the next step gives the user this many working days."""


@dataclass(frozen=True)
class Preset:
    """How strictly an office wants to be chased; `pace` stretches the allowances, the days are working days."""

    name: str
    pace: float
    supervisor_after: int
    manager_after: int
    again_every: int


PRESETS = {
    "slow": Preset("slow", pace=2.0, supervisor_after=2, manager_after=5, again_every=5),
    "normal": Preset("normal", pace=1.0, supervisor_after=1, manager_after=2, again_every=5),
    "tight": Preset("tight", pace=0.5, supervisor_after=1, manager_after=2, again_every=2),
}
RANKS = {"S1": 1, "S2": 2, "S3": 3, "S4": 4}
URGENT_RANK = 0


def rank(clock: str, severity: str) -> int:
    """What goes first when much is due: urgent notices, then by severity."""
    return URGENT_RANK if clock == URGENT else RANKS.get(severity, 4)
