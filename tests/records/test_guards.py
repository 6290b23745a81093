"""However the moves follow each other, no record is watched or closed with a guard unmet, and none is lost.

What the guards are is told by `unmet`, which asks the rows and nothing of the product.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

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
from tests.factories.records import given as asked
from tests.records.unmet import rows, unmet
from tracker.accounts.models import Person
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.errors import DomainError
from tracker.records import actions, queries, rules
from tracker.records.models import Record
from tracker.records.parts import EffectCheck, Escalation, Signature

FILLS: tuple[dict[str, Any], ...] = (
    CLASSIFIED, GRAVE, CAUSE, GRAVE_CAUSE, CORRECTION, GRAVE_CORRECTION, PROOF, {"similar_check": "None."},
    {"root_cause": ""}, {"corrections": []}, {"anomaly_type": ""}, {"impact": 4, "reach": 4}, {"proof_kind": ""},
    {"need_statement": "In other words."}, {"proof_kind": "waived", "proof_steps": "No time."},
)  # fmt: skip
ROLES = ("supervisor", "engineer", "manager", "reporter", "stranger", "colleague", "system")
REASON = "There are only two of us."
NOTED = ("return", "back", "reissue", "conclude", "unfollow", "cancel")
STARTS = (
    ("draft", False), ("fixing", True), ("review", False), ("review", True), ("watching", True), ("assigned", False),
)  # fmt: skip
DRAFT, FIXING, SHORT_REVIEW, LONG_REVIEW, WATCHING, ASSIGNED = range(len(STARTS))


class Handling(RuleBasedStateMachine):
    """Supervisor, engineer, manager and reporter act in any order; refusals are part of the life."""

    starts: ClassVar[list[int]] = []
    people: ClassVar[list[int]] = []
    leader: ClassVar[str] = ""

    @initialize(start=st.sampled_from(range(len(STARTS))))
    def begin(self, start: int) -> None:
        self.at = MONDAY
        self.load(self.starts[start])

    def load(self, record_id: int) -> None:
        """All anew: what was rolled back is no longer there, whatever the session still holds of it."""
        db.session.expunge_all()
        self.cast = Cast(*(db.session.get_one(Person, one) for one in self.people[:4]))
        self.stranger, self.colleague = (db.session.get_one(Person, one) for one in self.people[4:])
        self.record = db.session.get_one(Record, record_id)

    def teardown(self) -> None:
        db.session.rollback()

    def attempt(self, act: Any, *args: Any, **options: Any) -> bool:
        """Do it, or be refused and change nothing; whether it was done."""
        self.at += timedelta(minutes=1)
        record_id, state, step = self.record.id, self.record.state, db.session.begin_nested()
        try:
            act(*args, at=self.at, **options)
            step.commit()
        except DomainError:
            step.rollback()
            self.load(record_id)
            assert self.record.state == state
            return False
        if self.record.state != state and self.record.state in (rules.WATCHING, rules.CLOSED):
            assert unmet(self.record) == set(), state
        if self.record.state == rules.REISSUED:
            self.record = queries.of_issue(self.record.primary_issue) or self.record
        return True

    def who(self, role: str) -> Any:
        if role == "system":
            return SYSTEM
        return actor_of(getattr(self if role in ("stranger", "colleague") else self.cast, role))

    @rule(verb=st.sampled_from(list(rules.WORKFLOW)), role=st.sampled_from(ROLES))
    def anybody_moves(self, verb: str, role: str) -> None:
        self.move(verb, role)

    def move(self, verb: str, role: str) -> bool:
        fields = {"leader": self.leader} if verb == "follow" else asked(verb, self.cast, self.at)
        note = "Because." if verb in NOTED else ""
        return self.attempt(
            actions.move_record, self.record, verb, by=self.who(role), fields=fields, note=note
        )

    @rule(which=st.integers(0, 9))
    def turn_aside(self, which: int) -> None:
        """One of the moves from here that lie off the straight way, by whoever may make it."""
        able = [verb for verb, move in rules.WORKFLOW.items()
                if self.record.state in move.starts and verb != rules.FORWARD.get(self.record.state or "")]  # fmt: skip
        if able:
            self.move(able[which % len(able)], "supervisor")

    @rule(grave=st.booleans(), steps=st.integers(1, 4))
    def go_on(self, grave: bool, steps: int = 1) -> None:
        for _ in range(steps):
            verb = rules.FORWARD.get(self.record.state or "")
            if verb is not None:
                self.attempt(take, self.record, verb, self.cast, grave=grave)

    @rule(fill=st.sampled_from(FILLS), role=st.sampled_from(ROLES[:3]))
    def anybody_fills(self, fill: dict[str, Any], role: str) -> None:
        self.fill(fill, role)

    def fill(self, fill: dict[str, Any], role: str) -> bool:
        return self.attempt(actions.save, self.record, fill, by=self.who(role))

    @rule(
        role=st.sampled_from(["supervisor", "manager"]), reason=st.sampled_from(["", REASON]),
        by=st.sampled_from(["", "", "stranger", "colleague"]),
    )  # fmt: skip
    def anybody_signs(self, role: str, reason: str, by: str) -> None:
        self.sign(role, reason, by)

    def sign(self, role: str, reason: str = "", by: str = "") -> bool:
        return self.attempt(actions.sign, self.record, signed_as=role, statement="As stated.",
                            by=self.who(by or role), same_person_reason=reason)  # fmt: skip

    @rule(verb=st.sampled_from(["solved", "unsolved"]))
    def answer(self, verb: str) -> None:
        issue = issues_of(self.record)[0]
        fields = {"note": "Still wrong."} if verb == "unsolved" else {}
        self.attempt(actions.move_issue, issue, verb, by=self.who("reporter"), fields=fields)

    @rule(recurrences=st.integers(0, 1))
    def check(self, recurrences: int) -> None:
        for one in rows(EffectCheck, self.record):
            why = {"early_because": "We looked."}
            self.attempt(actions.record_check, one, "Looked.", recurrences, by=self.who("supervisor"), **why)

    @invariant()
    def nothing_is_closed_with_a_guard_unmet(self) -> None:
        if self.record.state == rules.CLOSED:
            assert unmet(self.record) == set()

    @invariant()
    def at_most_one_escalation_is_open(self) -> None:
        live = [one for one in rows(Escalation, self.record) if one.state in rules.ESCALATION_OPEN]
        led = self.record.led_by_id is not None
        assert len(live) == (1 if (self.record.state in rules.ENGINEER_WORK and not led) or live else 0)
        assert not live or self.record.state in (*rules.ENGINEER_WORK, rules.ON_HOLD)

    @invariant()
    def the_issue_knows_whether_its_record_is_open(self) -> None:
        link, _issue = queries.Whole(self.record).links[0]
        assert link.is_open == (self.record.state not in rules.ENDED)

    def standing(self) -> list[str]:
        return [one.signed_as for one in rows(Signature, self.record) if one.voided_at is None]


def set_scene(cast: Cast, *, alone: bool = False) -> type[Handling]:
    """The machine over records of these people at every start; `alone`: there is no second supervisor."""
    system = make_system()
    starts = [make_record(cast, state=state, grave=grave, system=system)[0].id for state, grave in STARTS]
    leader = make_record(cast, state="user_confirm", system=system)[0].number
    stranger = make_person("supervisor", system_limit=make_system())
    colleague = stranger if alone else make_person("supervisor")
    named = (cast.supervisor, cast.engineer, cast.manager, cast.reporter, stranger, colleague)
    given = {"starts": starts, "people": [one.id for one in named], "leader": leader}
    return type("HandlingHere", (Handling,), given)


def tread(machine: type[Handling], start: int, walk: Callable[[Handling], None]) -> None:
    """One walk, and what holds wherever it ends."""
    run = machine()
    run.begin(start)
    walk(run)
    run.nothing_is_closed_with_a_guard_unmet()
    run.at_most_one_escalation_is_open()
    run.the_issue_knows_whether_its_record_is_open()
    run.teardown()


def test_no_sequence_of_acts_by_anybody_closes_a_record_with_a_guard_unmet(app: Flask) -> None:
    machine = set_scene(make_cast())
    for start, walk in WALKS:
        tread(machine, start, walk)
    # The rules are the same on both databases; what differs (savepoints, types) shows in a few runs.
    examples = 15 if db.engine.dialect.name == "sqlite" else 4
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=12, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def signs_falls_and_is_signed_anew(run: Handling) -> None:
    """What was signed and is changed falls, both signatures; nothing goes on until both stand again."""
    run.fill({"similar_check": "None."}, "supervisor")
    assert not run.sign("manager") and run.sign("supervisor") and run.sign("manager")
    assert run.fill({"root_cause": "Somebody forgot it."}, "supervisor")
    assert run.standing() == [] and not run.move("watch", "supervisor")
    # The supervisor wrote of the cause now, and a colleague is there to sign it.
    assert not run.sign("supervisor") and not run.sign("supervisor", REASON)
    assert run.sign("supervisor", by="colleague") and not run.move("watch", "supervisor")
    assert run.sign("manager") and run.move("watch", "supervisor")


def goes_all_the_way(run: Handling) -> None:
    run.go_on(grave=True)
    assert run.record.state == rules.WATCHING and not run.move("close", "supervisor")
    run.check(0)
    assert run.move("close", "supervisor")


def stands_still_everywhere(run: Handling) -> None:
    """On hold and back at each step, without anything else that moves meanwhile."""
    while run.record.state != rules.WATCHING:
        state = run.record.state
        if run.move("hold", "supervisor"):
            assert not run.move(rules.FORWARD[state], "supervisor") and run.move("resume", "supervisor")
        assert run.record.state == state
        run.go_on(grave=False)


def is_cancelled(run: Handling) -> None:
    assert run.move("cancel", "supervisor") and not run.move("open", "supervisor")


def comes_back(run: Handling) -> None:
    """A fault that came back keeps the record from its end; the one issued anew begins without proof or signature."""
    run.check(1)
    assert not run.move("close", "supervisor")
    old = run.record.id
    assert run.move("reissue", "supervisor") and run.record.id != old
    assert (run.record.state, run.standing()) == (rules.OPENED, [])
    run.fill(GRAVE, "supervisor")
    run.go_on(grave=True, steps=4)


def is_concluded_and_sent_back(run: Handling) -> None:
    assert run.move("conclude", "supervisor") and run.move("back", "supervisor")
    assert run.record.close_code == "" and not run.move("fix", "supervisor")
    assert run.move("conclude", "supervisor")
    run.go_on(grave=False, steps=2)


def corrects_alone(run: Handling) -> None:
    """A supervisor who corrected it neither verifies nor signs it, and nobody but a manager waives the proof."""
    run.fill(GRAVE_CORRECTION, "supervisor")
    run.fill(CORRECTION, "supervisor")
    assert run.move("verify", "supervisor") and not run.move("ask_user", "supervisor")
    assert not run.fill({"proof_kind": "waived", "proof_steps": "No time."}, "supervisor")


WALKS: tuple[tuple[int, Callable[[Handling], None]], ...] = (
    (LONG_REVIEW, signs_falls_and_is_signed_anew), (LONG_REVIEW, goes_all_the_way), (ASSIGNED, stands_still_everywhere),
    (DRAFT, is_cancelled), (WATCHING, comes_back), (ASSIGNED, is_concluded_and_sent_back), (FIXING, corrects_alone),
)  # fmt: skip


def signs_what_they_wrote(run: Handling) -> None:
    run.fill({"similar_check": "None.", "root_cause": "Somebody forgot it."}, "supervisor")
    assert not run.sign("supervisor") and run.sign("supervisor", REASON)
    assert run.sign("manager") and run.move("watch", "supervisor")


def test_where_there_is_no_second_supervisor_one_signs_their_own_work_and_says_why(app: Flask) -> None:
    tread(set_scene(make_cast(), alone=True), LONG_REVIEW, signs_what_they_wrote)
