"""The acts on several issues, and how many are done at once.  Pure."""

from dataclasses import dataclass
from datetime import timedelta

WAITING, WORKING, DONE, STOPPED = "waiting", "working", "done", "stopped"
STAGES = (WAITING, WORKING, DONE, STOPPED)
UNDER_WAY = frozenset({WAITING, WORKING})

AT_ONCE = 50
"""So many issues are done while the person waits; more become a job that they may leave."""

MOST = 1000
LEASE = timedelta(minutes=2)

ACCEPT, TAKE, ASSIGN, MERGE, ANSWER, CLOSE, SNOOZE, DECIDE, UNDO = (
    "accept", "take", "assign", "merge", "answer", "close", "snooze", "decide", "undo",
)  # fmt: skip


@dataclass(frozen=True)
class BulkAct:
    """What an act on several issues asks for first, and which entry of the trail it writes on each."""

    takes: tuple[str, ...] = ()
    writes: str = ""


ACTS = {
    ACCEPT: BulkAct(writes="issue.accept"),
    TAKE: BulkAct(writes="issue.assign"),
    ASSIGN: BulkAct(("to",), "issue.assign"),
    MERGE: BulkAct(("into",), "issue.merge"),
    ANSWER: BulkAct(("issue_kind", "proposed_solution"), "issue.answer"),
    CLOSE: BulkAct(("note",), "issue.close"),
    SNOOZE: BulkAct(("until",), "issue.snooze"),
    DECIDE: BulkAct(("decision", "reason", "theme"), "issue.decide_need"),
}
WRITTEN = frozenset({ANSWER, CLOSE, DECIDE})
"""What somebody wrote words for; they are not lost when it is undone."""
