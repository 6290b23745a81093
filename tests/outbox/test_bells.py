"""Bells: what a person sees on the page, whether or not a mail server exists."""

from tests.factories.outbox import make_letter, make_reader
from tests.followups.test_cost import plans
from tracker import outbox
from tracker.db import db
from tracker.outbox import queries


def ring(person, **given):
    return make_letter(channel="bell", person_id=person.id, address=None, **given)


def test_a_bell_rings_at_once_newest_first_and_for_its_person_only(app, clock):
    wang, chen = make_reader("Wang"), make_reader("Chen")
    first, second = ring(wang), ring(wang)
    ring(chen)
    assert [one.id for one in db.session.scalars(queries.bells(wang.id, clock.now()))] == [
        second.id,
        first.id,
    ]
    assert queries.unseen(wang.id, clock.now()) == 2


def test_a_bell_of_an_undoable_act_rings_when_its_rest_is_over_though_nobody_delivers(app, clock):
    wang = make_reader()
    ring(wang, undoable=True)
    assert queries.unseen(wang.id, clock.now()) == 0
    assert queries.unseen(wang.id, clock.advance(seconds=31)) == 1


def test_a_seen_bell_is_no_longer_counted(app, clock):
    wang = make_reader()
    first, second, third = ring(wang), ring(wang), ring(wang)
    assert outbox.mark_seen(person_id=wang.id, ids=[first.id], at=clock.now()) == 1
    assert outbox.mark_all_seen(person_id=wang.id, up_to=second.id, at=clock.now()) == 1
    assert queries.unseen(wang.id, clock.now()) == 1
    assert outbox.mark_all_seen(person_id=wang.id, up_to=third.id, at=clock.now()) == 1


def test_counting_reads_the_unseen_alone_however_many_were_seen(app, clock):
    ring(make_reader("Wang"))
    (plan,) = plans(lambda: queries.unseen(1, clock.now()), table="letter")
    assert "ix_letter_unseen" in plan, plan


def test_nobody_marks_the_bells_of_somebody_else(app, clock):
    wang, chen = make_reader("Wang"), make_reader("Chen")
    made = ring(wang)
    assert outbox.mark_seen(person_id=chen.id, ids=[made.id], at=clock.now()) == 0
    assert queries.unseen(wang.id, clock.now()) == 1


def test_the_count_stops_at_ninety_nine(app, clock):
    wang = make_reader()
    for _ in range(101):
        ring(wang)
    assert queries.unseen(wang.id, clock.now()) == 99


def test_letters_with_sign_in_links_are_listed_nowhere(app, clock):
    make_letter(kind="security.sign_in_link", subject=("person", 1))
    assert list(db.session.scalars(queries.listed())) == []
    assert list(db.session.scalars(queries.about("person", 1))) == []


def test_what_waits_is_counted_with_the_age_of_the_oldest(app, clock):
    make_letter()
    make_letter(not_before=clock.advance(hours=2))
    clock.advance(minutes=-60)
    assert queries.waiting(clock.now()) == (1, 3600)
