"""Filling in a record on its page, without JavaScript: what was typed is kept, whatever happens."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.clock import MONDAY
from tests.clock import Clock as Clock
from tests.factories.people import actor_of, make_person
from tests.factories.records import make_record
from tests.issues.test_cost import counted
from tracker.accounts import passwords
from tracker.audit.models import Entry
from tracker.db import db
from tracker.records import actions, content, queries
from tracker.records.models import Record
from tracker.records.whole import Whole

# Rules and pages; that both databases keep the same is shown by the tests of the route, of saving and escalating.
pytestmark = pytest.mark.sqlite_only


def token(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def seen(page: TestResponse, *keys: str) -> dict[str, str]:
    return {f"seen-{key}": re.search(rf'id="seen-{key}" value="([^"]+)"', page.text)[1] for key in keys}  # type: ignore[index]


def read(record: Record) -> Record:
    db.session.expire_all()
    return record


def test_a_section_is_saved_and_the_rest_stays(app: Flask, client: FlaskClient, login: Callable) -> None:
    record, cast = make_record(state="analysing")
    page = login(client, cast.supervisor).get(f"/records/{record.number}")
    form = {"csrf_token": token(page), "section": "G", "root_cause": "文件未下架", "cause_class": "CC2",
            "add-five_whys-what": "為什麼？", **seen(page, "root_cause", "cause_class")}  # fmt: skip
    answer = client.post(f"/records/{record.number}/save", data=form)
    assert answer.status_code == 303
    read(record)
    assert (record.root_cause, record.cause_class) == ("文件未下架", "CC2")
    assert [one.what for one in queries.Whole(record).items["five_whys"]] == ["為什麼？"]


def test_what_nobody_touched_does_not_overwrite_what_somebody_else_wrote(
    app: Flask, client: FlaskClient, login: Callable
) -> None:
    record, cast = make_record(state="analysing")
    page = login(client, cast.supervisor).get(f"/records/{record.number}?all=1")
    actions.save(record, {"root_cause": "Theirs"}, by=actor_of(cast.engineer), at=MONDAY)
    db.session.commit()
    form = {"csrf_token": token(page), "section": "G", "root_cause": "", "escape_cause": "No test.",
            **seen(page, "root_cause", "escape_cause")}  # fmt: skip
    assert client.post(f"/records/{record.number}/save", data=form).status_code == 303
    assert (read(record).root_cause, record.escape_cause) == ("Theirs", "No test.")


def test_both_texts_are_shown_when_two_people_write_one_field(
    app: Flask, client: FlaskClient, login: Callable
) -> None:
    record, cast = make_record(state="analysing")
    page = login(client, cast.supervisor).get(f"/records/{record.number}")
    actions.save(record, {"root_cause": "Their text"}, by=actor_of(cast.engineer), at=MONDAY)
    db.session.commit()
    form = {"csrf_token": token(page), "section": "G", "root_cause": "My text", **seen(page, "root_cause")}
    answer = client.post(f"/records/{record.number}/save", data=form)
    assert answer.status_code == 409
    assert "Their text" in answer.text and "My text" in answer.text
    assert read(record).root_cause == "Their text"
    again = {**form, "csrf_token": token(answer), **seen(answer, "root_cause")}
    assert client.post(f"/records/{record.number}/save", data=again).status_code == 303
    assert read(record).root_cause == "My text"


def test_what_cannot_be_read_comes_back_with_everything_typed(
    app: Flask, client: FlaskClient, login: Callable
) -> None:
    record, cast = make_record(state="opened")
    page = login(client, cast.supervisor).get(f"/records/{record.number}?all=1")
    keys = ("record_count", "affected_count")
    form = {
        "csrf_token": token(page),
        "section": "D",
        "record_count": "many",
        "affected_count": "about 30",
        **seen(page, *keys),
    }
    answer = client.post(f"/records/{record.number}/save", data=form)
    assert answer.status_code == 422
    assert 'value="many"' in answer.text and 'value="about 30"' in answer.text
    assert read(record).affected_count == ""


def test_a_quiet_save_answers_with_the_new_digests_and_where_the_record_stands(
    app: Flask, client: FlaskClient, login: Callable
) -> None:
    record, cast = make_record(state="analysing")
    page = login(client, cast.engineer).get(f"/records/{record.number}")
    form = {"csrf_token": token(page), "section": "G", "root_cause": "First", "add-five_whys-what": "Half typed",
            **seen(page, "root_cause")}  # fmt: skip
    with counted() as statements:
        answer = client.post(f"/records/{record.number}/save?quiet=1", data=form)
    whole = [
        one
        for one in statements
        if one.startswith("SELECT issue_record.issue_id, issue_record.record_number")
    ]
    assert len(whole) == 2, (
        "the record is read once before and once after, with no look at lists that are empty"
    )
    assert not [one for one in statements if "FROM verification_run WHERE" in one and "EXISTS" not in one]
    assert answer.status_code == 200 and "<html" not in answer.text and "<form method" not in answer.text
    anew = re.findall(r'id="(standing|f-moves|sections|f-severity)" hx-swap-oob="true"', answer.text)
    assert sorted(anew) == ["f-moves", "f-severity", "sections", "standing"]
    assert "G2 原因分類" in answer.text and "G3 根本原因" not in answer.text, (
        "what is still missing, as of now"
    )
    assert "five_whys" not in queries.Whole(read(record)).items
    later = {**form, "root_cause": "First and second", **seen(answer, "root_cause")}
    assert client.post(f"/records/{record.number}/save?quiet=1", data=later).status_code == 200
    assert read(record).root_cause == "First and second"


def test_lines_are_marked_as_done_and_removed_by_their_buttons(
    app: Flask, client: FlaskClient, login: Callable
) -> None:
    record, cast = make_record(state="opened")
    lines = ["One", "Two"]
    actions.save(record, {"containment": lines}, by=actor_of(cast.supervisor), at=MONDAY)
    db.session.commit()
    first, second = queries.Whole(record).items["containment"]
    page = login(client, cast.supervisor).get(f"/records/{record.number}")
    for act, one in (("done", first), ("remove", second)):
        form = {"csrf_token": token(page), "section": "E", act: f"containment:{one.id}"}
        assert client.post(f"/records/{record.number}/save", data=form).status_code == 303
    left = queries.Whole(read(record)).items["containment"]
    assert [(one.what, one.done_at is not None) for one in left] == [("One", True)]


def test_a_move_is_made_by_its_form_and_says_what_is_missing(
    app: Flask, client: FlaskClient, login: Callable
) -> None:
    record, cast = make_record(state="opened")
    url = f"/records/{record.number}/assign"
    page = login(client, cast.supervisor).get(url)
    form = {"csrf_token": token(page), "to": f"person:{cast.engineer.id}", "summary": "Old policy"}
    stopped = client.post(url, data=form)
    assert stopped.status_code == 409 and "Old policy" in stopped.text
    assert client.post(url, data=form | {"due_at": "115/11/20"}).status_code == 422
    due = form | {"due_at": "115/11/25 17:00"}
    for contact, box in (({"to_name": "Vendor"}, "to"), ({"to": "", "to_email": "desk@@vendor"}, "to_email")):
        refused = client.post(url, data=due | contact)
        assert (
            refused.status_code == 422
            and f'id="{box}-error"' in refused.text
            and "Old policy" in refused.text
        )
    assert client.post(url, data=due).status_code == 303
    assert read(record).state == "assigned"


def test_what_the_form_of_a_move_asks_for_is_a_link_to_its_own_field(
    app: Flask, client: FlaskClient, login: Callable
) -> None:
    record, cast = make_record(state="assigned")
    url = f"/records/{record.number}/hold"
    page = login(client, cast.supervisor).get(url)
    stopped = client.post(url, data={"csrf_token": token(page), "waiting_for": "The vendor"})
    assert stopped.status_code == 409 and "The vendor" in stopped.text
    assert re.findall(r'<li><a href="([^"]+)">', stopped.text.split("notice warn")[1].split("</ul>")[0]) == [
        "#until", "#promise",
    ]  # fmt: skip


def test_a_record_says_that_the_engineer_is_away_and_who_stands_in(
    app: Flask, client: FlaskClient, login: Callable
) -> None:
    record, cast = make_record(state="assigned")
    page = f"/records/{record.number}"
    assert "請假中" not in login(client, cast.supervisor).get(page).text
    cast.engineer.away_from = MONDAY - timedelta(days=1)
    db.session.commit()
    assert f"{cast.engineer.name} 請假中，也沒有代理人" in client.get(page).text
    deputy = make_person("engineer", name="Deputy")
    cast.engineer.deputy_id = deputy.id
    db.session.commit()
    assert f"{cast.engineer.name} 請假中，由 Deputy 代理" in client.get(page).text


def test_a_grave_record_is_signed_with_the_password_again(
    app: Flask, client: FlaskClient, login: Callable
) -> None:
    record, cast = make_record(state="review", grave=True)
    actions.save(record, {"similar_check": "None."}, by=actor_of(cast.supervisor), at=MONDAY)
    cast.supervisor.password_hash = passwords.hashed("correct horse battery")
    db.session.commit()
    url = f"/records/{record.number}/sign"
    page = login(client, cast.supervisor).get(url)
    assert record.primary_issue.description[:20] in page.text
    form = {"csrf_token": token(page), "password": "wrong"}
    assert client.post(url, data=form).status_code == 422
    assert client.post(url, data=form | {"password": "correct horse battery"}).status_code == 303
    assert "supervisor" in content.standings(Whole(read(record)))


def test_an_effect_check_before_its_day_needs_a_reason_that_the_record_shows(
    app: Flask, client: FlaskClient, login: Callable
) -> None:
    client.set_cookie("locale", "en")
    record, cast = make_record(state="watching")
    url = f"/records/{record.number}"
    page = login(client, cast.supervisor).get(url)
    assert "can be entered from 7 Dec 2026" in page.text
    check = queries.Whole(record).checks[0]
    form = {"csrf_token": token(page), "result": "Nothing came back.", "recurrences": "0"}
    refused = client.post(f"{url}/checks/{check.id}", data=form)
    assert refused.status_code == 422 and "Nothing came back." in refused.text
    assert "Give the reason for an earlier check" in refused.text
    form["early_because"] = "The system is switched off tomorrow."
    assert client.post(f"{url}/checks/{check.id}", data=form).status_code == 303
    assert "before its day, because: The system is switched off tomorrow." in client.get(f"{url}/print").text


def test_a_short_record_is_signed_with_one_press_watched_checked_and_closed(
    app: Flask, client: FlaskClient, login: Callable, clock: Clock
) -> None:
    record, cast = make_record(state="review")
    url = f"/records/{record.number}"
    form = {"csrf_token": token(login(client, cast.supervisor).get(f"{url}/sign"))}
    assert client.post(f"{url}/sign", data=form).status_code == 303
    assert client.post(f"{url}/watch", data=form).status_code == 303
    check = queries.Whole(read(record)).checks[0]
    found = form | {"result": "Nothing came back.", "recurrences": "0"}
    clock.advance(days=14)
    form["csrf_token"] = found["csrf_token"] = token(login(client, cast.supervisor).get(url))
    assert client.post(f"{url}/checks/{check.id}", data=found).status_code == 303
    assert client.post(f"{url}/close", data=form | {"lessons": "An owner for each text."}).status_code == 303
    assert (read(record).state, record.lessons) == ("closed", "An owner for each text.")
    printed = client.get(f"{url}/print").text
    assert "An owner for each text." in printed and cast.supervisor.name in printed


def test_no_closing_code_is_chosen_beforehand(app: Flask, client: FlaskClient, login: Callable) -> None:
    record, cast = make_record(state="analysing")
    page = login(client, cast.supervisor).get(f"/records/{record.number}/conclude")
    form = {
        "csrf_token": token(page),
        "note": "As it is meant to be.",
        "proposed_solution": "Works as described.",
    }
    answer = client.post(f"/records/{record.number}/conclude", data={**form, "close_code": ""})
    assert answer.status_code == 409 and 'href="#close_code"' in answer.text
    assert read(record).state == "analysing"
    form["close_code"] = "external"
    assert client.post(f"/records/{record.number}/conclude", data=form).status_code == 303
    assert read(record).close_code == "external"


def test_a_mistyped_count_of_recurrences_is_corrected_and_both_stay_in_the_history(
    app: Flask, client, login
) -> None:
    client.set_cookie("locale", "en")
    record, cast = make_record(state="watching")
    check, here = queries.Whole(record).checks[0], f"/records/{record.number}"
    actions.record_check(check, "Nothing came back.", 10, by=cast.as_supervisor, at=check.due_at)
    db.session.commit()
    page = login(client, cast.supervisor).get(here)
    assert "Correct the check of" in page.text and "Was the count mistyped?" in page.text
    form = {"csrf_token": token(page), "result": "Nothing came back."}
    url = f"{here}/checks/{check.id}"
    for typed, why, wrong in (
        ("three", "Slip.", "Enter a whole number"),
        ("-1", "Slip.", "from 0 to 1,000,000"),
        ("0", "", "Say why it is corrected"),
    ):
        refused = client.post(url, data=form | {"recurrences": typed, "because": why})
        assert refused.status_code == 422 and wrong in refused.text
    given = form | {"recurrences": "0", "because": "A slip of the finger."}
    assert [client.post(url, data=given).status_code for _twice in range(2)] == [303, 303]
    assert queries.Whole(read(record)).checks[0].recurrences == 0
    assert "close" in actions.missing(read(record), cast.as_supervisor, check.due_at)
    history = client.get(f"{here}/versions").text
    assert "10 recurrences → 0 recurrences" in history and "A slip of the finger." in history
    [entry] = db.session.scalars(select(Entry).where(Entry.action == "record.correct_check"))
    assert (entry.before["recurrences"], entry.after["recurrences"]) == (10, 0)
