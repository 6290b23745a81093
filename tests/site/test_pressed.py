"""A button pressed twice: what its form makes is made once, and the second press leads to it."""

import io

import pytest

from tests.factories.people import make_person
from tests.posting import send
from tracker.accounts.models import Person, Unit
from tracker.db import db
from tracker.issues.models import Idempotency
from tracker.training.models import TrainingSession
from tracker.triage.models import Macro

MACRO = {"name": "退費", "act": "answer", "body": "您好", "issue_kind": "", "system_id": "", "locale": ""}
NOBODY = {"csrf_token": "of one page", "name": "王小明", "email": "", "phone": "", "roles": "reporter"}


@pytest.fixture
def admin(client, login):
    return login(client, make_person("admin"))


def test_a_form_pressed_twice_makes_one(admin):
    first = admin.post("/admin/users/new", data=NOBODY)
    assert first.status_code == 303
    again = admin.post("/admin/users/new", data=NOBODY)
    assert (again.status_code, again.location) == (303, first.location)
    assert db.session.query(Person).filter_by(name="王小明").count() == 1
    # A namesake is written on a page of his own.
    assert admin.post("/admin/users/new", data=NOBODY | {"csrf_token": "of another"}).status_code == 303
    assert db.session.query(Person).filter_by(name="王小明").count() == 2


def test_a_box_for_files_left_empty_makes_no_difference(admin):
    given = {
        "csrf_token": "of one page",
        "held_on": "2026-11-02",
        "topic": "入門",
        "trainer": "甲",
        "version_id": "",
    }
    for _twice in range(2):
        given["sheet"] = (io.BytesIO(), "")
        assert send(admin, "/training/new", given, content_type="multipart/form-data").status_code == 303
    assert db.session.query(TrainingSession).count() == 1


def test_what_was_refused_may_be_sent_again(admin):
    given = {"csrf_token": "of one page", "name": "退費組", "parent_id": "", "head_id": ""}
    assert send(admin, "/admin/units", given).status_code == 303
    taken = given | {"csrf_token": "of another"}
    assert [send(admin, "/admin/units", taken).status_code for _ in range(2)] == [422, 422]
    assert db.session.query(Unit).filter_by(name="退費組").count() == 1


def test_a_press_that_comes_before_the_first_is_answered_leads_to_the_list(admin):
    assert send(admin, "/admin/macros/new", MACRO | {"csrf_token": "of one page"}).status_code == 303
    db.session.query(Idempotency).update({"location": ""})
    db.session.commit()
    assert send(admin, "/admin/macros/new", MACRO | {"csrf_token": "of one page"}).location == "/admin/macros"
    assert db.session.query(Macro).count() == 1
