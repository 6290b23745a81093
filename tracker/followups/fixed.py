"""What no policy can change of chasing: the steps and clocks that the engine itself rules, and what goes first.  Pure.

How long every other clock runs and whom its steps tell is data: `tracker/policies/`.
"""

from tracker.policies.rules import (
    AFTER,
    AGAIN,
    DUE,
    HOUR,
    LAPSES,
    MANAGERS,
    OWNER,
    REPORTER,
    SAFETY,
    SHARE,
    SUPERVISORS,
    URGENT,
    Allowance,
    Rule,
    Stage,
    Step,
)

REMIND, CLOSE_UNANSWERED, LAPSE = "remind", "close_unanswered", "lapse"
# What cannot wait is told to all of them at once (decisions §3.3).
TELL = Step("tell", (OWNER, SUPERVISORS, MANAGERS, SAFETY))
# A person presses 立即催辦, beside the plan.
BY_HAND = Step("by_hand", (OWNER,))
BY_HAND_TO_USER = Step("by_hand", (REPORTER,))
# Every name that a step may have in the ledger.
STEPS = (
    "due_soon", "overdue", "still_overdue", "to_supervisor", "to_manager", "raised", "reassigned", "weekly", REMIND,
    CLOSE_UNANSWERED, "no_answer", LAPSE, TELL.name, BY_HAND.name,
)  # fmt: skip

# What no policy rules, since only managers owe it: their answer to a question, and the end of a risk they accepted.
DECIDE, ACCEPTED = "decide", "accepted"
ALONG = (OWNER, SUPERVISORS)
# A ticket that is done in another tool and waits to be verified here.
ELSEWHERE = "elsewhere"
# A round of an inspection that is due; no policy rules it either.
INSPECTION, INSPECTION_ROUND = "inspection", "inspection_round"
# An opinion that was asked and has not come; whoever asked takes the question back or asks anew.
OPINION = "opinion"
FIXED = {
    DECIDE: Rule(
        DECIDE,
        (Stage(SHARE, 75), Stage(DUE), Stage(AFTER, 1, to=ALONG), Stage(AGAIN, 2, to=ALONG)),
        Allowance(HOUR, (2, 4, 8, 16)),
    ),
    INSPECTION: Rule(
        INSPECTION,
        (Stage(SHARE, 75), Stage(DUE), Stage(AFTER, 1, to=ALONG), Stage(AFTER, 3, to=(*ALONG, MANAGERS)),
         Stage(AGAIN, 5, to=(*ALONG, MANAGERS))),
    ),
    ELSEWHERE: Rule(
        ELSEWHERE,
        (Stage(SHARE, 75), Stage(DUE), Stage(AFTER, 1, to=ALONG), Stage(AGAIN, 3, to=ALONG)),
        Allowance(HOUR, (4, 8, 16, 24)),
    ),
    OPINION: Rule(
        OPINION,
        (Stage(SHARE, 75), Stage(DUE), Stage(AFTER, 1, to=ALONG), Stage(AGAIN, 3, to=ALONG)),
    ),
    ACCEPTED: Rule(ACCEPTED, (Stage(SHARE, 75), Stage(DUE, to=ALONG, does=LAPSES))),
}  # fmt: skip
# What the law asks for (`statutory`), and the facts that decide whether it does: neither policy nor pause touches them.
STATUTORY, STATUTORY_FACTS = "statutory", "statutory_facts"
BY_LAW = frozenset({STATUTORY, STATUTORY_FACTS})
# At these steps a case has climbed to its managers.
CLIMBED = ("to_manager", "raised", "weekly")

ASK_GAP_DAYS = 3
"""However late a reminder went out, the next step gives the user this many working days."""

RANKS = {"S1": 1, "S2": 2, "S3": 3, "S4": 4}
URGENT_RANK = 0


def rank(clock: str, severity: str) -> int:
    """What goes first when much is due: urgent notices and what the law asks for, then by severity."""
    return URGENT_RANK if clock == URGENT or clock in BY_LAW else RANKS.get(severity, 4)


def by_law(clock: str, key: str) -> Rule:
    """The rule of a statutory clock, whose plan names the shares of its time at which it warns, and whom a breach
    goes to: `50,80|managers`.  Every day of the year counts alike; once late it is told anew each day."""
    shares, _sep, breach = key.partition("|")
    owed, late = (OWNER, SAFETY), (OWNER, SAFETY, SUPERVISORS, *((MANAGERS,) if breach == MANAGERS else ()))
    warned = tuple(Stage(SHARE, float(share), to=owed) for share in shares.split(",") if share)
    return Rule(clock, (*warned, Stage(DUE, to=late), Stage(AGAIN, 1, to=late)))
