"""What auditors read: every change, and the year's register with those not escalated and why."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.api.caller import Caller
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, make_unit
from tests.factories.records import make_record
from tracker.audit import words
from tracker.audit.models import Entry
from tracker.db import db
from tracker.duty import rules as duty_rules
from tracker.inspections import rules as inspection_rules
from tracker.issues import actions
from tracker.issues import rules as issue_rules
from tracker.records import rules as record_rules


def test_an_auditor_reads_every_change_and_that_is_written_down(client, login, app):
    issue, auditor = make_issue(state="answered"), make_person("auditor")
    page = login(client, auditor).get(f"/audit?subject={issue.number}").text
    assert "提供解決方案" in page and "issue.answer" not in page
    assert db.session.scalars(select(Entry.action).where(Entry.subject_kind == "person")).all() == [
        "audit.view"
    ]


def test_every_act_that_is_written_down_has_words():
    files = (Path(__file__).parents[2] / "tracker").rglob("*.py")
    written = r'(?:audit\.record|record|Change)\(\s*"([a-z_]+\.[a-z_]+)"'
    acts = {act for file in files for act in re.findall(written, file.read_text("utf-8"))}
    acts |= {f"issue.{verb}" for verb in issue_rules.WORKFLOW}
    acts |= {f"record.{verb}" for verb in record_rules.WORKFLOW}
    acts |= {f"duty_swap.{verb}" for verb in duty_rules.SWAP_WORKFLOW}
    acts |= {f"inspection_plan.{verb}" for verb in inspection_rules.PLAN_WORKFLOW}
    acts |= {f"inspection_round.{verb}" for verb in inspection_rules.ROUND_WORKFLOW}
    assert acts - set(words.ACT_WORDS) == set()


def test_free_text_never_stands_in_the_trail(client, login, app):
    make_issue(state="answered")
    page = login(client, make_person("auditor")).get("/audit").text
    assert "It says 30 days" not in page
    assert "Use the manual." not in page


def test_the_register_names_why_it_was_not_escalated(client, login, app, clock):
    issue = make_issue(state="confirmed")

    actions.carry_out(
        issue, "answer", by=actor_of(make_person("supervisor")), at=clock.now(),
        fields={"proposed_solution": "7 days.", "escalation_reason": "A single case, text corrected by hand."},
    )  # fmt: skip
    db.session.commit()
    page = login(client, make_person("auditor")).get("/register").text
    assert issue.number in page
    assert "A single case, text corrected by hand." in page


def test_an_auditor_of_one_unit_reads_of_its_cases_alone(client, login):
    unit = make_unit()
    own, other = make_issue(unit_id=unit.id), make_issue()
    record, _cast = make_record()
    auditor = make_person("auditor", unit_limit=unit)
    assert_only(own.number, other.number, login(client, auditor).get("/register").text)
    page = client.get("/audit").text
    assert_only(own.number, other.number, page)
    assert record.number not in page
    for number in (other.number, record.number):
        assert client.get(f"/audit?subject={number}").status_code == 404
    assert client.get(f"/audit?subject={own.number}").status_code == 200


def assert_only(there: str, gone: str, page: str) -> None:
    assert there in page and gone not in page


@pytest.mark.parametrize("sealed", [{"restricted": True}, {"personal_data": True}])
def test_the_register_says_why_of_a_sealed_case_to_its_handlers_alone(client, login, sealed):
    supervisor = make_person("supervisor")
    issue = make_issue(assignee_id=supervisor.id, **sealed)
    issue.escalation_reason = "She gave her address."
    db.session.commit()
    page = login(client, make_person("auditor")).get("/register").text
    assert issue.number in page and "She gave her address." not in page
    assert "She gave her address." in login(client, supervisor).get("/register").text


def test_an_auditor_who_reads_by_a_program_is_written_down_too(client):
    auditor = make_person("auditor")
    assert Caller(client, auditor).get("/audit").status_code == 200
    assert (
        db.session.scalars(select(Entry.action).where(Entry.subject_kind == "person")).all()[-1]
        == "audit.view"
    )


def test_the_register_comes_as_a_file(client, login, app):
    issue = make_issue(description="=1+1 is what it said.")
    answer = login(client, make_person("auditor")).get("/register?format=csv")
    assert answer.mimetype == "text/csv"
    here = issue.reported_at.astimezone(app.config["TRACKER"].zone)
    assert f"{issue.number},,{here:%Y-%m-%d %H:%M}," in answer.text, (
        "the day of the organisation, as on the page"
    )
    assert "新回報" in answer.text and ",=1+1" not in answer.text


def test_a_reporter_reads_neither(client, login, app):
    login(client, make_person("reporter"))
    assert client.get("/audit").status_code == 403
    assert client.get("/register").status_code == 403


def test_a_hold_is_told_in_words_without_a_raw_key(client, login):
    record, _cast = make_record(state="on_hold")
    page = login(client, make_person("auditor")).get(f"/audit?subject={record.number}").text
    assert "下次回覆回報者的時間" in page and "promise" not in page
