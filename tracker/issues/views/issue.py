"""One issue: the reporter's page, the staff's page, and an entry for the reporter's calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, current_app, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import clock
from tracker.accounts.rules import Actor
from tracker.audit.models import Entry
from tracker.db import db
from tracker.issues import letters, links, queries, rules, words
from tracker.issues.forms import ContactForm, NoteForm, move_form
from tracker.issues.models import Issue
from tracker.issues.views import bp, files, promises
from tracker.issues.views.loading import issue_of, log_view
from tracker.issues.views.staff import staff_page
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.paths import base_url, qr_code

COMES_BY = {
    "waiting_for_you": {"issue.ask"},
    "please_confirm": {"issue.answer", "issue.deliver"},
}
LINE = ("received", "in_progress", "waiting_for_you", "please_confirm", "closed")


@bp.get("/issues/<number>")
@signed_in()
def issue(number: str) -> Answer:
    actor = current_actor()
    found = log_view(issue_of(number, actor), actor)
    if queries.works_on(actor, found) and request.args.get("as") != "reporter":
        return staff_page(found)
    return reporter_page(found, here=f"/issues/{found.number}")


@dataclass(frozen=True)
class Event:
    """One line of the progress that the reporter may read."""

    at: datetime
    action: str
    words: Any


def reporter_page(
    issue: Issue, *, here: str, note: NoteForm | None = None, contact: ContactForm | None = None
) -> Answer:
    """Wire 2: where it stands, what we promised, the talk, what they can do; `here` is the address it all posts to."""
    actor, promise, happened = current_actor(), promises.of(issue), events(issue)
    public = queries.public_state(issue)
    own = queries.is_own(actor, issue) or queries.works_on(actor, issue)
    # A link in a letter may have gone astray: what is sealed is shown after a sign-in only.
    sealed = issue.personal_data and actor.link is not None
    sent, address = "sent" in request.args and not actor.way, f"{base_url()}{here}"
    body = render_template(
        "issues/issue.html",
        issue=issue,
        here=here,
        own=own,
        guest=actor.link is not None,
        by_letter=actor.way == "letter",
        signed_in_page=links.page(issue),
        steps=steps(public, happened),
        public=public,
        asked=public == rules.PUBLIC_STATES[rules.WAITING_USER],
        words=words,
        states=rules.PUBLIC_STATES,
        promise=promise.ours,
        awaited=promise.theirs,
        sent=sent,
        own_url=address,
        own_qr=qr_code(address) if sent else "",
        mails=letters.mails(),
        talk=queries.messages(issue, internal=False) if own else [],
        evidence=queries.evidence_of(issue) if own and not sealed else None,
        files=files.by_message(issue) if own and not sealed else {},
        sealed=sealed,
        events=happened,
        note=note or NoteForm(),
        contact=contact or _contact_of(issue),
        solved=move_form(("satisfaction",), present={}),
        may=queries.may_move(actor, issue, clock.now()),
        follows=queries.follows(actor, issue),
        hears=issue.merged_into is not None and _hears(actor, issue.merged_into),
        rules_open=rules.OPEN,
        asks_need=queries.open_ask(issue, "need") is not None if issue.state == rules.WAITING_USER else False,
    )
    return body, 422 if (note and note.errors) or (contact and contact.errors) else 200


def _hears(actor: Actor, target: Issue) -> bool:
    """Whether the issue that this one was joined with is the reader's own, or followed by them."""
    return queries.is_own(actor, target) or queries.follows(actor, target)


def _contact_of(issue: Issue) -> ContactForm:
    """The form with what the reporter left so far."""
    left = {"name": issue.reporter_name, "email": issue.reporter_email, "phone": issue.reporter_phone}
    return ContactForm(obj=None, data=left)


def steps(public: str, happened: Sequence[Event]) -> list[tuple[Any, str]]:
    """The public states as done, now or next; a question or an answer that never came is no step behind us."""
    at, actions = LINE.index(public), {one.action for one in happened}
    left_out = {name for name, verbs in COMES_BY.items() if name != public and not actions & verbs}
    if at < LINE.index("please_confirm"):
        left_out.discard("please_confirm")
    return [
        (words.PUBLIC_WORDS[name], "done" if i < at else "now" if i == at else "next")
        for i, name in enumerate(LINE)
        if name not in left_out
    ]


def events(issue: Issue) -> list[Event]:
    """What happened, without who, without inner words, and without what was taken back."""
    trail = select(Entry.seq, Entry.at, Entry.action, Entry.after).where(
        Entry.subject_kind == issue.kind_name, Entry.subject_id == issue.id
    )
    rows = db.session.execute(trail.order_by(Entry.seq)).all()
    undone = {row.after["undone"] for row in rows if row.action == "issue.undo"}
    return [
        Event(row.at, row.action, words.PUBLIC_EVENTS[row.action])
        for row in rows
        if row.action in words.PUBLIC_EVENTS and row.seq not in undone
    ]


@bp.get("/issues/<number>/calendar.ics")
@signed_in()
def calendar(number: str) -> Answer:
    return calendar_entry(issue_of(number, current_actor()))


def calendar_entry(issue: Issue) -> Response:
    """When the reporter hears from us, for their own calendar; nothing of the report itself."""
    due, stamp = promises.of(issue).ours or clock.now(), f"{clock.now():%Y%m%dT%H%M%SZ}"
    words_ = _("Answer to report %(number)s is due", number=issue.number)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Tracker//EN",
        "BEGIN:VEVENT",
        f"UID:{issue.number}@{_host()}",
        f"DTSTAMP:{stamp}",
        f"DTSTART:{due:%Y%m%dT%H%M%SZ}",
        f"SUMMARY:{words_}",
        f"URL:{base_url()}/issues/{issue.number}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    response = Response("\r\n".join(lines), mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="{issue.number}.ics"'
    return response


def _host() -> str:
    return str(current_app.config["TRACKER"].mail_from).rpartition("@")[2].strip("<> ") or "localhost"
