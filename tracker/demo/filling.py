"""Making the demo: first people and systems, then every case, event by event in the order of time."""

import heapq
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select, update

from tracker.accounts import actions as accounts
from tracker.accounts import passwords
from tracker.accounts import queries as people
from tracker.accounts.models import Person
from tracker.accounts.rules import AUDITOR, SYSTEM
from tracker.db import db
from tracker.demo import guides, issue_stories, record_stories, turns
from tracker.demo.cases import CASES, Told
from tracker.demo.catalogue import SYSTEMS, Offered
from tracker.demo.people import HEADS, ORGANISATION, PASSWORD, PEOPLE, TEAMS, UNITS, address
from tracker.demo.stage import Stage
from tracker.followups import actions as followups
from tracker.followups import firing
from tracker.followups.office import office
from tracker.inspections import actions as inspections
from tracker.outbox.models import Letter
from tracker.systems import actions as systems
from tracker.training import actions as training

BEFORE = timedelta(days=75)
TICKS = (time(9), time(13, 30), time(18))
SATURDAY = 5
READ_AFTER = timedelta(days=2)
WITH_SUPERVISORS = frozenset(
    {"new", "confirming", "waiting_user", "confirmed", "answered", "closed", "withdrawn", "merged"}
)


def is_there() -> bool:
    """Whether the demo has been made already."""
    return db.session.scalar(select(Person.id).where(Person.email == address("supervisor"))) is not None


def fill(now: datetime, cases: Sequence[Told] = CASES) -> int:
    """Make the demo around `now`; returns how many issues there are.  Commits."""
    stage = Stage(now, current_app.config["TRACKER"].zone)
    begins = now - BEFORE
    _people(stage, begins)
    for offered in SYSTEMS:
        _system(stage, offered, begins)
    _training(stage)
    turns.make_rota(stage, begins)
    db.session.commit()
    _play(stage, cases)
    guides.write(stage)
    _settle(stage)
    db.session.commit()
    return len(stage.issues)


def _people(stage: Stage, at: datetime) -> None:
    units: dict[str, Any] = {}
    for key, name, parent in UNITS:
        parent_id = units[parent].id if parent else None
        units[key] = accounts.create_unit(name=name, parent_id=parent_id, is_demo=True, by=SYSTEM, at=at)
    hashed = passwords.hashed(PASSWORD)
    for who in PEOPLE:
        roles = [role for role in who.roles if role != AUDITOR]
        person = accounts.create_person(
            name=who.name, email=address(who.key), unit_id=units[who.unit].id, roles=roles, locale=who.locale,
            is_demo=True, by=SYSTEM, at=at,
        )  # fmt: skip
        if AUDITOR in who.roles:
            accounts.grant(person, AUDITOR, until=stage.now + timedelta(days=90), by=SYSTEM, at=at)
        # One hash for all: each takes a fifth of a second on purpose.
        person.password_hash = hashed
        stage.persons[who.key] = person
    for key, name, members in TEAMS:
        ids = [stage.persons[one].id for one in members]
        stage.teams[key] = accounts.create_team(name=name, members=ids, is_demo=True, by=SYSTEM, at=at)
    for key, head in HEADS.items():
        unit = units[key]
        accounts.save_unit(
            unit, name=unit.name, parent_id=unit.parent_id, head_id=stage.persons[head].id, by=SYSTEM, at=at
        )
    turns.make_calendar(stage, units["office"].id, at)
    _organisation(stage, at)


def _organisation(stage: Stage, at: datetime) -> None:
    """Name the organisation and its contacts, where nobody has done so."""
    settings = people.organisation()
    wanted: dict[str, Any] = {}
    if not settings.name:
        wanted |= {"name": ORGANISATION, "help_phone": "分機 1234", "public_body": "no", "critical_provider": "no",
                   "finance_or_health": "no", "eu": "no"}  # fmt: skip
    if settings.privacy_contact_id is None:
        wanted["privacy_contact_id"] = stage.persons["privacy"].id
    if settings.security_contact_id is None:
        wanted["security_contact_id"] = stage.persons["admin"].id
    accounts.save_organisation(settings, wanted, by=SYSTEM, at=at)


def _system(stage: Stage, offered: Offered, at: datetime) -> None:
    more = {
        "name_en": offered.name_en,
        "description": offered.description,
        "owner_id": stage.persons[offered.owner].id,
    }
    wanted = systems.NewSystem(
        name=offered.name, key=offered.key, functions=offered.functions, more={**more, **offered.more}
    )
    system = systems.add_system(wanted, is_demo=True, by=SYSTEM, at=at)
    for name, guide in offered.versions:
        row = systems.add_version(system, version=name, guide=guide, released_at=at, by=SYSTEM, at=at)
        systems.make_current(system, row, by=SYSTEM, at=at)
    db.session.refresh(system)
    stage.systems[offered.key] = system


def _training(stage: Stage) -> None:
    """Two sessions were held, some have read the guide, the service desk must know the assistant."""
    assistant, grading = stage.systems["demo-assistant"], stage.systems["demo-grading"]
    at = stage.instant(20, (0, "16:00"))
    by = stage.actor("supervisor", at)
    for system, days, topic, who in (
        (assistant, 20, "學員服務助理 2.4 版：查詢與退費試算", ("reporter", "counter", "counter2", "phone")),
        (grading, 12, "作業初評 1.0 版：評分建議怎麼看", ("teacher", "teacher2")),
    ):
        held = stage.instant(days, (0, "16:00"))
        facts = {
            "held_on": held.astimezone(stage.zone).date(), "topic": topic, "trainer": "林志偉",
            "system_id": system.id, "version_id": system.versions[0].id,
        }  # fmt: skip
        training.hold_session(
            facts, people=[stage.persons[one].id for one in who], is_demo=True, by=by, at=held
        )
    unit_id = stage.persons["counter"].unit_id
    training.require(assistant, unit_id=unit_id, is_demo=True, by=by, at=at)
    training.require(grading, person_id=stage.persons["teacher3"].id, is_demo=True, by=by, at=at)
    for key in ("reporter", "counter"):
        training.read_guide(assistant.versions[0], by=stage.actor(key, at), at=at)


def _play(stage: Stage, cases: Sequence[Told]) -> None:
    """Let every story go on at its moment, and the scheduler tick in between."""
    waiting: list[tuple[datetime, int, Any, Told]] = []
    for n, told in enumerate((turns.ROUNDS, *cases)):
        story = _story(stage, told)
        heapq.heappush(waiting, (_apart(stage.instant(told.ago, next(story)), n), n, story, told))
    ticked = waiting[0][0]
    while waiting:
        at, n, story, told = heapq.heappop(waiting)
        if at > stage.now:
            continue
        ticked = _ticks(stage, ticked, at)
        try:
            wanted = story.send(at)
        except StopIteration:
            continue
        heapq.heappush(waiting, (max(_apart(stage.instant(told.ago, wanted), n), at), n, story, told))
    _ticks(stage, ticked, stage.now)
    _tick(stage.now)


def _story(stage: Stage, told: Told) -> issue_stories.Story:
    if told is turns.ROUNDS:
        return turns.inspect(stage)
    tell = issue_stories.tell if told.stage in WITH_SUPERVISORS else record_stories.tell
    return tell(stage, told)


def _apart(at: datetime, n: int) -> datetime:
    """The same moment some minutes later, for each case others: people do not report in step."""
    return at + timedelta(minutes=n * 7 % 50)


def _ticks(stage: Stage, last: datetime, until: datetime) -> datetime:
    """Tick three times each working day between these instants; returns the later one."""
    day = last.astimezone(stage.zone).date()
    while day <= until.astimezone(stage.zone).date():
        for clock in TICKS:
            at = datetime.combine(day, clock, stage.zone).astimezone(UTC)
            if day.weekday() < SATURDAY and last < at <= until:
                _tick(at)
        day += timedelta(days=1)
    return until


def _tick(at: datetime) -> None:
    inspections.open_due(office(at).calendar, at)
    while followups.take(at) >= followups.TAKEN:
        pass
    while firing.fire_due(at) >= firing.LIMIT:
        pass
    db.session.commit()


def _settle(stage: Stage) -> None:
    """Letters to people who do not exist are kept and never sent; the older ones have been seen."""
    mine = Letter.person_id.in_([person.id for person in stage.persons.values()])
    kept = update(Letter).where(Letter.channel == "mail", Letter.state == "pending")
    db.session.execute(kept.where(mine | Letter.address.like("%demo.test")).values(state="kept"))
    old = update(Letter).where(mine, Letter.channel == "bell", Letter.seen_at.is_(None))
    db.session.execute(
        old.where(Letter.created_at < stage.now - READ_AFTER).values(seen_at=stage.now - READ_AFTER)
    )
