"""The issue page of those who work on it."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy import Select, and_, exists, select

from tracker import clock
from tracker.attachments.models import Attachment
from tracker.audit.models import Entry
from tracker.db import db, kept
from tracker.decisions.models import Decision
from tracker.issues import parties, queries, rules, undoing, words
from tracker.issues.forms import NoteForm
from tracker.issues.models import Contact, Evidence, Issue, IssueRecord, Message, Participant
from tracker.issues.views import files, promises
from tracker.needs import queries as needs
from tracker.needs import rules as need_rules
from tracker.needs import words as need_words
from tracker.needs.models import NeedDecision
from tracker.records import queries as records
from tracker.records import rules as record_rules
from tracker.records import words as record_words
from tracker.records.models import Record
from tracker.systems.models import Recheck
from tracker.web import current_actor
from tracker.web.answers import Answer


def staff_page(issue: Issue) -> Answer:
    """Facts, talk with internal notes, contacts, records, every move that this actor may make, the trail."""
    actor, promise = current_actor(), promises.of(issue)
    entries = db.session.scalars(_trail(), {"issue": issue.id}).all()
    writes = "supervisor" in queries.relations(actor, issue)
    # Most cases have few of these: one look says which are worth a look of their own.
    has = db.session.execute(_has(), {"issue": issue.id}).one()
    return render_template(
        "issues/staff.html", issue=issue, words=words, may=queries.may_move(actor, issue, clock.now()), has=has,
        talk=queries.messages(issue, internal=True) if has.talk else (), note_form=NoteForm,
        contacts=queries.contacts(issue) if has.contacts else (),
        files=files.by_message(issue) if has.files else {},
        evidence=queries.evidence_of(issue) if has.evidence else None,
        records=queries.records_of(issue) if has.records else (), promise=promise.ours, awaited=promise.theirs,
        entries=entries, here=f"/issues/{issue.number}", parts=_parts(entries),
        followers=parties.followers(issue) if has.followers else (),
        need=needs.current(issue) if has.need else None, need_rules=need_rules, need_words=need_words,
        unsent=_unsent(issue), sent_for=_reporter(issue) if "sent" in request.args else "", record_words=record_words,
        writes=writes, speaks=undoing.SPEAKS,
        undoable=undoing.open_to_undo(issue, entries, clock.now()) if writes else [],
    )  # fmt: skip


@kept
def _has() -> Any:
    """Which parts there are of the case."""
    this, kind = queries.THIS, Issue.kind_name
    parts = {
        "talk": Message.issue_id == this,
        "contacts": Contact.issue_id == this,
        "files": and_(Attachment.subject_kind == kind, Attachment.subject_id == this),
        "evidence": Evidence.issue_id == this,
        "records": IssueRecord.issue_id == this,
        "marks": and_(Recheck.subject_kind == kind, Recheck.subject_id == this),
        "decisions": Decision.issue_id == this,
        "followers": and_(
            Participant.issue_id == this, Participant.role.in_(parties.HEAR), Participant.until.is_(None)
        ),
        "need": and_(NeedDecision.issue_id == this, NeedDecision.current),
    }
    return select(*(exists().where(of_it).label(name) for name, of_it in parts.items()))


@kept
def _trail() -> Select[Entry]:
    mine = select(Entry).where(Entry.subject_kind == Issue.kind_name, Entry.subject_id == queries.THIS)
    return mine.order_by(Entry.seq.desc())


def _parts(entries: Sequence[Entry]) -> list[str]:
    """The numbers of what was split off and not joined again."""
    undone = {one.after.get("undone") for one in entries if one.action == "issue.undo"}
    split = (one for one in entries if one.action == undoing.SPLIT and one.seq not in undone)
    return [str(one.after["part"]) for one in split]


def _reporter(issue: Issue) -> str:
    return (issue.reporter.name if issue.reporter else issue.reporter_name) or _("the reporter")


def _unsent(issue: Issue) -> Record | None:
    """The record of an escalated issue that no engineer has heard of yet."""
    record = records.of_issue(issue) if issue.state == rules.ESCALATED else None
    waits = record is not None and record.state in (record_rules.DRAFT, record_rules.OPENED)
    return record if waits else None
