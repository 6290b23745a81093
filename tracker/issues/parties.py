"""Who has a part in an issue: the one who handles it, followers, the contacts for privacy and security."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select, update

from tracker import audit, outbox, rearm
from tracker.accounts import queries as people
from tracker.accounts import rules as roles
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import DomainError, NotAllowed
from tracker.issues import arrivals, documents, letters, links, queries
from tracker.issues.models import Issue, Participant
from tracker.workflow import SUPERVISOR, SYSTEM

FOLLOWER, ME_TOO = "follower", "me_too"
# Who hears of it without handling it: who asked to, and who was named in a note.
HEAR = (FOLLOWER, ME_TOO, "mentioned")
SEALED_TITLE = "涉及個資的回報"


def assign(issue: Issue, to: Person, *, by: Actor, at: datetime) -> None:
    """Take the issue, or hand it over: `to` handles it from now on and must be a supervisor for it."""
    _need_supervisor(issue, by)
    theirs = people.actor_of(to, at=at)
    if not to.active or not theirs.is_for(roles.SUPERVISOR, unit_id=issue.unit_id, system_id=issue.system_id):
        raise DomainError(
            _("Choose a supervisor for this system or unit."), fields={"to": _("Choose a supervisor.")}
        )
    if issue.assignee_id == to.id:
        return
    before, issue.assignee_id = issue.assignee_id, to.id
    arrivals.over(issue, at=at)
    entry = audit.record(
        "issue.assign", issue, by=by, at=at, before={"assignee": before}, after={"assignee": to.id}
    )
    _changed(issue, at)
    letters.tell_handler(issue, "handed_over", cause=entry.id, by=by, at=at)


def follow(issue: Issue, person_id: int, *, by: Actor, at: datetime, role: str = FOLLOWER) -> None:
    """Be told of the issue's progress from now on."""
    if issue.reporter_id != person_id and join(issue, role, at=at, person_id=person_id):
        audit.record(f"issue.{role}", issue, by=by, at=at, after={"person": person_id})
        rearm.mark(issue.kind_name, issue.id, at=at)


def unfollow(issue: Issue, person_id: int, *, by: Actor, at: datetime) -> None:
    """Hear no more of it."""
    if leave(issue, (FOLLOWER, ME_TOO), at=at, person_id=person_id):
        audit.record("issue.unfollow", issue, by=by, at=at, after={"person": person_id})


def me_too(issue: Issue, *, by: Actor, at: datetime) -> None:
    """The same happened to me: counts towards the reach, and follows."""
    if by.person_id is None:
        raise NotAllowed(_("Sign in first."))
    follow(issue, by.person_id, by=by, at=at, role=ME_TOO)


def followers(issue: Issue) -> list[str]:
    """The names of those who hear of it."""
    theirs = select(Participant.person_id).where(
        Participant.issue_id == issue.id, Participant.role.in_(HEAR), Participant.until.is_(None)
    )
    return list(db.session.scalars(select(Person.name).where(Person.id.in_(theirs)).order_by(Person.name)))


def restrict(issue: Issue, *, by: Actor, at: datetime, reason: str) -> None:
    """Show the issue to named people only from now on, and seal its title."""
    if SUPERVISOR not in queries.relations(by, issue) and not queries.is_contact(by):
        raise NotAllowed(_("Only a supervisor restricts an issue."))
    if issue.restricted:
        return
    title = issue.title
    issue.restricted = True
    leave(issue, (FOLLOWER, ME_TOO), at=at)
    if issue.assignee_id is None and by.person_id is not None:
        issue.assignee_id = by.person_id
    issue.title = SEALED_TITLE
    withhold_letters(issue, at=at)
    audit.record("issue.restrict", issue, by=by, at=at, before={"restricted": False}, after={"restricted": True},
                 texts={"title": title, "note": reason})  # fmt: skip
    _changed(issue, at)


def end_links(issue: Issue, *, by: Actor, at: datetime, reason: str) -> None:
    """No link or receipt given out so far opens the report; an address that a guest left is sent a fresh link."""
    if SUPERVISOR not in queries.relations(by, issue) and not queries.is_contact(by):
        raise NotAllowed(_("Only a supervisor can do this."))
    links.revoke(issue, at=at)
    shut_links(issue, at=at)
    entry = audit.record("issue.end_links", issue, by=by, at=at, texts={"note": reason})
    if issue.reporter_id is None:
        letters.to_guest(issue, "message", cause=entry.id, at=at)
    _changed(issue, at)


def unrestrict(issue: Issue, *, by: Actor, at: datetime, reason: str) -> None:
    """Open a restricted issue again; its title stays sealed."""
    if SUPERVISOR not in queries.relations(by, issue) and not queries.is_contact(by):
        raise NotAllowed(_("Only a supervisor restricts an issue."))
    if not reason.strip():
        raise DomainError(_("Give a reason."), fields={"note": _("Give a reason.")})
    issue.restricted = False
    audit.record("issue.unrestrict", issue, by=by, at=at, before={"restricted": True}, after={"restricted": False},
                 texts={"note": reason})  # fmt: skip
    _changed(issue, at)


def seal(issue: Issue, *, at: datetime) -> None:
    """Personal data is concerned: a neutral title, and the privacy contact takes part.  The caller writes the trail."""
    issue.personal_data, issue.title = True, SEALED_TITLE
    withhold_letters(issue, at=at)
    contact = people.organisation().privacy_contact_id
    if contact is not None and contact != issue.reporter_id:
        join(issue, "privacy", at=at, person_id=contact)


def withhold_letters(issue: Issue, *, at: datetime) -> None:
    """The letters that went before hold the old title, also on the bells of those who see the issue no more."""
    outbox.withhold(subject=(issue.kind_name, issue.id), subject_lines=True)
    shut_links(issue, at=at)


def shut_links(issue: Issue, *, at: datetime) -> None:
    """Whoever has an account signs in to open it from now on; a letter to them that still waits leads there."""
    links.revoke(issue, at=at, guests=False)
    outbox.lead_elsewhere(subject=(issue.kind_name, issue.id), begins=links.PREFIX, link=links.page(issue))


def warn_security(issue: Issue, *, at: datetime) -> None:
    """Harm is possible: the security contact takes part."""
    contact = people.organisation().security_contact_id
    if contact is not None and contact != issue.reporter_id:
        join(issue, "security", at=at, person_id=contact)


def entrust(issue: Issue, *, at: datetime) -> None:
    """Something was masked: the named contacts keep the original, so that they take part and can reach it."""
    settings = people.organisation()
    keepers = {"privacy": settings.privacy_contact_id, "security": settings.security_contact_id}
    for role, contact in keepers.items():
        if contact is not None and contact != issue.reporter_id:
            join(issue, role, at=at, person_id=contact)


def join(
    issue: Issue, role: str, *, at: datetime, person_id: int | None = None, team_id: int | None = None
) -> bool:
    """Give somebody a part in the issue; False when they have it already."""
    same = select(Participant).where(
        Participant.issue_id == issue.id, Participant.role == role,
        Participant.person_id == person_id, Participant.team_id == team_id,
    )  # fmt: skip
    found = db.session.scalars(same).first()
    if found is None:
        db.session.add(
            Participant(issue_id=issue.id, person_id=person_id, team_id=team_id, role=role, since=at)
        )
    elif found.until is None:
        return False
    else:
        found.since, found.until = at, None
    db.session.flush()
    return True


def leave(issue: Issue, parts: tuple[str, ...], *, at: datetime, person_id: int | None = None) -> bool:
    """End these parts of one person, or of everybody; a part ends at once, never by a date to come."""
    ended = update(Participant).where(
        Participant.issue_id == issue.id, Participant.role.in_(parts), Participant.until.is_(None)
    )
    if person_id is not None:
        ended = ended.where(Participant.person_id == person_id)
    return bool(db.session.execute(ended.values(until=at).returning(Participant.id)).all())


def _need_supervisor(issue: Issue, by: Actor) -> None:
    if not queries.relations(by, issue) & {SUPERVISOR, SYSTEM}:
        raise NotAllowed(_("Only a supervisor can do this."))


def _changed(issue: Issue, at: datetime) -> None:
    issue.updated_at = at
    rearm.mark(issue.kind_name, issue.id, at=at)
    documents.reindex(issue)


def want_reminders(issue: Issue, wanted: bool, *, by: Actor, at: datetime) -> None:
    """A guest ends the reminders of their report, or wants them again; what is news to them comes in any case."""
    if wanted == (issue.reminders_ended_at is None):
        return
    issue.reminders_ended_at = None if wanted else at
    audit.record(f"issue.reminders_{'again' if wanted else 'end'}", issue, by=by, at=at)
