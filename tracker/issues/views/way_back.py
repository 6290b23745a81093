"""Where the button leads that takes back what was just done."""

from sqlalchemy import select

from tracker import clock
from tracker.audit.models import Entry
from tracker.db import db
from tracker.issues import undoing
from tracker.issues.models import Issue


def path_of(issue_id: int) -> str:
    """The address that takes back the last act on this issue; empty when it cannot be taken back."""
    mine = (Entry.subject_kind == Issue.kind_name, Entry.subject_id == issue_id)
    acts = select(Entry).where(*mine, Entry.action.in_(undoing.UNDOABLE))
    last, issue = (
        db.session.scalars(acts.order_by(Entry.seq.desc()).limit(1)).first(),
        db.session.get_one(Issue, issue_id),
    )
    if last is None or undoing.hindrance(issue, last, clock.now()):
        return ""
    return f"/issues/{issue.number}/undo/{last.seq}"
