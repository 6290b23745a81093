"""Every page of a record opens for those who may see it, in every state."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.clock import MONDAY
from tests.factories.people import actor_of, make_person
from tests.factories.records import ROUTE, bring_to, make_cast, make_record
from tracker.db import db
from tracker.records import actions, queries, reasons, rules
from tracker.records.codes import PROOF_KINDS
from tracker.workflow import SUPERVISOR


@pytest.mark.sqlite_only
def test_the_page_opens_in_every_state_for_everybody_who_may_see_it(
    app: Flask, client: FlaskClient, login: Callable
) -> None:
    cast = make_cast()
    record, _ = make_record(cast, grave=True)
    auditor = make_person("auditor")
    for _, state in (("", "draft"), *ROUTE):
        bring_to(record, state, cast, grave=True)
        for person in (cast.supervisor, auditor):
            answer = login(client, person).get(f"/records/{record.number}")
            assert answer.status_code == 200, answer.text
            assert record.number in answer.text
    assert cast.reporter.name not in answer.text


@pytest.mark.parametrize("page", ["print", "versions", "sign"])
@pytest.mark.parametrize("grave", [False, True])
def test_the_other_pages_open(
    app: Flask, client: FlaskClient, login: Callable, page: str, grave: bool
) -> None:
    record, cast = make_record(state="review", grave=grave)
    answer = login(client, cast.supervisor).get(f"/records/{record.number}/{page}")
    assert answer.status_code == 200, answer.text


def test_the_lists_open(app: Flask, client: FlaskClient, login: Callable) -> None:
    record, cast = make_record(state="review", grave=True)
    login(client, cast.supervisor)
    assert record.number in client.get("/records").text
    assert record.number in client.get("/records?format=csv").text
    assert record.number in client.get("/approvals").text


@pytest.mark.sqlite_only
@pytest.mark.parametrize("state", ["opened", "verifying", "review", "watching", "on_hold"])
def test_the_form_of_each_open_move_opens_and_of_others_does_not(
    app: Flask, client: FlaskClient, login: Callable, state: str
) -> None:
    record, cast = make_record(state=state)
    login(client, cast.supervisor)
    for verb, move in rules.WORKFLOW.items():
        mine = SUPERVISOR in move.who
        wanted = 403 if not mine else 200 if state in move.starts else 409
        assert client.get(f"/records/{record.number}/{verb}").status_code == wanted, verb


def test_a_reporter_and_a_stranger_find_no_record(app: Flask, client: FlaskClient, login: Callable) -> None:
    record, cast = make_record()
    for person in (cast.reporter, make_person("engineer"), make_person("admin")):
        assert login(client, person).get(f"/records/{record.number}").status_code == 404


def test_the_overview_counts_the_signatures_that_are_the_reader_s_own(
    client: FlaskClient, login: Callable[..., FlaskClient], app: Flask
) -> None:
    client.set_cookie("locale", "en")
    record, cast = make_record(state="review", grave=True)
    assert "wait for your signature" not in login(client, cast.manager).get("/dashboard").text
    assert "wait for your signature" in login(client, cast.supervisor).get("/dashboard").text
    by = actor_of(cast.supervisor)
    actions.save(record, {"similar_check": "Two other systems, clean."}, by=by, at=MONDAY)
    actions.sign(record, signed_as="supervisor", statement="As stated.", by=by, at=MONDAY)
    assert "wait for your signature" in login(client, cast.manager).get("/dashboard").text
    assert record.number in client.get("/approvals").text


def test_a_reissued_record_and_the_one_that_carries_it_on_lead_to_each_other(
    client: FlaskClient, login: Callable[..., FlaskClient], app: Flask
) -> None:
    record, cast = make_record(state="reissued")
    login(client, cast.supervisor)
    assert f'href="/records/{record.number}-R01"' in client.get(f"/records/{record.number}").text
    assert f'href="/records/{record.number}"' in client.get(f"/records/{record.number}-R01").text


@pytest.mark.sqlite_only
def test_a_lack_that_its_name_does_not_explain_says_what_to_do(
    app: Flask, client: FlaskClient, login: Callable
) -> None:
    record, cast = make_record(state="verifying")
    runs = [{"phase": "before", "passed": 0, "total": 12}, {"phase": "after", "passed": 11, "total": 12}]
    proof = {"proof_kind": "cases", "verification_runs": runs}
    actions.save(record, proof, by=actor_of(cast.supervisor), at=MONDAY)
    db.session.commit()
    login(client, cast.supervisor)
    actions.save(
        record, {"proof_steps": "Asked for the days again."}, by=actor_of(cast.supervisor), at=MONDAY
    )
    db.session.commit()
    for page in (f"/records/{record.number}", f"/records/{record.number}/ask_user"):
        assert "還沒有全部通過的執行紀錄" in client.get(page).text
    assert "Asked for the days again." in client.get(page).text, "what is confirmed stands on the page"
    bring_to(record, "user_confirm", cast)
    page = client.get(f"/records/{record.number}").text
    assert "目前已詢問 1 次、經過 0 個工作天" in page and "滿 3 次且滿 7 個工作天" in page
    known = replace(queries.facts(record, MONDAY), proof_steps="", waiver_by_manager=False, runs_after=False)
    kinds = [
        replace(known, proof_kind=kind, has_cases=cases, runs_before=before)
        for kind in ("", *PROOF_KINDS) for cases in (False, True) for before in (False, True)
    ]  # fmt: skip
    lacks = {rules.unproved(one) for one in kinds}
    assert lacks == set(reasons.UNPROVED_WORDS), "each lack has its words, and each of the words its lack"
