"""Kinds, decisions and themes of needs, and who may decide.  Pure."""

from collections.abc import Collection

from tracker.issues import rules as issues
from tracker.workflow import SUPERVISOR

KINDS = (issues.FEATURE_REQUEST, issues.DATA_CORRECTION, issues.COMPLAINT)
ACCEPTED, LATER, DECLINED, DONE = DECISIONS = ("accepted", "later", "declined", "done")
UNDECIDED = "undecided"

# Where a need is taken up, by the tasks of the standard.
THEMES = {"system": "T1.1", "labelling": "T1.2", "data": "P2.2.3", "service": ""}
USUAL_THEME = {
    issues.FEATURE_REQUEST: "system",
    issues.DATA_CORRECTION: "data",
    issues.COMPLAINT: "service",
}


def may_decide(relations: Collection[str]) -> bool:
    """A supervisor of the case decides."""
    return SUPERVISOR in relations


def usual_theme(kind: str | None) -> str:
    """The theme that the form begins with."""
    return USUAL_THEME.get(kind or "", "system")
