"""A year in a minute: cases, words, questions and days off over 365 days are chased exactly as the model says."""

import os
import random
import sys
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.clock import MONDAY, TAIPEI
from tests.factories.people import actor_of, make_person, make_system
from tests.followups import hours
from tests.followups.model import Case, Model
from tracker.accounts.models import Person
from tracker.db import db
from tracker.followups import invariants, jobs
from tracker.followups.models import Chase
from tracker.issues import actions as issues
from tracker.issues.models import Issue
from tracker.systems.models import AISystem

START = MONDAY.astimezone(TAIPEI)
OPEN = ("new", "confirming")


class Year:
    """People report, write and ask on days of chance; the engine ticks twice a day."""

    def __init__(self, cases: int, days: int, seed: int = 1) -> None:
        self.chance, self.model, self.days = random.Random(seed), Model(), days
        hours.keep(9, 18)
        self.staff = [make_person("supervisor").id for _ in range(5)]
        self.user, self.system = make_person("reporter").id, make_system().id
        self.left = cases
        self.alive: list[int] = []

    def run(self) -> None:
        for day in range(self.days):
            midnight = (START + timedelta(days=day)).replace(hour=0)
            for minute in sorted(self.chance.sample(range(420, 1260), 2)):
                self.hour(midnight + timedelta(minutes=minute), day)

    def hour(self, now: datetime, day: int) -> None:
        """Some reports come in, something happens to some cases, then the engine ticks."""
        fresh = min(self.left, -(-self.left // max(1, 2 * (self.days - 30 - day))))
        for _ in range(fresh):
            self.report(now)
        for number in self.chance.sample(self.alive, min(len(self.alive), 1 + len(self.alive) // 12)):
            self.happens(number, now)
        db.session.commit()
        jobs.tick(now)
        db.session.remove()
        self.model.tick(now)
        self.alive = [one for one in self.alive if self.model.cases[one].state != "ended"]

    def report(self, now: datetime) -> None:
        self.left -= 1
        severity, owner = self.chance.choice(("S2", "S3", "S4")), self.chance.choice(self.staff)
        fields = issues.Intake(
            system=db.session.get_one(AISystem, self.system),
            description="It says 30, it is 7.",
            impact="wrong_content",
        )
        issue = issues.open_issue(fields=fields, by=self.actor(self.user, now), at=now)
        issue.severity, issue.assignee_id = severity, owner
        db.session.flush()
        self.model.cases[issue.id] = Case(severity, now, owner)
        self.alive.append(issue.id)

    def happens(self, number: int, now: datetime) -> None:
        case, issue = self.model.cases[number], db.session.get_one(Issue, number)
        by, what = self.actor(self.staff[0], now), self.chance.random()
        if case.state == "waiting_user":
            issues.carry_out(
                issue, "reply", by=self.actor(self.user, now), at=now, fields={"body": "On Monday."}
            )
            case.goes_on(now, "confirming")
        elif case.state in OPEN and what < 0.3:
            issues.say(issue, "We look.", visibility="public", by=by, at=now)
            case.says(now)
        elif case.state in OPEN and what < 0.5:
            issues.carry_out(issue, "ask", by=by, at=now, fields={"body": "On which day?"})
            case.waits(now, "waiting_user")
        else:
            issues.carry_out(issue, "withdraw", by=self.actor(self.user, now), at=now, note="Enough.")
            case.goes_on(now, "ended")

    def actor(self, person_id: int, now: datetime):
        return actor_of(db.session.get_one(Person, person_id), now)


def compare(year: Year) -> int:
    rows = select(Chase.subject_id, Chase.clock, Chase.step, Chase.occurrence, Chase.due_at, Chase.fired_at)
    chased = sorted(tuple(row) for row in db.session.execute(rows))
    assert chased == sorted(year.model.chased)
    end = START + timedelta(days=year.days, hours=12)
    assert {one.name for one in invariants.broken(end)} <= {"lost"}, "no postman came in this year"
    return len(chased)


def test_a_season_of_some_cases_is_chased_as_the_model_says(app):
    year = Year(cases=15, days=34)
    year.run()
    assert compare(year) > 10


@pytest.mark.drill
def test_a_year_of_many_cases_is_chased_as_the_model_says(app, engine):
    year = Year(cases=int(os.environ.get("CASES", "20000")), days=365)
    year.run()
    chased = compare(year)
    sys.stdout.write(
        f"\n{engine}: a year, {len(year.model.cases):,} cases, {chased:,} chases as the model says\n"
    )
