"""Clocks of records: escalation, promise, hold, sign-off, effect checks, actions; and the notice of the end."""

from datetime import timedelta

import pytest

from tests.clock import MONDAY
from tests.factories.chases import chases, clock_of, fired, letters, local, obligations, tick, told
from tests.factories.people import actor_of, make_person
from tests.factories.records import make_record
from tracker.db import db
from tracker.followups import by_hand
from tracker.followups.models import Clock
from tracker.records import actions as records
from tracker.records.parts import EffectCheck, Escalation, RecordItem


def names_running(kind: str) -> set[str]:
    return {one.name for one in db.session.query(Clock).filter_by(subject_kind=kind, ended_at=None)}


def escalation_of(record) -> Escalation:
    return db.session.query(Escalation).filter_by(record_id=record.id).order_by(Escalation.id.desc()).first()


def test_what_is_escalated_must_be_taken_in_half_the_time_of_a_first_response(app):
    record, cast = make_record(state="assigned")
    tick(MONDAY)
    escalation = escalation_of(record)
    assert clock_of("escalation", escalation.id, "acknowledge").due_at == local("2026-11-23 13:00")
    tick(local("2026-11-23 13:00"))
    assert fired("acknowledge") == [("overdue", 1, "11-23 13:00")]
    assert told(chases("acknowledge")[0]) == {cast.engineer.id}


def test_the_engineers_mail_opens_the_one_escalation(app):
    record, _cast = make_record(state="assigned")
    tick(local("2026-11-23 13:00"))
    (mail,) = letters("mail")
    assert mail.link.startswith("/e/")
    assert letters("bell")[0].link == f"/escalations/{escalation_of(record).id}"


def test_a_promise_that_passes_lapses_and_the_ladder_begins_again(app):
    record, cast = make_record(state="analysing")
    escalation = escalation_of(record)
    tick(MONDAY)
    tick(local("2026-11-24 09:00"))
    db.session.refresh(escalation)
    assert escalation.state == "sent"
    assert record.state == "analysing"
    (lapse,) = [one for one in chases("expected") if one.step == "lapse"]
    assert lapse.reason["did"] == "lapse"
    assert told(lapse) == {cast.engineer.id, cast.supervisor.id}
    assert clock_of("escalation", escalation.id, "acknowledge").ended_at is None
    tick(local("2026-11-24 14:00"))
    assert [step for step, _n, _at in fired("acknowledge")] == ["overdue"]


def test_an_engineer_who_says_nothing_is_asked_for_progress(app):
    record, _cast = make_record(state="analysing")
    escalation = escalation_of(record)
    records.move_escalation(
        escalation, "acknowledge", by=actor_of(escalation.to_person), at=MONDAY,
        fields={"expected_at": MONDAY + timedelta(days=20)},
    )  # fmt: skip
    escalation.due_at = MONDAY + timedelta(days=20)
    db.session.commit()
    tick(MONDAY)
    tick(local("2026-11-26 09:00"))
    assert ("next_update", "escalation") in {(one.clock, one.subject_kind) for one in chases()}


def test_a_correction_ends_the_clocks_of_the_escalation_and_starts_the_verifiers(app):
    record, _cast = make_record(state="verifying")
    tick(MONDAY)
    assert names_running("escalation") == set()
    assert clock_of("record", record.id, "verify").due_at == local("2026-11-25 18:00")


def test_a_deputy_stands_in_for_an_engineer_who_is_away(app):
    record, cast = make_record(state="assigned")
    deputy = make_person("engineer", name="代理人")
    cast.engineer.deputy_id = deputy.id
    cast.engineer.away_from = MONDAY
    db.session.commit()
    tick(local("2026-11-23 13:00"))
    (chase,) = chases("acknowledge")
    assert told(chase) == {deputy.id}
    assert chase.to[0]["deputy_for"] == cast.engineer.name
    assert record.state == "assigned"


def test_a_hold_pauses_the_work_and_chases_the_liaison_at_its_date(app):
    record, cast = make_record(state="opened")
    tick(MONDAY)
    by, until = actor_of(cast.supervisor), local("2026-12-01 09:00")
    fields = {"waiting_for": "Vendor", "until": until, "liaison": cast.manager.id, "promise": "Next week"}
    records.move_record(record, "hold", by=by, at=local("2026-11-23 11:00"), fields=fields)
    db.session.commit()
    tick(local("2026-11-23 11:00"))
    assert names_running("record") == {"hold"}
    tick(until)
    assert told(chases("hold")[-1]) == {cast.manager.id}
    records.move_record(record, "resume", by=by, at=local("2026-12-01 10:00"))
    db.session.commit()
    tick(local("2026-12-01 10:00"))
    assert names_running("record") == {"assign"}


def test_a_held_case_does_not_ask_the_handler_for_news(app):
    record, cast = make_record(state="opened")
    until = local("2026-12-01 09:00")
    fields = {"waiting_for": "Vendor", "until": until, "liaison": cast.supervisor.id, "promise": "x"}
    records.move_record(record, "hold", by=actor_of(cast.supervisor), at=MONDAY, fields=fields)
    db.session.commit()
    tick(MONDAY)
    assert clock_of("issue", record.primary_issue_id, "next_update").paused_since == MONDAY


def test_the_second_signature_is_the_managers_turn(app):
    record, cast = make_record(state="review", grave=True)
    tick(MONDAY)
    tick(local("2026-11-26 18:00"))
    assert cast.supervisor.id in told(chases("signoff")[0])
    records.save(
        record, {"similar_check": "None."}, by=actor_of(cast.supervisor), at=local("2026-11-27 09:00")
    )
    records.sign(
        record,
        signed_as="supervisor",
        statement="So.",
        by=actor_of(cast.supervisor),
        at=local("2026-11-27 09:00"),
    )
    db.session.commit()
    tick(local("2026-11-27 09:00"))
    tick(local("2026-12-01 18:00"))
    assert cast.manager.id in told(chases("signoff")[-1])


def test_effect_checks_are_chased_and_then_the_closing(app):
    _record, cast = make_record(state="watching")
    tick(MONDAY)
    assert names_running("effect_check") == {"effect_check"}
    tick(local("2026-12-07 09:00"))
    assert [step for step, _n, _at in fired("effect_check")][-1] == "overdue"
    for check in db.session.query(EffectCheck):
        records.record_check(check, "Nothing.", by=actor_of(cast.supervisor), at=local("2026-12-07 10:00"))
    db.session.commit()
    tick(local("2026-12-07 10:00"))
    assert names_running("record") == {"close"}
    closing = clock_of("record", _record.id, "close")
    assert (closing.started_at, closing.due_at > local("2026-12-07 10:00")) == (
        local("2026-12-07 10:00"),
        True,
    )


def test_an_action_with_a_date_is_chased_with_its_own_owner(app):
    record, _cast = make_record(state="verifying")
    owner = make_person("supervisor")
    item = RecordItem(
        record_id=record.id, part="preventive_actions", what="Review", owner_id=owner.id, at=MONDAY,
        due_at=local("2026-11-25 17:00"),
    )  # fmt: skip
    db.session.add(item)
    db.session.commit()
    records.save(record, {"lessons": "x"}, by=actor_of(_cast.supervisor), at=MONDAY)
    tick(MONDAY)
    tick(local("2026-11-25 17:00"))
    assert told(chases("action")[-1]) == {owner.id}
    db.session.delete(item)
    records.save(record, {"lessons": "y"}, by=actor_of(_cast.supervisor), at=local("2026-11-25 17:30"))
    tick(local("2026-11-25 17:31"))
    assert obligations("action", "scheduled") == []


def test_everybody_who_was_chased_hears_that_it_is_over_and_once(app):
    record, cast = make_record(state="assigned")
    tick(local("2026-11-23 14:00"))
    records.move_record(
        record, "return", by=actor_of(cast.engineer), at=local("2026-11-23 15:00"), note="Not ours"
    )
    records.move_record(
        record, "cancel", by=actor_of(cast.supervisor), at=local("2026-11-23 15:00"), note="Mistake"
    )
    tick(local("2026-11-23 15:00"))
    tick(local("2026-11-23 15:01"))
    ends = [one for one in letters("bell") if one.kind == "chase.ended"]
    assert {one.person_id for one in ends} == {cast.engineer.id}
    assert len(ends) == 1


def test_the_nearest_deadline_of_the_case_stands_on_issue_and_record(app):
    record, _cast = make_record(state="assigned")
    tick(MONDAY)
    db.session.refresh(record)
    db.session.refresh(record.primary_issue)
    assert (record.next_due_clock, record.next_due_at) == ("acknowledge", local("2026-11-23 13:00"))
    assert record.primary_issue.next_due_clock == "acknowledge"


@pytest.mark.parametrize(
    ("state", "clocks"),
    [
        ("draft", {"assign"}), ("opened", {"assign"}), ("assigned", set()), ("verifying", {"verify"}),
        ("user_confirm", {"confirm"}), ("review", {"signoff"}), ("watching", set()), ("closed", set()),
        ("on_hold", {"hold"}), ("cancelled", set()),
    ],
)  # fmt: skip
def test_every_state_of_a_record_has_its_clock_and_none_that_is_open_has_no_deadline(
    app, state: str, clocks: set[str]
):
    record, _cast = make_record(state=state)
    tick(MONDAY)
    assert names_running("record") == clocks
    assert (record.next_due_at is None) == (state in ("closed", "cancelled"))


def test_an_outside_contact_who_was_chased_hears_by_mail_that_it_is_over(app):
    record, cast = make_record(state="opened")
    to = records.Target(name="Vendor", email="vendor@example.test")
    by = actor_of(cast.supervisor)
    records.move_record(
        record, "assign", by=by, at=MONDAY, fields={"to": to, "due_at": MONDAY + timedelta(days=1)}
    )
    tick(MONDAY)
    tick(local("2026-11-24 14:00"))
    at = local("2026-11-24 15:00")
    for verb in ("return", "cancel"):
        records.move_record(record, verb, by=by, at=at, note="Mistake")
    tick(at)
    ends = [one for one in letters("mail") if one.kind == "chase.ended"]
    assert "vendor@example.test" in {one.address for one in ends}
    assert {one.link for one in ends if one.address == "vendor@example.test"} == {""}


def test_the_liaison_is_chased_again_at_each_new_date_of_a_hold(app):
    record, cast = make_record(state="opened")
    by, until = actor_of(cast.supervisor), local("2026-12-01 09:00")
    fields = {"waiting_for": "Vendor", "until": until, "liaison": cast.manager.id, "promise": "Next week"}
    records.move_record(record, "hold", by=by, at=MONDAY, fields=fields)
    db.session.commit()
    tick(MONDAY)
    later = local("2026-12-08 09:00")
    by_hand.postpone(clock_of("record", record.id, "hold"), later, "Vendor is late", by=by, at=until)
    db.session.commit()
    tick(until)
    assert record.hold_until == later
    tick(later)
    assert told(chases("hold")[-1]) == {cast.manager.id}
    assert clock_of("record", record.id, "hold").due_at == later
