"""The engine and the model of `model.py` side by side: whatever is done to both, both must chase the same."""

import random
from datetime import timedelta
from typing import Any

from hypothesis import strategies
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
)
from sqlalchemy import select, update

from tests.clock import MONDAY, TAIPEI
from tests.factories.people import actor_of
from tests.factories.records import CLASSIFIED
from tests.followups import faults, hours
from tests.followups.model import Case, Model, Office
from tracker import failpoints
from tracker.accounts.models import Person, PersonRole
from tracker.db import db
from tracker.followups import invariants, jobs, letters, restoring
from tracker.followups.models import Chase, Obligation
from tracker.issues import actions as issues
from tracker.issues import parties
from tracker.issues.models import Issue
from tracker.outbox import jobs as post
from tracker.outbox import rules as outcomes
from tracker.outbox.models import Letter
from tracker.records import actions as records
from tracker.records.models import Record
from tracker.systems.models import AISystem

POINTS = strategies.sampled_from(failpoints.FIRING)
NODES = strategies.integers(1, 3)
FAULTS = strategies.sampled_from((faults.die, faults.drop))
JUMPS = strategies.sampled_from((0, 1, 5, 29, 61, 240, 540, 1440, 4321, 10080))
WHICH = strategies.integers(0, 9)
ENDS = (outcomes.SENT,) * 5 + (outcomes.DEFERRED, outcomes.UNKNOWN, outcomes.DEAD, "killed")


class Engine(RuleBasedStateMachine):
    """A run: what people, nodes and faults do, to the engine and to the model.  `ground` is put back after it."""

    ground: Any = None

    def __init__(self):
        super().__init__()
        self.now = MONDAY.astimezone(TAIPEI)
        self.model, self.seen = Model(), 0
        self.arrived: list[str] = []
        self.staff, self.user, self.system = hours.make_office()

    def teardown(self):
        try:
            self.heal()
        finally:
            db.session.remove()
            self.ground.put_back()
            db.session().info.clear()

    def heal(self):
        """All faults are over: what is due is chased, what waits is sent, every promise holds."""
        self.ticks(1)
        self.all_goes_out()
        self.ticks(1)
        assert invariants.broken(self.now) == []
        # Hours have passed meanwhile, so that the last tick may have written more.
        self.all_goes_out()
        for letter in db.session.scalars(select(Letter).where(Letter.channel == "mail")):
            assert letter.state in ("sent", "dead", "cancelled"), (letter.id, letter.state)
            if letter.state == "sent" and letter.digest_id is None:
                assert letter.message_id in self.arrived
            assert self.arrived.count(letter.message_id) <= 1 + letter.doubts

    def all_goes_out(self):
        """The postman comes until nothing is left to take."""
        states = (*outcomes.DUE_STATES, outcomes.CLAIMED)
        under_way = select(Letter.id).where(Letter.channel == "mail", Letter.state.in_(states)).limit(1)
        for _ in range(120):
            if db.session.scalar(under_way) is None:
                break
            self.now += timedelta(minutes=35)
            post.deliver(self.now, send=self.take, needed=letters.still_needed)

    def take(self, envelope):
        self.arrived.append(envelope.message_id)
        return outcomes.Outcome(outcomes.SENT)

    def pick(self, which, *states):
        """One of the cases in these states, and the row behind it; None when there is none."""
        fits = [number for number, case in self.model.cases.items() if case.state in states]
        if not fits:
            return None
        number = fits[which % len(fits)]
        return self.model.cases[number], db.session.get_one(Issue, number)

    def boss(self):
        return actor_of(db.session.get_one(Person, self.staff[0]), self.now)

    @initialize()
    def begin(self):
        self.create("S3", 0)

    @rule(severity=strategies.sampled_from(("S2", "S3", "S4")), which=WHICH)
    def create(self, severity, which):
        owner = db.session.get_one(Person, self.staff[which % len(self.staff)])
        reporter = db.session.get_one(Person, self.user)
        fields = issues.Intake(system=db.session.get_one(AISystem, self.system), description="It says 30, it is 7.",
                               impact="wrong_content")  # fmt: skip
        issue = issues.open_issue(fields=fields, by=actor_of(reporter, self.now), at=self.now)
        issue.severity, issue.assignee_id = severity, owner.id
        self.model.cases[issue.id] = Case(severity, self.now, owner.id)
        db.session.commit()

    @rule(which=WHICH)
    def say(self, which):
        if found := self.pick(which, "new", "confirming"):
            case, issue = found
            issues.say(issue, "We look.", visibility="public", by=self.boss(), at=self.now)
            case.says(self.now)
            db.session.commit()

    @rule(which=WHICH)
    def ask(self, which):
        if (found := self.pick(which, "new", "confirming")) and not found[0].how_to:
            self.move(found[1], "ask", fields={"body": "On which day?"})
            found[0].waits(self.now, "waiting_user")

    @rule(which=WHICH)
    def reply(self, which):
        if found := self.pick(which, "waiting_user"):
            self.move(found[1], "reply", by=self.user, fields={"body": "On Monday."})
            found[0].goes_on(self.now, "confirming")

    @rule(which=WHICH)
    def answer(self, which):
        if found := self.pick(which, "new", "confirming"):
            found[0].how_to = True
            self.move(found[1], "answer", fields={"proposed_solution": "So.", "issue_kind": "how_to"})
            found[0].waits(self.now, "answered")

    @rule(which=WHICH, verb=strategies.sampled_from(("solved", "withdraw")))
    def close(self, which, verb):
        states = ("answered",) if verb == "solved" else ("new", "confirming", "waiting_user", "answered")
        if found := self.pick(which, *states):
            self.move(found[1], verb, by=self.user, note="Enough.")
            found[0].goes_on(self.now, "ended")

    @rule(which=WHICH)
    def reopen(self, which):
        found = self.pick(which, "ended")
        if found and found[1].state == "closed" and self.now - found[1].closed_at < timedelta(days=29):
            self.move(found[1], "reopen", by=self.user, note="It came back.")
            found[0].goes_on(self.now, "confirming")

    @rule(which=WHICH)
    def escalate(self, which):
        """It becomes a case to be corrected: a record is opened for it, which says how grave it is."""
        if found := self.pick(which, "new", "confirming"):
            case, issue = found
            fields = {
                "need_statement": "7 days.",
                "issue_kind": "anomaly",
                "escalation_reason": "It is wrong.",
            }
            self.move(issue, "escalate", fields=fields)
            record = records.draft_record(issue, by=self.boss(), at=self.now)
            records.save(record, CLASSIFIED, by=self.boss(), at=self.now)
            records.move_record(record, "open", by=self.boss(), at=self.now)
            db.session.commit()
            case.says(self.now)
            case.severity, case.state, case.how_to, case.record = "S3", "escalated", False, record.id

    @rule(which=WHICH)
    def hold(self, which):
        """Somebody else must act first: the reporter gets a promise, and our clocks stand still."""
        if found := self.pick(which, "escalated"):
            until = self.now + timedelta(days=3)
            fields = {
                "waiting_for": "The vendor",
                "until": until,
                "liaison": self.staff[0],
                "promise": "Soon.",
            }
            self.move_record(found[0], "hold", fields)
            found[0].waits(self.now, "held")

    @rule(which=WHICH)
    def resume(self, which):
        if found := self.pick(which, "held"):
            self.move_record(found[0], "resume", {})
            found[0].goes_on(self.now, "escalated")

    def move_record(self, case, verb, fields):
        record = db.session.get_one(Record, case.record)
        records.move_record(record, verb, by=self.boss(), at=self.now, fields=fields)
        db.session.commit()

    def move(self, issue, verb, by=None, fields=None, note=""):
        actor = actor_of(db.session.get_one(Person, by or self.staff[0]), self.now)
        issues.carry_out(issue, verb, by=actor, at=self.now, fields=fields, note=note)
        db.session.commit()

    @rule(which=WHICH, to=WHICH)
    def reassign(self, which, to):
        able = [
            one for one in self.staff if actor_of(db.session.get_one(Person, one), self.now).is_("supervisor")
        ]
        if found := self.pick(which, "new", "confirming", "waiting_user", "answered", "escalated", "held"):
            case, issue = found
            case.owner = able[to % len(able)]
            parties.assign(issue, db.session.get_one(Person, case.owner), by=self.boss(), at=self.now)
            case.dirty = True
            db.session.commit()

    @rule(window=strategies.sampled_from(((9, 18), (10, 17), (8, 16), (0, 24))))
    def plan_edit(self, window):
        hours.keep(*window)
        self.model.office = Office(*window)
        for case in self.model.cases.values():
            case.dirty = True
        self.ticks(1)

    @precondition(lambda self: len(self.staff) > 1)
    @rule()
    def permission_loss(self):
        """Somebody is no supervisor any more: what they owe goes to those who are."""
        gone = self.staff.pop()
        db.session.execute(update(PersonRole).where(PersonRole.person_id == gone).values(role="reporter"))
        db.session.commit()

    @rule(minutes=JUMPS)
    def clock_jumps(self, minutes):
        self.now += timedelta(minutes=minutes)
        self.ticks(1)

    @rule(minutes=strategies.integers(1, 300))
    def clock_falls_back(self, minutes):
        count = len(self.model.chased)
        self.ticks(1)
        jobs.tick(self.now - timedelta(minutes=minutes))
        db.session.remove()
        assert len(self.chased()) == len(self.model.chased) >= count

    @rule(minutes=JUMPS, point=POINTS, time=NODES, fault=FAULTS)
    def node_dies_in_its_tick(self, minutes, point, time, fault):
        self.now += timedelta(minutes=minutes)
        faults.survive(lambda: jobs.tick(self.now), faults.at(point, fault, time))
        db.session.execute(update(Obligation).values(stuck=0, wait_until=None))
        db.session.commit()
        self.ticks(1)

    @rule(seed=strategies.integers(0, 99))
    def postman_comes(self, seed):
        chance = random.Random(seed)

        def send(envelope):
            end = chance.choice(ENDS)
            if end in (outcomes.SENT, outcomes.UNKNOWN, "killed"):
                self.arrived.append(envelope.message_id)
            if end == "killed":
                raise faults.Killed
            return outcomes.Outcome(end, "on order")

        with faults.surviving():
            post.deliver(self.now, send=send, needed=letters.still_needed)
        self.now += timedelta(seconds=95)

    def ticks(self, times):
        for _ in range(times):
            jobs.tick(self.now)
            db.session.remove()
        self.model.tick(self.now)
        real, wanted = set(self.chased()), set(self.model.chased)
        assert real == wanted, f"not by the model: {real - wanted}; missing: {wanted - real}"
        assert len(self.chased()) == len(self.model.chased)
        assert not restoring.is_held()
        self.told_rightly()

    def chased(self):
        """What the model knows of: the chases of issues; those of records run beside them."""
        rows = select(
            Chase.subject_id, Chase.clock, Chase.step, Chase.occurrence, Chase.due_at, Chase.fired_at
        )
        return [tuple(row) for row in db.session.execute(rows.where(Chase.subject_kind == "issue"))]

    def told_rightly(self):
        """Nobody hears of a chase who holds no role for it at that time; somebody always does."""
        newest = select(Chase).where(Chase.id > self.seen).order_by(Chase.id)
        for chase in db.session.scalars(newest):
            self.seen = chase.id
            people = {to["person"] for to in chase.to}
            assert people, chase.id
            assert people <= ({self.user} if chase.step == "remind" else set(self.staff))
