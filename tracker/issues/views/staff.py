"""The issue page of those who work on it."""

from flask import render_template
from sqlalchemy import Select, select

from tracker import clock
from tracker.audit.models import Entry
from tracker.db import db, kept
from tracker.issues import queries, rules, undoing, words
from tracker.issues.forms import NoteForm
from tracker.issues.models import Issue
from tracker.issues.views import files, promises
from tracker.records import queries as records
from tracker.records import rules as record_rules
from tracker.records import words as record_words
from tracker.records.models import Record
from tracker.web import current_actor
from tracker.web.answers import Answer


def staff_page(issue: Issue) -> Answer:
    """Facts, talk with internal notes, contacts, records, every move that this actor may make, the trail."""
    actor, promise = current_actor(), promises.of(issue)
    entries = db.session.scalars(_trail(), {"issue": issue.id}).all()
    writes = "supervisor" in queries.relations(actor, issue)
    return render_template(
        "issues/staff.html", issue=issue, words=words, may=queries.may_move(actor, issue, clock.now()),
        talk=queries.messages(issue, internal=True), contacts=queries.contacts(issue), note=NoteForm(),
        files=files.by_message(issue), evidence=queries.evidence_of(issue), records=queries.records_of(issue),
        parts=queries.participants(issue), promise=promise.ours, awaited=promise.theirs,
        entries=entries, here=f"/issues/{issue.number}",
        unsent=_unsent(issue), record_words=record_words,
        writes=writes, undoable=undoing.open_to_undo(issue, entries, clock.now()) if writes else [],
    )  # fmt: skip


@kept
def _trail() -> Select[Entry]:
    mine = select(Entry).where(Entry.subject_kind == Issue.kind_name, Entry.subject_id == queries.THIS)
    return mine.order_by(Entry.seq.desc())


def _unsent(issue: Issue) -> Record | None:
    """The record of an escalated issue that no engineer has heard of yet."""
    record = records.of_issue(issue) if issue.state == rules.ESCALATED else None
    waits = record is not None and record.state in (record_rules.DRAFT, record_rules.OPENED)
    return record if waits else None
