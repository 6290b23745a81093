"""A suspended system: its users read so wherever they meet it, and who must know it hears so, until it is lifted."""

from datetime import timedelta

import pytest

from tests.clock import MONDAY
from tests.factories.chases import letters
from tests.factories.people import actor_of, make_person, make_system
from tracker.db import db
from tracker.decisions import suspending
from tracker.errors import DomainError, NotAllowed, WrongState
from tracker.training import actions as training


@pytest.fixture
def known(app):
    """A system that two people must know, and its manager."""
    system, boss = make_system(version="1.0"), make_person("manager")
    users = [make_person("reporter"), make_person("reporter")]
    for one in users:
        training.require(system, person_id=one.id, by=actor_of(boss), at=MONDAY)
    db.session.commit()
    return system, boss, users


def suspended(system, boss):
    row = suspending.suspend(system, "Wrong days.", "Please ask the counter.", by=actor_of(boss), at=MONDAY)
    db.session.commit()
    return row


def test_its_users_are_told_and_read_it_on_every_page_until_it_is_lifted(client, login, known):
    system, boss, users = known
    row = suspended(system, boss)
    told = letters("bell", "system.suspended")
    assert {one.person_id for one in told} == {one.id for one in users}
    assert {one.body_text for one in told} == {"Please ask the counter."}
    pages = ("/report", f"/systems/{system.key}", f"/systems/{system.key}/guide")
    browser = login(client, users[0])
    for path in pages:
        page = browser.get(path).text
        assert "Please ask the counter." in page, path
        assert "Wrong days." not in page, path
    suspending.lift(row, "Corrected.", by=actor_of(boss), at=MONDAY + timedelta(days=1))
    for path in pages:
        assert "Please ask the counter." not in browser.get(path).text, path


def test_guests_read_it_too(client, known):
    system, boss, _users = known
    suspended(system, boss)
    assert "Please ask the counter." in client.get("/report").text


def test_taken_back_at_once_nobody_is_mailed(known):
    system, boss, _users = known
    row = suspended(system, boss)
    suspending.lift(row, "By mistake.", by=actor_of(boss), at=MONDAY + timedelta(seconds=10))
    assert {one.state for one in letters("mail", "system.suspended")} == {"cancelled"}
    assert not letters("mail", "system.lifted")


def test_it_is_suspended_once_by_a_manager_with_words_for_its_users(known):
    system, boss, users = known
    with pytest.raises(NotAllowed):
        suspending.suspend(system, "x", "y", by=actor_of(users[0]), at=MONDAY)
    with pytest.raises(DomainError) as refused:
        suspending.suspend(system, "x", " ", by=actor_of(boss), at=MONDAY)
    assert list(refused.value.fields) == ["notice"]
    suspended(system, boss)
    with pytest.raises(WrongState):
        suspended(system, boss)
