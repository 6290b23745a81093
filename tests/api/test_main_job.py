"""From the report to the closed record, by calls alone."""

from datetime import timedelta

from tests.api.caller import Caller
from tests.factories.people import make_person, make_system
from tracker.accounts import actions as accounts
from tracker.accounts.rules import SYSTEM

PASSWORD = "four plain words here"


def ok(answer, status=200):
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.json


def test_an_anomaly_goes_from_its_report_to_the_closed_record(app, client, clock):
    reporter, engineer = make_person("reporter"), make_person("engineer")
    supervisor, manager = make_person("supervisor"), make_person("manager")
    for signer in (supervisor, manager):
        accounts.set_password(signer, PASSWORD, by=SYSTEM, at=clock.now())
    make_system(key="chat", functions=("Search",), version="2.1")
    u, s, e, m = (Caller(client, one) for one in (reporter, supervisor, engineer, manager))

    report = {
        "system": "chat", "description": "It cites a law that is not there.", "impact": "wrong_content",
        "function": "Search", "occurred_at": "2026-11-23T08:30:00+08:00",
        "evidence": {"input": "q", "actual": "a", "expected": "e", "model": "m1", "seed": 3},
    }  # fmt: skip
    issue = ok(u.post("/issues", report), 201)
    q = f"/issues/{issue['number']}"
    assert (issue["state"], issue["system"], issue["evidence"]["seed"]) == ("new", "chat", 3)
    assert ok(u.get(q))["url"].endswith(issue["number"])

    ok(s.post(f"{q}/transitions", {"move": "accept"}))
    ok(s.post(f"{q}/messages", {"body": "Which law?", "visibility": "public"}), 201)
    refused = s.post(f"{q}/transitions", {"move": "escalate"})
    assert (refused.status_code, refused.json["missing"]) == (
        409,
        ["need_statement", "issue_kind", "escalation_reason"],
    )
    number = ok(s.post(f"{q}/record"), 201)["number"]
    assert ok(s.post(f"{q}/record"), 200)["number"] == number
    need = {
        "need_statement": "Wants true citations.", "issue_kind": "anomaly", "escalation_reason": "It invents.",
    }  # fmt: skip
    ok(s.post(f"{q}/transitions", {"move": "escalate", "fields": need}))

    r = f"/records/{number}"
    record = ok(s.get(r))
    assert record["state"] == "draft"
    assert "anomaly_type" in record["missing"]
    ok(s.patch(r, {"anomaly_type": "AN01", "impact": 1, "reach": 2, "personal_data": "no"}))
    assert ok(s.get(r))["missing"] == []
    opened = ok(s.post(f"{r}/transitions", {"move": "open"}))
    assert (opened["state"], opened["severity"]) == ("opened", "S4")
    due = (clock.now() + timedelta(days=3)).isoformat()
    sent = ok(
        s.post(f"{r}/escalations", {"to": engineer.email, "due_at": due, "summary": "Please look."}), 201
    )

    expected = (clock.advance(hours=1) + timedelta(days=2)).isoformat()
    ok(e.post(f"/escalations/{sent['id']}/acknowledge", {"expected_at": expected}))
    ok(e.post(f"/escalations/{sent['id']}/update", {"body": "Found it."}))
    ok(
        e.patch(
            r,
            {
                "cause_class": "CC5",
                "root_cause": "No check of citations.",
                "corrections": [{"what": "Added one."}],
            },
        )
    )
    ok(e.post(f"{r}/transitions", {"move": "fix"}))
    assert ok(e.post(f"/escalations/{sent['id']}/correct"))["state"] == "corrected"

    clock.advance(hours=1)
    ok(
        s.patch(
            r,
            {
                "proof_kind": "tried_by_hand",
                "proof_steps": "1",
                "proof_before": "wrong",
                "proof_after": "right",
            },
        )
    )
    ok(
        s.post(
            f"{r}/transitions", {"move": "ask_user", "fields": {"proposed_solution": "It is checked now."}}
        )
    )
    assert ok(u.get(q))["state"] == "answered"
    ok(u.post(f"{q}/transitions", {"move": "solved", "fields": {"satisfaction": 5}}))
    assert ok(s.get(r))["state"] == "review"

    wrong = s.post(
        f"{r}/signatures", {"as": "supervisor", "statement": "Read.", "password": "not mine at all"}
    )
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["password"])
    ok(s.post(f"{r}/signatures", {"as": "supervisor", "statement": "Read.", "password": PASSWORD}), 201)
    watched = ok(s.post(f"{r}/transitions", {"move": "watch"}))
    clock.advance(days=14)
    [check] = watched["effect_checks"]
    ok(s.post(f"{r}/effect_checks/{check['id']}", {"result": "Nothing came back.", "recurrences": 0}))
    closed = ok(s.post(f"{r}/transitions", {"move": "close", "fields": {"lessons": "Check citations."}}))
    assert (closed["state"], closed["close_code"]) == ("closed", "solved")
    assert ok(u.get(q))["state"] == "closed"

    trail = ok(m.get(f"/audit?subject={number}"))["items"]
    assert trail[0]["action"] == "record.close"
    assert ok(s.get(f"{r}/export?format=json"))["root_cause"] == "No check of citations."
    assert "root_cause,No check of citations." in s.get(f"{r}/export?format=csv").get_data(as_text=True)


def test_a_question_is_answered_and_closed(app, client):
    make_system(key="chat")
    u, s = Caller(client, make_person("reporter")), Caller(client, make_person("supervisor"))
    number = ok(
        u.post("/issues", {"system": "chat", "description": "How do I export?", "impact": "question"}), 201
    )["number"]
    fields = {"issue_kind": "how_to", "proposed_solution": "Press export."}
    ok(s.post(f"/issues/{number}/transitions", {"move": "answer", "fields": fields}))
    answer = ok(u.post(f"/issues/{number}/transitions", {"move": "solved"}))
    assert (answer["state"], answer["public_state"], answer["moves"]) == ("closed", "closed", {"reopen": []})
