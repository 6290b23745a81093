"""Taking back what a supervisor did: a new entry in the trail, refused once anything has been built on it.

Accepting, merging, handing over and closing can be taken back at any time.  A question or a solution is taken back
only while its letters rest: what the reporter was told cannot be untold.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from tracker import audit, transitions
from tracker.accounts.rules import Actor
from tracker.audit.models import Entry
from tracker.db import db, first_or_404
from tracker.errors import NotAllowed, WrongState
from tracker.issues import arrivals, documents, letters, parties, queries, rules, snoozing
from tracker.issues.models import Ask, Issue, Message
from tracker.outbox.rules import HOLD
from tracker.workflow import SUPERVISOR

# What each act may change beside the state; the trail keeps how it stood, and undoing puts it back.
_ALWAYS = ("assignee", "imported", "snoozed_until")
_TALK = ("first_response_at", "last_update_at")
STOOD: dict[str, tuple[str, ...]] = {
    "accept": _ALWAYS,
    "merge": (*_ALWAYS, *_TALK, "closed_at", "merged_into_id"),
    "close": (*_ALWAYS, *_TALK, "closed_at", "close_reason", "user_confirmed"),
    "ask": (*_ALWAYS, *_TALK, "need_statement"),
    "answer": (*_ALWAYS, *_TALK, "issue_kind", "need_confirmed_how", "need_confirmed_by", "need_confirmed_at",
               "user_confirmed", "escalation_needed", "proposed_solution", "need_statement", "escalation_reason",
               "workaround"),
}  # fmt: skip
TEXTS = frozenset({"proposed_solution", "need_statement", "escalation_reason", "workaround"})
COLUMNS = {"assignee": "assignee_id", "issue_kind": "kind"}
INSTANTS = frozenset({*_TALK, "snoozed_until", "closed_at", "need_confirmed_at"})
# Their words have reached somebody once the letters are gone.
SAY = "issue.say"
SPEAKS = frozenset({"issue.ask", "issue.answer", SAY})
SPLIT = "issue.split"
UNDOABLE = frozenset({*(f"issue.{verb}" for verb in STOOD), "issue.assign", snoozing.SNOOZE, SAY, SPLIT})


def stands(issue: Issue, verb: str) -> dict[str, Any]:
    """How the issue stands before a move that can be taken back; empty for every other move."""
    if verb not in STOOD:
        return {}
    found: dict[str, Any] = {"state_since": issue.state_since}
    for name in STOOD[verb]:
        value = getattr(issue, COLUMNS.get(name, name))
        found[name] = {"digest": audit.digest(value)} if name in TEXTS and value else value
    return found


def entry_of(issue: Issue, seq: int) -> Entry:
    """One entry of the issue's trail; NotFound when there is none."""
    mine = (Entry.subject_kind == issue.kind_name, Entry.subject_id == issue.id, Entry.seq == seq)
    return first_or_404(select(Entry).where(*mine))


def undo(issue: Issue, seq: int, *, by: Actor, at: datetime) -> Entry:
    """Take back the act of this entry.  Raises NotAllowed, WrongState (with the reason), and changes nothing then."""
    entry = entry_of(issue, seq)
    allow(issue, entry, by=by, at=at)
    gone = _take_letters_back(issue, entry, by, at)
    if entry.action == "issue.assign":
        issue.assignee_id = entry.before["assignee"]
    else:
        _put_back(issue, entry, at)
    undone = transitions.undo(issue, entry, by=by, at=at)
    if gone and entry.action in ("issue.merge", "issue.close"):
        letters.tell_reporter(issue, "undo", cause=undone.id, by=by, at=at)
    arrivals.again(issue, at=entry.at)
    documents.reindex(issue)
    return undone


def allow(issue: Issue, entry: Entry, *, by: Actor, at: datetime) -> None:
    """Raises NotAllowed, or WrongState with what stands in the way."""
    if SUPERVISOR not in queries.relations(by, issue):
        raise NotAllowed(_("Only a supervisor can do this."))
    why = hindrance(issue, entry, at)
    if why:
        raise WrongState(why, act="undo")


def undecide(issue: Issue, field: str, *, by: Actor, at: datetime) -> None:
    """A proposal was taken over and is given back: nobody has decided.  WrongState after anything else."""
    mine = (Entry.subject_kind == issue.kind_name, Entry.subject_id == issue.id)
    last = db.session.scalars(select(Entry).where(*mine).order_by(Entry.seq.desc()).limit(1)).one()
    if SUPERVISOR not in queries.relations(by, issue):
        raise NotAllowed(_("Only a supervisor can do this."))
    if last.action != "issue.save" or last.by_id != by.person_id or last.after.keys() != {field}:
        raise WrongState(
            _("Something was done with it since. Undo that first, or correct it by hand."), act="undo"
        )
    if field == "issue_kind":
        issue.kind = None
    else:
        issue.severity, issue.severity_provisional = last.before["severity"], True
    transitions.undo(issue, last, by=by, at=at)
    documents.reindex(issue)


def written(issue: Issue, entry: Entry, *, by: Actor, at: datetime) -> Entry:
    """Write down that an act was undone which changed nothing of the issue itself."""
    return transitions.undo(issue, entry, by=by, at=at)


def last_entry(issue: Issue, action: str) -> Entry:
    """The newest entry of this act."""
    mine = (Entry.subject_kind == issue.kind_name, Entry.subject_id == issue.id, Entry.action == action)
    return db.session.scalars(select(Entry).where(*mine).order_by(Entry.seq.desc()).limit(1)).one()


def open_to_undo(issue: Issue, entries: Sequence[Entry], at: datetime) -> list[Entry]:
    """Which of these entries (the issue's own, newest first) can be taken back now, newest first."""
    undone = {entry.after.get("undone") for entry in entries if entry.action == "issue.undo"}
    few = [entry for entry in entries if entry.action in UNDOABLE and entry.seq not in undone]
    return [entry for entry in few if not _stopped(issue, entry, at)]


def last_open(issue: Issue, *, by: Actor, at: datetime) -> Entry:
    """The last act that can be taken back.  Raises NotAllowed, WrongState when there is none."""
    if SUPERVISOR not in queries.relations(by, issue):
        raise NotAllowed(_("Only a supervisor can do this."))
    mine = (Entry.subject_kind == issue.kind_name, Entry.subject_id == issue.id)
    entries = db.session.scalars(select(Entry).where(*mine).order_by(Entry.seq.desc())).all()
    found = open_to_undo(issue, entries, at)
    if not found:
        raise WrongState(_("There is nothing to undo."), act="undo")
    return found[0]


def hindrance(issue: Issue, entry: Entry, at: datetime) -> str:
    """Why this act cannot be taken back; empty when it can."""
    if entry.action not in UNDOABLE:
        return _("This cannot be undone.")
    if _was_undone(issue, entry):
        return _("This has been undone already.")
    return _stopped(issue, entry, at)


def _stopped(issue: Issue, entry: Entry, at: datetime) -> str:
    if entry.action == SPLIT:
        return _part_went_on(entry)
    if entry.by_id is None or not {"assignee", "last_update_at", "snoozed_until"} & entry.before.keys():
        return _("This cannot be undone.")
    moved = "state" in entry.after and (issue.state, issue.state_since) != (entry.after["state"], entry.at)
    if entry.action == snoozing.SNOOZE:
        moved = _iso(issue.snoozed_until) != entry.after["snoozed_until"]
    handed_on = issue.assignee_id != entry.after.get("assignee", issue.assignee_id)
    if moved or handed_on or _texts_changed(issue, entry):
        return _("Something was done with it since. Undo that first, or correct it by hand.")
    if entry.action in SPEAKS and at - entry.at >= HOLD:
        return _("The reporter has been told; write to them instead.")
    return ""


def _part_went_on(entry: Entry) -> str:
    """A part is joined again only while nobody has written in it or answered it."""
    part = db.session.scalars(select(Issue).where(Issue.number == entry.after["part"])).one()
    if part.state in rules.BEFORE_ANSWER and not queries.messages(part, internal=False):
        return ""
    return _("Something was done with it since. Undo that first, or correct it by hand.")


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant is not None else None


def _was_undone(issue: Issue, entry: Entry) -> bool:
    mine = (Entry.subject_kind == issue.kind_name, Entry.subject_id == issue.id, Entry.action == "issue.undo")
    later = db.session.scalars(select(Entry).where(*mine, Entry.seq > entry.seq))
    return any(one.after.get("undone") == entry.seq for one in later)


def _texts_changed(issue: Issue, entry: Entry) -> bool:
    """Whether somebody has written over what the act wrote, or decided on another kind."""
    if entry.after.get("issue_kind", issue.kind) != issue.kind:
        return True
    return any(
        entry.after[name]["digest"] != audit.digest(getattr(issue, name))
        for name in TEXTS
        if isinstance(entry.after.get(name), dict)
    )


def _take_letters_back(issue: Issue, entry: Entry, by: Actor, at: datetime) -> bool:
    """Cancel what has not left; whether something had.  Who was handed the issue hears that it is theirs no more."""
    cause = entry.after["message"] if entry.action == SAY else entry.id
    gone = letters.take_back(issue, entry.action, cause=cause, at=at)
    if gone and entry.action == "issue.assign":
        letters.tell_handler(issue, "taken_back", cause=f"undo {entry.id}", by=by, at=at)
    return gone


def _put_back(issue: Issue, entry: Entry, at: datetime) -> None:
    for name, stood in entry.before.items():
        if name in ("state", "state_since"):
            continue
        value = stood
        if name in TEXTS and isinstance(stood, dict):
            value = _text(issue, name, stood["digest"])
        elif name in INSTANTS:
            present = getattr(issue, name)
            if name in _TALK and present != entry.at:
                # The reporter heard from us again since: that stands.
                continue
            value = datetime.fromisoformat(stood) if stood else None
        setattr(issue, COLUMNS.get(name, name), value)
    _put_talk_back(issue, entry, at)
    _put_parties_back(entry, at)


def _text(issue: Issue, name: str, digest: str) -> str:
    for version in audit.text_versions(issue.kind_name, issue.id, name):
        if version.digest == digest:
            return version.body
    raise WrongState(_("The text that stood here before is not kept any more."), act="undo")


def _put_talk_back(issue: Issue, entry: Entry, at: datetime) -> None:
    """The message of the act leaves the talk (its words stay in the trail); the questions wait again that it ended.

    A message by itself becomes an internal note, with its files: the trail keeps no copy of it.
    """
    if entry.action == SAY:
        unsent = update(Message).where(Message.id == entry.after["message"])
        db.session.execute(unsent.values(visibility="internal", act="unsent"))
        return
    if entry.after.get("message"):
        db.session.execute(
            delete(Message).where(Message.id == entry.after["message"], Message.issue_id == issue.id)
        )
    if entry.action not in SPEAKS:
        return
    mine = update(Ask).where(Ask.issue_id == issue.id)
    asked = Ask.last_asked_at == entry.at
    db.session.execute(mine.where(asked, Ask.count == 1, Ask.answered_at.is_(None)).values(answered_at=at))
    db.session.execute(mine.where(Ask.answered_at == entry.at, ~asked).values(answered_at=None))


def _put_parties_back(entry: Entry, at: datetime) -> None:
    """Who followed the target of a merge because of it follows it no more."""
    if entry.action != "issue.merge":
        return
    target = db.session.scalars(select(Issue).where(Issue.number == entry.after["merged_into"])).one()
    for person_id in entry.after.get("people", ()):
        parties.leave(target, (parties.FOLLOWER,), at=at, person_id=person_id)
