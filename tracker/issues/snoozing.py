"""稍後: an issue out of the way until a time.  The clocks run on, and it comes back at once when anybody acts on it."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import audit, outbox, rearm
from tracker.accounts.models import Person
from tracker.accounts.rules import SYSTEM, Actor
from tracker.audit.models import Entry
from tracker.db import db
from tracker.errors import DomainError, NotAllowed, WrongState
from tracker.issues import letters, queries, rules
from tracker.issues.models import Issue
from tracker.outbox import rules as post_rules
from tracker.workflow import SUPERVISOR

LONGEST = timedelta(days=90)
SNOOZE = "issue.snooze"
NOON_ENDS, AFTERNOON, MORNING = time(13), time(14), time(9)


def choices(now: datetime, zone: ZoneInfo, due: datetime | None = None) -> Mapping[str, datetime]:
    """The instants offered by name, soonest first; those that make no sense now are left out."""
    here = now.astimezone(zone)
    day = here.date()
    offered = {
        "hour": now + timedelta(hours=1),
        "afternoon": datetime.combine(day, AFTERNOON, zone) if here.time() < NOON_ENDS else None,
        "morning": datetime.combine(day + timedelta(days=1), MORNING, zone),
        "monday": datetime.combine(day + timedelta(days=7 - day.weekday()), MORNING, zone),
        "before_due": due - timedelta(days=1) if due is not None and due < rules.NEVER else None,
    }
    able = {name: until for name, until in offered.items() if until is not None and until > now}
    return dict(sorted(able.items(), key=lambda one: one[1]))


def snooze(issue: Issue, until: datetime | None, *, by: Actor, at: datetime) -> None:
    """Keep it out of the views that wait until then.

    Raises NotAllowed, WrongState (ended), DomainError (no time to come within 90 days, or what may never wait).
    """
    if SUPERVISOR not in queries.relations(by, issue):
        raise NotAllowed(_("Only a supervisor can do this."))
    if not issue.is_open:
        raise WrongState(act="snooze")
    if issue.alarming:
        raise DomainError(_("What concerns harm, personal data or S1 stays in sight."))
    if until is None or not at < until <= at + LONGEST:
        raise DomainError(fields={"until": _("Choose a time within the next 90 days.")})
    before, issue.snoozed_until = issue.snoozed_until, until
    _changed(issue, at)
    audit.record(
        SNOOZE, issue, by=by, at=at, before={"snoozed_until": before}, after={"snoozed_until": until}
    )


def wake(issue: Issue, *, by: Actor, at: datetime) -> None:
    """Back into its views; nothing when it is there already."""
    if issue.snoozed_until is None:
        return
    before, issue.snoozed_until = issue.snoozed_until, None
    _changed(issue, at)
    audit.record(
        "issue.wake", issue, by=by, at=at, before={"snoozed_until": before}, after={"snoozed_until": None}
    )


def wake_due(issue: Issue, *, at: datetime) -> None:
    """Its time has come: back, and a bell for who sent it away."""
    mine = (Entry.subject_kind == issue.kind_name, Entry.subject_id == issue.id, Entry.action == SNOOZE)
    last = db.session.scalars(select(Entry).where(*mine).order_by(Entry.seq.desc()).limit(1)).first()
    wake(issue, by=SYSTEM, at=at)
    person = db.session.get(Person, last.by_id) if last is not None and last.by_id else None
    if person is not None and person.active:
        with force_locale(letters.locale_of(person)):
            line = (
                _("[%(number)s] Back from later", number=issue.number) + post_rules.TITLE_MARK + issue.title
            )
            outbox.post(
                channel=post_rules.BELL, kind="issue.woke", key=(issue.kind_name, issue.id, "woke", issue.updated_at),
                subject=(issue.kind_name, issue.id), at=at, subject_line=line, body_text="", person_id=person.id,
                link=f"/issues/{issue.number}", locale=letters.locale_of(person),
            )  # fmt: skip


def due(now: datetime, most: int) -> list[int]:
    """The ids of the issues whose time has come."""
    found = select(Issue.id).where(Issue.snoozed_until <= now).order_by(Issue.snoozed_until).limit(most)
    return list(db.session.scalars(found))


def _changed(issue: Issue, at: datetime) -> None:
    issue.updated_at = at
    rearm.mark(issue.kind_name, issue.id, at=at)
