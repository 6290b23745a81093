"""However the moves follow each other, no record is closed with a guard unmet, and none is lost."""

from datetime import timedelta
from typing import Any, ClassVar

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.clock import MONDAY
from tests.factories.people import actor_of, make_person, make_system
from tests.factories.records import (
    CAUSE,
    CLASSIFIED,
    CORRECTION,
    GRAVE,
    GRAVE_CAUSE,
    GRAVE_CORRECTION,
    PROOF,
    Cast,
    issues_of,
    make_cast,
    make_record,
    take,
)
from tests.factories.records import (
    given as asked,
)
from tracker import workflow
from tracker.accounts.models import Person
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.errors import DomainError
from tracker.records import actions, queries, rules
from tracker.records.models import Record

FILLS: tuple[dict[str, Any], ...] = (
    CLASSIFIED, GRAVE, CAUSE, GRAVE_CAUSE, CORRECTION, GRAVE_CORRECTION, PROOF, {"similar_check": "None."},
    {"root_cause": ""}, {"corrections": []}, {"anomaly_type": ""}, {"impact": 4, "reach": 4}, {"proof_kind": ""},
    {"need_statement": "In other words."},
)  # fmt: skip


ROLES = ("supervisor", "engineer", "manager", "reporter", "stranger", "system")


class Handling(RuleBasedStateMachine):
    """Supervisor, engineer, manager and reporter act in any order; refusals are part of the life."""

    starts: ClassVar[list[int]] = []
    people: ClassVar[list[int]] = []
    leader: ClassVar[str] = ""

    @initialize(start=st.integers(0, 5))
    def begin(self, start: int) -> None:
        # Nothing of an earlier run may be left in the session: what was rolled back is no longer there.
        db.session.expunge_all()
        self.cast = Cast(*(db.session.get_one(Person, one) for one in self.people[:4]))
        self.stranger = db.session.get_one(Person, self.people[4])
        self.record = db.session.get_one(Record, self.starts[start])
        self.at = MONDAY

    def teardown(self) -> None:
        db.session.rollback()

    def attempt(self, act: Any, *args: Any, **options: Any) -> None:
        """Do it, or be refused and change nothing."""
        self.at += timedelta(minutes=1)
        state, step = self.record.state, db.session.begin_nested()
        try:
            act(*args, at=self.at, **options)
            step.commit()
        except DomainError:
            step.rollback()
            assert self.record.state == state

    def who(self, role: str) -> Any:
        if role == "system":
            return SYSTEM
        return actor_of(self.stranger if role == "stranger" else getattr(self.cast, role))

    @rule(verb=st.sampled_from(list(rules.WORKFLOW)), role=st.sampled_from(ROLES))
    def move(self, verb: str, role: str) -> None:
        fields = {"leader": self.leader} if verb == "follow" else asked(verb, self.cast, self.at)
        before = self.record
        note = "Because." if verb in ("return", "back", "reissue", "conclude", "unfollow") else ""
        self.attempt(actions.move_record, before, verb, by=self.who(role), fields=fields, note=note)
        if before.state == rules.REISSUED:
            self.record = queries.of_issue(before.primary_issue) or before

    @rule(grave=st.booleans())
    def go_on(self, grave: bool) -> None:
        verb = rules.FORWARD.get(self.record.state or "")
        if verb is not None:
            self.attempt(take, self.record, verb, self.cast, grave=grave)

    @rule(fill=st.sampled_from(FILLS), role=st.sampled_from(ROLES[:3]))
    def fill(self, fill: dict[str, Any], role: str) -> None:
        self.attempt(actions.save, self.record, fill, by=self.who(role))

    @rule(role=st.sampled_from(["supervisor", "manager", "stranger"]))
    def sign(self, role: str) -> None:
        self.attempt(actions.sign, self.record, signed_as=role, statement="As stated.", by=self.who(role))

    @rule(verb=st.sampled_from(["solved", "unsolved"]))
    def answer(self, verb: str) -> None:
        issue = issues_of(self.record)[0]
        fields = {"note": "Still wrong."} if verb == "unsolved" else {}
        self.attempt(actions.move_issue, issue, verb, by=self.who("reporter"), fields=fields)

    @precondition(lambda self: self.record.state == rules.WATCHING)
    @rule(recurrences=st.integers(0, 1))
    def check(self, recurrences: int) -> None:
        for one in queries.Whole(self.record).checks:
            self.attempt(actions.record_check, one, "Looked.", recurrences, by=self.who("supervisor"))

    @invariant()
    def nothing_is_closed_with_a_guard_unmet(self) -> None:
        if self.record.state == rules.CLOSED:
            facts = queries.facts(self.record, self.at)
            assert workflow.missing(rules.WORKFLOW["close"], facts) == ()

    @invariant()
    def at_most_one_escalation_is_open(self) -> None:
        live = [one for one in queries.Whole(self.record).escalations if one.state in rules.ESCALATION_OPEN]
        led = self.record.led_by_id is not None
        assert len(live) == (1 if (self.record.state in rules.ENGINEER_WORK and not led) or live else 0)
        assert not live or self.record.state in (*rules.ENGINEER_WORK, rules.ON_HOLD)

    @invariant()
    def the_issue_knows_whether_its_record_is_open(self) -> None:
        link, _issue = queries.Whole(self.record).links[0]
        assert link.is_open == (self.record.state not in rules.ENDED)


STARTS = (
    ("draft", False), ("fixing", True), ("review", False), ("review", True), ("watching", True), ("assigned", False),
)  # fmt: skip


def test_no_sequence_of_acts_by_anybody_closes_a_record_with_a_guard_unmet(app: Flask) -> None:
    cast, system = make_cast(), make_system()
    Handling.starts = [
        make_record(cast, state=state, grave=grave, system=system)[0].id for state, grave in STARTS
    ]
    Handling.leader = make_record(cast, state="user_confirm", system=system)[0].number
    named = (
        cast.supervisor,
        cast.engineer,
        cast.manager,
        cast.reporter,
        make_person("supervisor", system_limit=make_system()),
    )
    Handling.people = [one.id for one in named]
    # The rules are the same on both databases; what differs (savepoints, types) shows in a few runs.
    examples = 25 if db.engine.dialect.name == "sqlite" else 8
    run_state_machine_as_test(
        Handling,
        settings=settings(
            max_examples=examples, stateful_step_count=12, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
