"""An escalation to a rota: whoever is on duty sees it and may take it, at hand-over it moves, taken it stays."""

from datetime import timedelta

import pytest

from tests.clock import MONDAY
from tests.factories.chases import chases, tick, told
from tests.factories.duty import make_rota
from tests.factories.people import actor_of, make_person
from tests.factories.records import make_cast, make_record, take
from tracker.db import db
from tracker.errors import DomainError, NotAllowed
from tracker.outbox.models import Letter
from tracker.records import actions, on_call, queries

HOUR = timedelta(hours=1)
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def crew(app):
    return [make_person("engineer", name=name) for name in ("Ann", "Ben", "Cho")]


def escalate(to, at=MONDAY, hours=60):
    cast = make_cast()
    record, cast = make_record(cast, state="opened")
    made = actions.escalate(
        record, to=to, due_at=at + timedelta(hours=hours), summary="An old policy is cited.",
        by=actor_of(cast.supervisor), at=at,
    )  # fmt: skip
    db.session.commit()
    return made, cast


def sees(person, escalation):
    found = queries.visible_escalations(actor_of(person))
    return escalation.id in [one.id for one in db.session.scalars(found)]


@pytest.mark.parametrize("by_name", [True, False])
def test_it_goes_to_whoever_is_on_duty_and_nobody_else_of_the_rota_sees_it(crew, by_name):
    rota = make_rota(*crew)
    made, _cast = escalate(rota.name if by_name else f"rota:{rota.id}")
    assert (made.to_rota_id, made.to_person_id) == (rota.id, crew[0].id)
    assert [sees(one, made) for one in crew] == [True, False, False]
    letters = db.session.query(Letter.person_id).filter_by(kind="record.escalated", channel="bell")
    assert [one for (one,) in letters] == [crew[0].id]


def test_at_hand_over_it_moves_to_the_next_who_is_told(crew):
    rota = make_rota(*crew)
    made, _cast = escalate(f"rota:{rota.id}")
    tick(TUESDAY)
    db.session.refresh(made)
    assert made.to_person_id == crew[1].id
    assert [sees(one, made) for one in crew] == [False, True, False]
    letters = db.session.query(Letter.person_id).filter_by(kind="record.duty", channel="bell")
    assert [one for (one,) in letters] == [crew[1].id]


def test_each_chase_tells_the_one_then_on_duty_and_the_clock_does_not_start_anew(crew):
    rota = make_rota(*crew)
    escalate(f"rota:{rota.id}")
    tick(MONDAY + HOUR)
    due = {one.due_at for one in chases("acknowledge")}
    tick(TUESDAY + 4 * HOUR)
    last = chases("acknowledge")[-1]
    assert crew[1].id in told(last)
    assert crew[0].id not in told(last)
    assert due <= {one.due_at for one in chases("acknowledge")}
    tick(TUESDAY + timedelta(days=1, hours=4))
    assert crew[2].id in told(chases("acknowledge")[-1])
    assert len({(one.step, one.occurrence) for one in chases("acknowledge")}) == len(chases("acknowledge"))


def test_taking_it_makes_it_theirs_whoever_is_on_duty(crew):
    rota = make_rota(*crew)
    made, _cast = escalate(f"rota:{rota.id}")
    with pytest.raises(NotAllowed):
        actions.move_escalation(
            made, "acknowledge", by=actor_of(crew[1]), at=MONDAY, fields={"expected_at": TUESDAY + 8 * HOUR}
        )
    actions.move_escalation(
        made, "acknowledge", by=actor_of(crew[0]), at=MONDAY, fields={"expected_at": TUESDAY + 8 * HOUR}
    )
    db.session.commit()
    tick(TUESDAY + HOUR)
    db.session.refresh(made)
    assert (made.to_person_id, made.acknowledged_by) == (crew[0].id, "Ann")
    assert sees(crew[0], made)
    assert not sees(crew[1], made)


def test_where_nobody_is_on_duty_the_supervisor_hears_and_it_waits_for_the_first_who_is(crew):
    rota = make_rota(crew[0])
    crew[0].away_from, crew[0].away_until = MONDAY - HOUR, TUESDAY
    db.session.commit()
    made, cast = escalate(f"rota:{rota.id}")
    assert made.to_person_id is None
    assert not queries.is_outside(made)
    tick(MONDAY + 6 * HOUR)
    assert told(chases("acknowledge")[-1]) == {cast.supervisor.id}
    assert on_call.follow(at=TUESDAY) == 1
    assert made.to_person_id == crew[0].id
    assert on_call.follow(at=TUESDAY) == 0


def test_a_rota_that_is_not_there_is_refused(app):
    with pytest.raises(DomainError):
        escalate("rota:999999")


def test_what_comes_back_uncorrected_goes_to_whoever_is_on_duty_then(crew):
    rota = make_rota(*crew)
    made, cast = escalate(f"rota:{rota.id}")
    actions.move_escalation(
        made, "acknowledge", by=actor_of(crew[0]), at=MONDAY, fields={"expected_at": TUESDAY + 8 * HOUR}
    )
    record = made.record
    cast.engineer = crew[0]
    take(record, "fix", cast, at=MONDAY + HOUR)
    take(record, "verify", cast, at=MONDAY + HOUR)
    actions.move_record(record, "back", by=actor_of(cast.supervisor), at=TUESDAY, note="It came back.")
    db.session.commit()
    assert made.to_person_id == crew[1].id
