"""The issue page of those who work on it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy import and_, exists, select

from tracker import clock
from tracker.accounts.rules import Actor
from tracker.attachments.models import Attachment
from tracker.audit.models import Entry
from tracker.db import kept, rows
from tracker.decisions.models import Decision
from tracker.followups import queries as followups
from tracker.issues import letters, parties, queries, rules, undoing, words
from tracker.issues.forms import NoteForm
from tracker.issues.models import Contact, Evidence, Issue, IssueRecord, Message, Participant
from tracker.issues.views import files, promises
from tracker.needs import queries as needs
from tracker.needs import rules as need_rules
from tracker.needs import words as need_words
from tracker.needs.models import NeedDecision
from tracker.planned import spelled_out
from tracker.presence import queries as presence
from tracker.records import queries as records
from tracker.records import rules as record_rules
from tracker.records import words as record_words
from tracker.records.models import Record
from tracker.systems.models import Recheck
from tracker.web import current_actor
from tracker.web.answers import Answer


def staff_page(issue: Issue) -> Answer:
    """Facts, talk with internal notes, contacts, records, every move that this actor may make, the trail."""
    actor, now = current_actor(), clock.now()
    has, entries = _looked_at(issue, actor, now)
    ahead = followups.next_steps(issue, by_law=True)
    # A record may hold the reporter to another date than the clocks of the issue.
    promise = promises.of(issue) if has.records else promises.among(step.clock for step in ahead)
    writes = "supervisor" in queries.relations(actor, issue)
    return render_template(
        "issues/staff.html", issue=issue, words=words, may=queries.may_move(actor, issue, now), has=has,
        ahead=ahead, around=presence.here_if(has.supervisors, has.others, (issue.kind_name, issue.id), actor, now),
        talk=queries.messages(issue, internal=True) if has.talk else (), note_form=NoteForm,
        contacts=queries.contacts(issue) if has.contacts else (),
        files=files.by_message(issue) if has.files else {},
        evidence=queries.evidence_of(issue) if has.evidence else None,
        records=queries.records_of(issue) if has.records else (), promise=promise.ours, awaited=promise.theirs,
        entries=entries, here=f"/issues/{issue.number}", parts=_parts(entries),
        followers=parties.followers(issue) if has.followers else (),
        need=needs.current(issue) if has.need else None, need_rules=need_rules, need_words=need_words,
        corrected=_corrected(entries),
        unsent=_unsent(issue), sent_for=_reporter(issue) if "sent" in request.args else "", record_words=record_words,
        writes=writes, speaks=undoing.SPEAKS, tells=letters.goes_out(issue), mails=letters.mails(),
        undoable=undoing.open_to_undo(issue, entries, now) if writes else [],
    )  # fmt: skip


def _looked_at(issue: Issue, actor: Actor, now: datetime) -> tuple[Any, Sequence[Any]]:
    """Which parts there are of the case, of which most have few, so that each is asked for only where it is; and the
    trail, the newest first.
    """
    found = rows(_case(), {"issue": issue.id, **presence.others_given(actor, now)})
    return found[0], found if found[0].id is not None else ()


@kept
def _case() -> Any:
    """The trail of a case; what is asked of the case stands beside each entry, and once where there is none."""
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
    asked = [exists().where(of_it).label(name) for name, of_it in parts.items()]
    asked += [
        queries.supervisors().label("supervisors"),
        presence.others_at(kind, queries.THIS).label("others"),
    ]
    mine = and_(Entry.subject_kind == kind, Entry.subject_id == queries.THIS)
    # All of an entry but what it is sealed by: read as columns, for nobody changes an entry.
    entry = [one for one in Entry.__table__.columns if not one.name.endswith("hash")]
    found = select(*entry, *asked).select_from(Issue).outerjoin(Entry, mine).where(Issue.id == queries.THIS)
    return spelled_out(found.order_by(Entry.seq.desc()))


def _parts(entries: Sequence[Entry]) -> list[str]:
    """The numbers of what was split off and not joined again."""
    undone = {one.after.get("undone") for one in entries if one.action == "issue.undo"}
    split = (one for one in entries if one.action == undoing.SPLIT and one.seq not in undone)
    return [str(one.after["part"]) for one in split]


def _corrected(entries: Sequence[Entry]) -> bool:
    """Whether the reporter said no to the need as it stands: the last that was said of it is their answer."""
    said = (one.after for one in entries if one.after.keys() & {"need_answer", "need_statement"})
    return bool(next(said, {}).get("need_answer") == "no")


def _reporter(issue: Issue) -> str:
    return (issue.reporter.name if issue.reporter else issue.reporter_name) or _("the reporter")


def _unsent(issue: Issue) -> Record | None:
    """The record of an escalated issue that no engineer has heard of yet."""
    record = records.of_issue(issue) if issue.state == rules.ESCALATED else None
    waits = record is not None and record.state in (record_rules.DRAFT, record_rules.OPENED)
    return record if waits else None
