"""Who is told at a step: the one who owes the work (their deputy while away), supervisors, managers, the user.

Nobody is told of a case they may not see; where nobody is left on one rung, the next one hears of it instead.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select

from tracker.accounts import queries as people
from tracker.accounts import rules as roles
from tracker.accounts.models import Person, PersonRole, TeamMember
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.duty import queries as duty
from tracker.followups import fixed
from tracker.followups.heads import heads_above
from tracker.followups.models import Clock
from tracker.followups.subjects import Chased, Subject
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.policies import rules as policy
from tracker.records import rules as record_rules
from tracker.records.lacking import WAITS_FOR_MANAGER
from tracker.records.models import Record
from tracker.records.parts import Escalation, Opinion

DEPUTY, CONTACT = "deputy", "contact"
LEADING = (roles.SUPERVISOR, roles.MANAGER)
"""Whoever holds one of these for a case may see it, unless it is restricted."""


@dataclass(frozen=True)
class Recipient:
    """Somebody to tell and why: as whom; `person_id` is None for guests and outside contacts, who have an address."""

    person_id: int | None
    name: str
    email: str
    locale: str
    role: str
    deputy_for: str = ""
    person: Person | None = field(default=None, compare=False, repr=False)


class Desk:
    """Resolves recipients for one batch; remembers who may do what, so that a hundred cases ask once."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.holders = lru_cache(maxsize=None)(self._holders)
        self.actor = lru_cache(maxsize=None)(self._actor)
        self.heads = lru_cache(maxsize=None)(heads_above)
        self.person = lru_cache(maxsize=None)(self._person)
        self.holds = lru_cache(maxsize=None)(self._holds)
        self.told = lru_cache(maxsize=None)(self._told)
        self.everyone = lru_cache(maxsize=None)(self._everyone)
        self.all_here = lru_cache(maxsize=None)(self._all_here)

    def meet(self, person_ids: Iterable[int | None]) -> None:
        """Read these people at once: a batch names them one after the other."""
        ids = {one for one in person_ids if one is not None}
        if ids:
            db.session.scalars(select(Person).where(Person.id.in_(ids))).all()

    def recipients(self, step: policy.Step, clock: Clock, subject: Subject) -> list[Recipient]:
        """Everybody whom this step tells, each once, as the first part they have in it."""
        owners = self.owners(clock, subject)
        groups: dict[str, Callable[[], Iterable[Recipient]]] = {
            policy.OWNER: lambda: owners,
            policy.SUPERVISORS: lambda: self.supervisors(subject),
            policy.MANAGERS: lambda: self.managers(subject, owners),
            policy.ON_DUTY: lambda: self.on_duty(subject),
            policy.SAFETY: lambda: self.safety(subject),
            policy.REPORTER: lambda: reporter(subject.about),
        }
        found = [one for name in step.to for one in groups[name]()]
        if step.level:
            found += self.above(subject, owners, step.level)
        return _once(found) or _once(self.supervisors(subject))

    def owners(self, clock: Clock, subject: Subject) -> list[Recipient]:
        """Who owes the work that this clock measures."""
        if clock.name in (fixed.DECIDE, fixed.ACCEPTED):
            return self.managers(subject, [])
        if subject.escalation is not None:
            return self._assignees(subject.escalation, subject.about)
        if subject.opinion is not None:
            return self._asked(subject.opinion, subject.about)
        # Whoever stands in for a signer signs, whatever their roles.
        signs = clock.name == policy.SIGNOFF
        if signs and subject.record is not None and _waits_for_manager(subject.record):
            return self.managers(subject, [], signs=True)
        record = subject.record
        named = [subject.about.assignee_id]
        if record is not None:
            named.insert(0, record.owner_id)
            if clock.name == policy.HOLD:
                named.insert(0, record.hold_liaison_id)
        if subject.item is not None:
            named.insert(0, subject.item.owner_id)
        for person_id in named:
            # Whoever was made the owner of an inspection may see its rounds.
            found = self._one(
                person_id, policy.OWNER, subject.about, entitled=subject.round is not None, stands_in=signs
            )
            if found:
                return found
        return self.supervisors(subject)

    def supervisors(self, subject: Subject) -> list[Recipient]:
        """Supervisors for the case who may see it; the managers where there is none."""
        found = self._those(roles.SUPERVISOR, policy.SUPERVISORS, subject.about)
        return found or self._managers(subject.about) or self._last_resort()

    def managers(
        self, subject: Subject, owners: Sequence[Recipient], *, signs: bool = False
    ) -> list[Recipient]:
        """The nearest head of unit above the case who is a manager, else all managers for it."""
        found = self._those(roles.MANAGER, policy.MANAGERS, subject.about, stands_in=signs)
        if not found:
            return self._those(roles.SUPERVISOR, policy.SUPERVISORS, subject.about) or self._last_resort()
        ids = {one.person_id for one in found}
        owing = {one.person_id for one in owners}
        for head in self.heads(subject.about.unit_id):
            if head in ids and head not in owing:
                return [one for one in found if one.person_id == head]
        return found

    def above(self, subject: Subject, owners: Sequence[Recipient], level: int) -> list[Recipient]:
        """The manager so many levels above the nearest one; the highest where there is none so high."""
        owing = {one.person_id for one in owners}
        heads = [head for head in self.heads(subject.about.unit_id) if head not in owing]
        led = [one for head in heads for one in self._managers(subject.about) if one.person_id == head]
        return led[level : level + 1] or led[-1:] or self.managers(subject, owners)

    def on_duty(self, subject: Subject) -> list[Recipient]:
        """Whoever is on duty for the system, or its deputy; else those it was escalated to, else its supervisors."""
        rota, sent = subject.about.system.rota_id, subject.escalation
        ready = duty.on_duty(rota, self.now) if rota is not None else None
        found = self._one(ready.id, policy.ON_DUTY, subject.about) if ready is not None else []
        found = found or (self._assignees(sent, subject.about) if sent is not None else [])
        return found or self.supervisors(subject)

    def safety(self, subject: Subject) -> list[Recipient]:
        """The contacts named for privacy and for security."""
        settings = people.organisation()
        named = [settings.security_contact_id]
        if subject.about.personal_data:
            named.insert(0, settings.privacy_contact_id)
        return [one for person_id in named for one in self._one(person_id, policy.SAFETY, subject.about)]

    def _managers(self, issue: Chased) -> list[Recipient]:
        return self._those(roles.MANAGER, policy.MANAGERS, issue)

    def _last_resort(self) -> list[Recipient]:
        """Nobody may see the case: an administrator hears that this is so, by number."""
        return [told(one, policy.MANAGERS) for one in self.holders(roles.ADMIN)]

    def _those(self, role: str, why: str, issue: Chased, *, stands_in: bool = False) -> list[Recipient]:
        if not issue.restricted and role in LEADING and self.all_here(role):
            # Each of them may see it, and nobody's deputy is asked.
            return list(self.everyone(role, why, issue.unit_id, issue.system_id))
        found = []
        for person in self.holders(role):
            if self.holds(person.id, role, issue.unit_id, issue.system_id):
                found += self._one(person.id, why, issue, stands_in=stands_in)
        return _once(found)

    def _everyone(self, role: str, why: str, unit_id: int | None, system_id: int) -> list[Recipient]:
        return [
            self.told(one.id, why)
            for one in self.holders(role)
            if one.active and self.holds(one.id, role, unit_id, system_id)
        ]

    def _all_here(self, role: str) -> bool:
        """Whether nobody with this role is away."""
        return not any(one.is_away(self.now) for one in self.holders(role))

    def _holds(self, person_id: int, role: str, unit_id: int | None, system_id: int) -> bool:
        """Whether the role is theirs for such a case; that of a role without limits is known without a query."""
        person = self.person(person_id)
        assert person is not None
        rows = [
            row for row in person.roles if row.role == role and (row.until is None or self.now < row.until)
        ]
        if any(row.unit_id is None and row.system_id is None for row in rows):
            return True
        return bool(rows) and self.actor(person_id).is_for(role, unit_id=unit_id, system_id=system_id)

    def _one(
        self,
        person_id: int | None,
        why: str,
        issue: Chased,
        *,
        entitled: bool = False,
        stands_in: bool = False,
    ) -> list[Recipient]:
        """The person, or the deputy while away; nobody who may not see the case.

        `entitled` people see what it is about without a look; a deputy who `stands_in` does unless it is restricted.
        """
        person = self.person(person_id) if person_id is not None else None
        if person is None:
            return []
        deputy = person.deputy if person.is_away(self.now) else None
        may_stand_in = (
            deputy is not None
            and deputy.active
            and (((entitled or stands_in) and not issue.restricted) or self._may_see(deputy.id, issue))
        )
        if deputy is not None and may_stand_in:
            return [told(deputy, why, deputy_for=person.name)]
        if person.active and (entitled or self._may_see(person.id, issue)):
            return [self.told(person.id, why)]
        return []

    def _may_see(self, person_id: int, issue: Chased) -> bool:
        """The rule of `issues.may_view`; its commonest answer is had without a query."""
        case = (issue.unit_id, issue.system_id)
        leads = self.holds(person_id, roles.SUPERVISOR, *case) or self.holds(person_id, roles.MANAGER, *case)
        if not isinstance(issue, Issue):
            return leads
        return (leads and not issue.restricted) or issues.may_view(self.actor(person_id), issue)

    def _assignees(self, escalation: Escalation, issue: Chased) -> list[Recipient]:
        """The person, team or outside contact of an escalation; its sender where nobody is reachable."""
        found = self._one(escalation.to_person_id, policy.OWNER, issue, entitled=True)
        if escalation.to_team_id is not None:
            members = select(TeamMember.person_id).where(TeamMember.team_id == escalation.to_team_id)
            for person_id in db.session.scalars(members.order_by(TeamMember.person_id)):
                found += self._one(person_id, policy.OWNER, issue, entitled=True)
        if escalation.to_email and escalation.to_person_id is None:
            name = escalation.to_name or escalation.to_email
            found.append(Recipient(None, name, escalation.to_email, "", CONTACT))
            # Nobody here would see a letter to the outside fail: the sender is told along.
            found += self._one(escalation.by_id, policy.SUPERVISORS, issue)
        return found or self._one(escalation.by_id, policy.SUPERVISORS, issue)

    def _asked(self, opinion: Opinion, issue: Chased) -> list[Recipient]:
        """Who was asked for an opinion; whoever asked where it is somebody outside, or nobody is reachable."""
        asker = self._one(opinion.by_id, policy.SUPERVISORS, issue)
        if opinion.to_person_id is not None:
            return self._one(opinion.to_person_id, policy.OWNER, issue, entitled=True) or asker
        outside = Recipient(None, opinion.addressee, opinion.to_email, "", CONTACT)
        return [outside, *asker] if opinion.to_email else asker

    def _told(self, person_id: int, role: str) -> Recipient:
        person = self.person(person_id)
        assert person is not None
        return told(person, role)

    def _person(self, person_id: int) -> Person | None:
        return db.session.get(Person, person_id)

    def _actor(self, person_id: int) -> Actor:
        return people.actor_of(db.session.get_one(Person, person_id), at=self.now)

    def _holders(self, role: str) -> Sequence[Person]:
        return people.people_with(role, at=self.now) if role == roles.ADMIN else _with_role(role)


def _with_role(role: str) -> Sequence[Person]:
    """Active people with the role anywhere; whether it holds for a case is asked one by one."""
    holders = select(PersonRole.person_id).where(PersonRole.role == role)
    return db.session.scalars(people.people().where(Person.id.in_(holders))).all()


def told(person: Person, role: str, *, deputy_for: str = "") -> Recipient:
    """A person as a recipient."""
    return Recipient(person.id, person.name, person.email or "", person.locale, role, deputy_for, person)


def reporter(issue: Chased) -> list[Recipient]:
    """The user who reported: a person, or the address a guest left."""
    if issue.reporter is not None and issue.reporter.active:
        return [told(issue.reporter, policy.REPORTER)]
    if issue.reporter_email:
        return [Recipient(None, issue.reporter_name, issue.reporter_email, "", policy.REPORTER)]
    return []


def _waits_for_manager(record: Record) -> bool:
    if record.state != record_rules.REVIEW:
        return False
    return db.session.scalar(select(Record.id).where(Record.id == record.id, WAITS_FOR_MANAGER)) is not None


def _once(found: Iterable[Recipient]) -> list[Recipient]:
    """Each person or address once, as the first part they have."""
    kept: dict[int | str, Recipient] = {}
    for one in found:
        kept.setdefault(one.person_id if one.person_id is not None else one.email.lower(), one)
    return list(kept.values())
