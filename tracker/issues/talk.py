"""The talk with the user: messages, contacts by phone or face to face, questions that wait for an answer."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import update

from tracker import audit, outbox, rearm
from tracker.accounts.rules import SYSTEM as SYSTEM_ACTOR
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import DomainError, NotAllowed
from tracker.issues import documents, fields, holds, letters, parties, queries, rules, snoozing
from tracker.issues.models import Ask, Contact, Issue, Message
from tracker.issues.when import not_yet
from tracker.workflow import ASSIGNEE, MANAGER, REPORTER, SUPERVISOR, SYSTEM

CONTACT_CHANNELS = ("phone", "in_person", "mail", "online", "other")


def post(
    issue: Issue,
    body: str,
    *,
    visibility: str,
    by: Actor,
    at: datetime,
    act: str = "message",
    on_behalf: str = "",
) -> Message:
    """Add a message and note what it means for the clocks; no check of who may, the verbs above did that."""
    ours = act in ("answer", "deliver")
    speaks_for_reporter = not ours and (REPORTER in queries.relations(by, issue) or bool(on_behalf))
    message = Message(
        issue_id=issue.id, author_id=by.author_id, author_name=on_behalf or by.name, at=at, act=act,
        from_reporter=speaks_for_reporter and visibility == "public", visibility=visibility, body=body,
    )  # fmt: skip
    db.session.add(message)
    db.session.flush()
    if visibility == "public" and not message.from_reporter:
        updated(issue, at)
    return message


def updated(issue: Issue, at: datetime) -> None:
    """The user has heard from us: the first time counts as the first response."""
    issue.first_response_at = issue.first_response_at or at
    issue.last_update_at = at


def write(
    issue: Issue,
    body: str,
    *,
    visibility: str,
    by: Actor,
    at: datetime,
    act: str = "message",
    on_behalf: str = "",
) -> Message:
    """Say something without moving the issue: publicly, or among those who work on it."""
    may_write(issue, by, visibility)
    text = fields.read({"body": body}, {"body": fields.clean})["body"]
    if not text:
        raise DomainError(_("Write something first."), fields={"body": _("Write something first.")})
    stood = {"first_response_at": issue.first_response_at, "last_update_at": issue.last_update_at}
    message = post(issue, text, visibility=visibility, by=by, at=at, act=act, on_behalf=on_behalf)
    ours = visibility == "public" and not message.from_reporter
    said = {"message": message.id, "visibility": visibility, "digest": audit.digest(text)}
    audit.record(
        "issue.say", issue, by=by, at=at, before=stood if ours else None, after=said, on_behalf=on_behalf
    )
    changed(issue, at)
    if ours:
        letters.tell_reporter(issue, "message", cause=f"m{message.id}", by=by, at=at, said=text)
    elif message.from_reporter:
        snoozing.wake(issue, by=SYSTEM_ACTOR, at=at)
        letters.tell_handler(issue, "reporter_wrote", cause=f"m{message.id}", by=by, at=at)
    return message


def may_write(issue: Issue, by: Actor, visibility: str) -> None:
    """Public: the reporter and supervisors; internal: whoever works on it.  Raises NotAllowed."""
    known = queries.relations(by, issue)
    if visibility not in ("public", "internal"):
        raise DomainError(
            _("Choose public or internal."), fields={"visibility": _("Choose public or internal.")}
        )
    if known & {SUPERVISOR, SYSTEM} or (visibility == "public" and REPORTER in known):
        return
    if (
        visibility == "internal"
        and (known & {MANAGER, ASSIGNEE} or by.is_("engineer"))
        and REPORTER not in known
    ):
        return
    raise NotAllowed(_("You cannot write here."))


def changed(issue: Issue, at: datetime) -> None:
    """What follows every change: newer, to be clocked anew, found by its new words."""
    issue.updated_at = at
    rearm.mark(issue.kind_name, issue.id, at=at)
    documents.reindex(issue)


def log_contact(
    issue: Issue,
    *,
    by: Actor,
    at: datetime,
    channel: str,
    summary: str,
    with_whom: str = "",
    when: datetime | None = None,
) -> Contact:
    """C2: note one contact with the user outside this product."""
    if SUPERVISOR not in queries.relations(by, issue):
        raise NotAllowed(_("Only a supervisor notes contacts."))
    given = {"contact_channel": channel, "contact_summary": summary, "with_whom": with_whom}
    text = fields.read(given, {**CONTACT_FIELDS, "with_whom": fields.line})
    if not text["contact_summary"]:
        raise DomainError(_("Write what was said."), fields={"contact_summary": _("Write what was said.")})
    if early := not_yet(when, at):
        raise DomainError(fields={"at": early})
    contact = add_contact(issue, text["contact_channel"], text["contact_summary"], with_whom=text["with_whom"], by=by,
                          at=min(when or at, at))  # fmt: skip
    audit.record("issue.contact", issue, by=by, at=at, after={"contact": contact.id, "channel": channel},
                 texts={"contact_summary": contact.summary})  # fmt: skip
    changed(issue, at)
    return contact


CONTACT_FIELDS = {"contact_channel": fields.choice(*CONTACT_CHANNELS), "contact_summary": fields.clean}


def add_contact(
    issue: Issue, channel: str, summary: str, *, by: Actor, at: datetime, with_whom: str = ""
) -> Contact:
    """The row alone; a call to the user is a response to them."""
    whom = with_whom or (issue.reporter.name if issue.reporter else issue.reporter_name)
    contact = Contact(
        issue_id=issue.id, at=at, channel=channel, with_whom=whom, summary=summary, by_id=by.person_id
    )
    db.session.add(contact)
    db.session.flush()
    updated(issue, at)
    return contact


def ask(issue: Issue, kind: str, *, at: datetime) -> Ask:
    """Start a question that waits for an answer; one of its kind that waits already counts once more."""
    waiting = queries.open_ask(issue, kind)
    if waiting is None:
        waiting = Ask(issue_id=issue.id, kind=kind, asked_at=at, last_asked_at=at)
        db.session.add(waiting)
    else:
        waiting.count, waiting.last_asked_at = waiting.count + 1, at
    db.session.flush()
    return waiting


def answered(issue: Issue, *kinds: str, at: datetime) -> None:
    """The questions of these kinds wait no longer."""
    waiting = update(Ask).where(Ask.issue_id == issue.id, Ask.kind.in_(kinds), Ask.answered_at.is_(None))
    db.session.execute(waiting.values(answered_at=at))


def mask(message: Message, issue: Issue, *, by: Actor, at: datetime, reason: str) -> None:
    """Take a message's text out of sight after it was sent; the original stays sealed in the trail's texts."""
    if SUPERVISOR not in queries.relations(by, issue) and not queries.is_contact(by):
        raise NotAllowed(_("Only a supervisor masks messages."))
    if message.masked_at is not None:
        return
    holds.must_be_free([issue.id])
    why = fields.read({"note": reason}, {"note": fields.clean})["note"]
    hidden = _field_texts_in(issue, message.body)
    audit.erase([(issue.kind_name, issue.id)], [message.body, *hidden.values()])
    instead = dict.fromkeys(hidden, _("(masked)"))
    for key, text in instead.items():
        fields.put(issue, key, text)
    audit.record("issue.mask", issue, by=by, at=at, after={"message": message.id},
                 texts={f"message:{message.id}": message.body, "note": why, **instead})  # fmt: skip
    message.body, message.masked_at = "", at
    parties.entrust(issue, at=at)
    outbox.withhold(subject=(issue.kind_name, issue.id))
    changed(issue, at)


def _field_texts_in(issue: Issue, said: str) -> dict[str, str]:
    """What the message said out of the issue's fields, by their keys: a solution, a need that a question quotes."""
    plain = "\n".join(line.removeprefix("> ") for line in said.splitlines())
    present = {key: fields.shown(fields.value(issue, key)).strip() for key in SAID_IN_MESSAGES}
    return {key: text for key, text in present.items() if text and text in plain}


SAID_IN_MESSAGES = ("proposed_solution", "need_statement", "workaround")
OPEN_QUESTIONS = ("question", "need")
WAITS = rules.WAITING_USER
