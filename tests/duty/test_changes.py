"""Overrides, swaps, edits: who may, what they change, what is told, and that they can be undone."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.clock import MONDAY
from tests.factories.chases import local
from tests.factories.duty import make_rota
from tests.factories.people import actor_of, make_person
from tracker.audit.models import Entry
from tracker.db import db
from tracker.duty import actions, overriding, queries, swapping
from tracker.duty.actions import Wanted
from tracker.errors import DomainError, NotAllowed, WrongState
from tracker.outbox.models import Letter

TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


@pytest.fixture
def crew(app):
    return [make_person("engineer", name=name) for name in ("Ann", "Ben", "Cho")]


def who(rota, at):
    person = queries.on_duty(rota.id, at)
    return person.name if person else None


def letters(kind):
    return list(
        db.session.scalars(select(Letter.person_id).where(Letter.kind == kind, Letter.channel == "bell"))
    )


def test_members_take_turns_from_the_first_hand_over_on(crew):
    rota = make_rota(*crew)
    assert [who(rota, MONDAY + timedelta(days=days)) for days in range(4)] == ["Ann", "Ben", "Cho", "Ann"]
    assert who(rota, MONDAY - timedelta(seconds=1)) is None


def test_who_is_away_is_skipped_to_the_deputy_or_the_next(crew):
    rota, deputy = make_rota(*crew), make_person("engineer", name="Dep")
    crew[0].away_from = crew[1].away_from = MONDAY - timedelta(days=1)
    crew[1].deputy_id = deputy.id
    db.session.commit()
    assert [who(rota, MONDAY + timedelta(days=days)) for days in range(3)] == ["Cho", "Dep", "Cho"]


def test_a_supervisor_overrides_at_once_and_undoes_it(crew):
    rota, boss = make_rota(*crew), make_person("supervisor")
    row = overriding.override(
        rota, crew[2], starts_at=MONDAY, ends_at=TUESDAY, reason="Dentist", by=actor_of(boss), at=MONDAY
    )
    assert who(rota, MONDAY) == "Cho"
    assert sorted(letters("duty.override")) == sorted([crew[0].id, crew[2].id])
    overriding.undo(row, rota, by=actor_of(boss), at=MONDAY + timedelta(hours=1))
    assert who(rota, MONDAY) == "Ann"
    assert (row.by_id, row.undone_by_id, row.undone_at) == (boss.id, boss.id, MONDAY + timedelta(hours=1))
    with pytest.raises(WrongState):
        overriding.undo(row, rota, by=actor_of(boss), at=MONDAY + timedelta(hours=2))
    acts = db.session.scalars(select(Entry.action).where(Entry.subject_kind == "rota").order_by(Entry.id))
    assert list(acts) == ["rota.create", "rota.override", "rota.undo_override"]


def test_an_engineer_sets_no_override_and_makes_no_rota(crew):
    rota = make_rota(*crew)
    with pytest.raises(NotAllowed):
        overriding.override(rota, crew[1], starts_at=MONDAY, ends_at=TUESDAY, by=actor_of(crew[0]), at=MONDAY)
    with pytest.raises(NotAllowed):
        make_rota(*crew, by=crew[0])


def test_a_swap_is_asked_accepted_and_holds_both_ways(crew):
    rota = make_rota(*crew)
    swap = swapping.ask(
        rota, (MONDAY, TUESDAY), crew[1], (TUESDAY, WEDNESDAY), note="Please", by=actor_of(crew[0]), at=MONDAY
    )
    assert letters("duty.asked") == [crew[1].id]
    assert who(rota, MONDAY) == "Ann"
    swapping.answer(swap, "accept", by=actor_of(crew[1]), at=MONDAY)
    assert (who(rota, MONDAY), who(rota, TUESDAY), who(rota, WEDNESDAY)) == ("Ben", "Ann", "Cho")
    assert letters("duty.accepted") == [crew[0].id]
    first = queries.overrides_of(rota, MONDAY)[0]
    overriding.undo(first, rota, by=actor_of(crew[0]), at=MONDAY)
    assert (who(rota, MONDAY), who(rota, TUESDAY)) == ("Ann", "Ben")


@pytest.mark.parametrize(("verb", "side", "state"), [("decline", 1, "declined"), ("cancel", 0, "cancelled")])
def test_a_swap_that_is_declined_or_taken_back_changes_nothing(crew, verb, side, state):
    rota = make_rota(*crew)
    swap = swapping.ask(rota, (MONDAY, TUESDAY), crew[1], by=actor_of(crew[0]), at=MONDAY)
    swapping.answer(swap, verb, by=actor_of(crew[side]), at=MONDAY)
    assert (swap.state, who(rota, MONDAY)) == (state, "Ann")
    assert letters(f"duty.{state}") == [crew[1 - side].id]
    with pytest.raises(WrongState):
        swapping.answer(swap, "accept", by=actor_of(crew[1]), at=MONDAY)


def test_nobody_else_answers_a_swap_nor_asks_for_a_shift_that_is_not_theirs(crew):
    rota = make_rota(*crew)
    swap = swapping.ask(rota, (MONDAY, TUESDAY), crew[1], by=actor_of(crew[0]), at=MONDAY)
    for person, verb in ((crew[0], "accept"), (crew[2], "accept"), (crew[1], "cancel")):
        with pytest.raises(NotAllowed):
            swapping.answer(swap, verb, by=actor_of(person), at=MONDAY)
    with pytest.raises(DomainError):
        swapping.ask(rota, (TUESDAY, WEDNESDAY), crew[1], by=actor_of(crew[0]), at=MONDAY)
    with pytest.raises(NotAllowed):
        swapping.ask(rota, (MONDAY, TUESDAY), crew[1], by=actor_of(make_person("engineer")), at=MONDAY)


def test_a_swap_is_not_accepted_once_the_turns_have_changed(crew):
    rota, boss = make_rota(*crew), make_person("supervisor")
    swap = swapping.ask(rota, (MONDAY, TUESDAY), crew[1], by=actor_of(crew[0]), at=MONDAY)
    overriding.override(rota, crew[2], starts_at=MONDAY, ends_at=TUESDAY, by=actor_of(boss), at=MONDAY)
    with pytest.raises(DomainError, match="重新約定"):
        swapping.answer(swap, "accept", by=actor_of(crew[1]), at=MONDAY)


def test_new_members_begin_now_and_what_was_stays(crew):
    rota, boss, dora = make_rota(*crew), make_person("supervisor"), make_person("engineer", name="Dora")
    wanted = Wanted(
        name=rota.name, zone="Asia/Taipei", first_day=rota.first_day, rhythm="daily",
        members=[dora.id, *(one.id for one in crew)], leads=crew[1].id,
    )  # fmt: skip
    assert actions.save_rota(rota, wanted, by=actor_of(boss), at=TUESDAY + timedelta(hours=2))
    days = [
        MONDAY,
        TUESDAY,
        TUESDAY + timedelta(hours=3),
        *(MONDAY + timedelta(days=more) for more in (2, 3, 4)),
    ]
    assert [who(rota, at) for at in days] == ["Ann", "Ben", "Ben", "Cho", "Dora", "Ann"]


def test_saving_what_stands_already_changes_nothing(crew):
    rota, boss = make_rota(*crew), make_person("supervisor")
    same = Wanted(
        name=rota.name, zone="Asia/Taipei", first_day=rota.first_day, rhythm="daily",
        members=[one.id for one in crew], leads=crew[1].id,
    )  # fmt: skip
    assert not actions.save_rota(rota, same, by=actor_of(boss), at=TUESDAY + timedelta(hours=2))
    assert len(rota.terms) == 1


def test_a_rota_that_has_not_begun_is_planned_anew(crew):
    rota, boss = make_rota(*crew), make_person("supervisor")
    before = MONDAY - timedelta(days=3)
    wanted = Wanted(
        name=rota.name, zone="Asia/Taipei", first_day=local("2026-11-30 00:00").date(), rhythm="weekly",
        members=[crew[1].id, crew[0].id],
    )  # fmt: skip
    actions.save_rota(rota, wanted, by=actor_of(boss), at=before)
    assert who(rota, MONDAY) is None
    assert [who(rota, local(f"2026-{day} 09:00")) for day in ("11-30", "12-06", "12-07")] == [
        "Ben",
        "Ben",
        "Ann",
    ]


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"name": " "}, "name"), ({"zone": "Taipei"}, "zone"), ({"members": []}, "members"),
        ({"rhythm": "every_n_days", "every_days": 0}, "every_days"), ({"rhythm": "custom"}, "custom"),
        ({"last_day": local("2026-11-01 00:00").date()}, "last_day"),
    ],
)  # fmt: skip
def test_what_makes_no_rota_is_named(crew, wish, field):
    with pytest.raises(DomainError) as error:
        make_rota(*crew, **wish)
    assert set(error.value.fields) == {field}


def test_two_rotas_of_one_name_and_a_reporter_in_turns_are_refused(crew):
    make_rota(*crew, name="Nights")
    for members, wish, field in (
        (crew, {"name": "Nights"}, "name"),
        ([make_person("reporter")], {}, "members"),
    ):
        with pytest.raises(DomainError) as error:
            make_rota(*members, **wish)
        assert set(error.value.fields) == {field}


def test_rotas_are_offered_where_there_are_two_supervisors_or_a_rota(app):
    make_person("supervisor")
    assert not queries.are_offered(MONDAY)
    make_person("supervisor")
    assert queries.are_offered(MONDAY)


def test_a_swap_leaves_what_was_as_it_was(crew):
    rota, noon = make_rota(*crew), MONDAY + timedelta(hours=3)
    long_ago = datetime.fromisoformat("0001-01-01T00:00:00+14:00")
    swap = swapping.ask(rota, (long_ago, TUESDAY), crew[1], by=actor_of(crew[0]), at=noon)
    assert swap.starts_at == noon
    later = noon + timedelta(hours=1)
    swapping.answer(swap, "accept", by=actor_of(crew[1]), at=later)
    assert (who(rota, MONDAY), who(rota, noon), who(rota, later)) == ("Ann", "Ann", "Ben")
