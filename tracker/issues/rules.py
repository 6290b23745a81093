"""The life cycle of an issue and who may move it (P2.3.2, P2.3.3 視需求).  Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tracker.accounts import rules as people
from tracker.accounts.rules import Actor
from tracker.workflow import MANAGER, REPORTER, SUPERVISOR, SYSTEM, Need, Table, move

NEW, CONFIRMING, WAITING_USER, CONFIRMED, ANSWERED, ESCALATED, CLOSED, MERGED, WITHDRAWN = (
    "new", "confirming", "waiting_user", "confirmed", "answered", "escalated", "closed", "merged", "withdrawn",
)  # fmt: skip
OPEN = frozenset({NEW, CONFIRMING, WAITING_USER, CONFIRMED, ANSWERED, ESCALATED})
ENDED = frozenset({CLOSED, MERGED, WITHDRAWN})
STATES = (NEW, CONFIRMING, WAITING_USER, CONFIRMED, ANSWERED, ESCALATED, CLOSED, MERGED, WITHDRAWN)
BEFORE_ANSWER = frozenset({NEW, CONFIRMING, WAITING_USER, CONFIRMED})

ANOMALY, HOW_TO, FEATURE_REQUEST, DATA_CORRECTION, COMPLAINT = (
    "anomaly", "how_to", "feature_request", "data_correction", "complaint",
)  # fmt: skip
KINDS = (ANOMALY, HOW_TO, FEATURE_REQUEST, DATA_CORRECTION, COMPLAINT)

# Ordered from the worst to the least, as the report page shows them; the number is the impact of the matrix (D4).
IMPACTS = {"harm": 3, "personal_data": 3, "wrong_content": 2, "blocked": 2, "inconvenience": 1, "question": 0}
SEVERITY_AT_REACH_ONE = {0: "S4", 1: "S4", 2: "S3", 3: "S2", 4: "S1"}
SEVERITIES = ("S1", "S2", "S3", "S4")
CHANNELS = ("web", "mail", "phone", "api", "trace", "inspection", "audit", "counter", "import", "widget")
HOW_CONFIRMED = ("online", "phone", "in_person", "mail", "answered_directly", "no_answer")
REOPEN_DAYS = 30
ASKS_BEFORE_CLOSE = 3
TITLE_LENGTH = 60
# Signs that turn the direction of what follows: in a title they would turn the number and the state beside it too.
TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))

# Sorts after every real deadline, and still has a year of four digits in every time zone.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)

PUBLIC_STATES = {
    NEW: "received", CONFIRMING: "in_progress", CONFIRMED: "in_progress", ESCALATED: "in_progress",
    WAITING_USER: "waiting_for_you", ANSWERED: "please_confirm", CLOSED: "closed", MERGED: "closed",
    WITHDRAWN: "closed",
}  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """All that the guards of an issue read, loaded with at most one query a child table."""

    state: str
    kind: str | None
    severity: str
    description: str
    need_statement: str
    need_confirmed: bool
    proposed_solution: str
    escalation_reason: str
    contacts: int
    unanswered_asks: int
    solved_asks: int
    has_open_record: bool
    closed_at: datetime | None
    at: datetime
    body: str = ""
    note: str = ""
    into: int | None = None
    by_reporter: bool = False
    by_system: bool = False


def _need_confirmed(f: Facts) -> bool:
    return f.need_confirmed or f.unanswered_asks >= ASKS_BEFORE_CLOSE


def _answer_may_skip_confirming(f: Facts) -> bool:
    return f.state != NEW or f.kind != ANOMALY


def _close_allowed(f: Facts) -> bool:
    """The system closes only after three unanswered asks (how-to: one) and never S1/S2; people close with a reason."""
    if not f.by_system:
        return bool(f.note.strip())
    wanted = 1 if f.kind == HOW_TO else ASKS_BEFORE_CLOSE
    return f.severity not in ("S1", "S2") and f.solved_asks >= wanted


def _reopen_in_time(f: Facts) -> bool:
    return f.closed_at is None or f.at - f.closed_at <= timedelta(days=REOPEN_DAYS)


C1 = Need("need_statement", lambda f: bool(f.need_statement.strip()))
C2 = Need("contact_log", lambda f: f.contacts >= 1)
C3 = Need("need_confirmed", _need_confirmed)
C4 = Need("issue_kind", lambda f: f.kind is not None)
C5 = Need("proposed_solution", lambda f: bool(f.proposed_solution.strip()))
C6 = Need("escalation_reason", lambda f: bool(f.escalation_reason.strip()))
BODY = Need("body", lambda f: bool(f.body.strip()))
NOTE = Need("note", lambda f: bool(f.note.strip()))

WORKFLOW: Table = {
    "accept": move(NEW, CONFIRMING, SUPERVISOR),
    # With a need statement it asks whether that is what the user needs; the reply says yes, or no and what instead.
    "ask": move({NEW, CONFIRMING, CONFIRMED}, WAITING_USER, SUPERVISOR, BODY, asks=("body",),
                takes=("need_statement",)),
    "reply": move(WAITING_USER, CONFIRMING, {REPORTER, SUPERVISOR}, BODY, asks=("body",), takes=("need_answer",)),
    "confirm": move({CONFIRMING, WAITING_USER}, CONFIRMED, SUPERVISOR, C1, C4, C2, C3,
                    takes=("need_statement", "issue_kind", "need_confirmed_by", "need_confirmed_at",
                           "need_confirmed_how", "contact_channel", "contact_summary")),
    "answer": move(BEFORE_ANSWER, ANSWERED, SUPERVISOR, C4, C5,
                   Need("confirm_first", _answer_may_skip_confirming),
                   Need("need_statement", lambda f: f.kind != ANOMALY or C1.holds(f)),
                   Need("escalation_reason", lambda f: f.kind != ANOMALY or C6.holds(f)),
                   asks=("proposed_solution",),
                   takes=("issue_kind", "need_statement", "escalation_reason", "workaround")),
    "escalate": move(BEFORE_ANSWER, ESCALATED, SUPERVISOR, C1, C4, C6,
                     takes=("need_statement", "issue_kind", "escalation_reason", "record")),
    "solved": move(ANSWERED, CLOSED, {REPORTER, SUPERVISOR}, takes=("satisfaction", "note")),
    "unsolved": move(ANSWERED, lambda f: ESCALATED if f.has_open_record else CONFIRMING, {REPORTER, SUPERVISOR}, NOTE,
                     asks=("note",)),
    "close": move(ANSWERED, CLOSED, {SUPERVISOR, SYSTEM}, Need("note", _close_allowed), takes=("note",)),
    "reopen": move(CLOSED, CONFIRMING, {REPORTER, SUPERVISOR}, Need("within_30_days", _reopen_in_time),
                   takes=("note",)),
    "merge": move(OPEN, MERGED, SUPERVISOR, Need("into", lambda f: f.into is not None), asks=("into",)),
    "withdraw": move(OPEN, WITHDRAWN, {REPORTER, SUPERVISOR},
                     Need("note", lambda f: f.by_reporter or bool(f.note.strip())), takes=("note",)),
    # Made by the record alone: it asks the user, concludes, closes, or comes back.
    "deliver": move(ESCALATED, ANSWERED, SYSTEM, C5),
    "finish": move(ANSWERED, CLOSED, SYSTEM),
    "relapse": move({ANSWERED, CLOSED, CONFIRMING, CONFIRMED, WAITING_USER}, ESCALATED, SYSTEM),
}  # fmt: skip


# The Latin word that a title would be cut in.
TORN = re.compile(r"\s[!-~\u2018-\u201d]+$")


def title_from(description: str) -> str:
    """The first sentence, at most 60 characters, as a report's title."""
    plain = description.translate(TURNS).strip()
    first = re.split(r"(?<=[。！？!?])|\n|(?<=\.)\s", plain, maxsplit=1)[0]
    first = " ".join(first.split()).rstrip("。.")
    if len(first) <= TITLE_LENGTH:
        return first
    whole = TORN.sub("", first[:TITLE_LENGTH])
    cut = whole if len(whole) > TITLE_LENGTH // 2 else first
    return cut[: TITLE_LENGTH - 1].rstrip() + "…"


def severity_hint(impact: str) -> str:
    """The provisional severity of a fresh report: the matrix at reach 1 (decisions §3.2)."""
    return SEVERITY_AT_REACH_ONE[IMPACTS[impact]]


def relations(
    actor: Actor, *, issue_id: int, reporter_id: int | None, unit_id: int | None, system_id: int | None
) -> frozenset[str]:
    """What the actor is to this issue, for the table's `who`.  A guest's link counts as the reporter."""
    found = set()
    if actor.is_system:
        found.add(SYSTEM)
    if actor.person_id is not None and actor.person_id == reporter_id:
        found.add(REPORTER)
    link = actor.link
    if (
        link is not None
        and link.purpose == "guest"
        and (link.subject_kind, link.subject_id) == ("issue", issue_id)
    ):
        found.add(REPORTER)
    for role, relation in ((people.SUPERVISOR, SUPERVISOR), (people.MANAGER, MANAGER)):
        if actor.is_for(role, unit_id=unit_id, system_id=system_id):
            found.add(relation)
    return frozenset(found)
