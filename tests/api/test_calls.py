"""What every call has in common: tokens, scopes, errors, keys, lists, tags."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.api.caller import Caller, is_json
from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_system
from tracker.accounts import actions as accounts
from tracker.accounts.models import Person, Token
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.issues import talk
from tracker.issues.models import Issue
from tracker.systems.models import AISystem

CORPUS = Path(__file__).parents[3] / "shared" / "data" / "corpora" / "jsontestsuite" / "test_parsing"
REPORT = {"system": "chat", "description": "It does not answer.", "impact": "blocked"}


@pytest.fixture
def reporter(app, client):
    make_system(key="chat", functions=("Search",))
    return Caller(client, make_person("reporter", name="Amy"))


def reported(caller, **changes):
    answer = caller.post("/issues", {**REPORT, **changes})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.json["number"]


def is_problem(answer, status):
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.content_type == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= answer.json.keys()
    return answer.json


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic YTpi"}]
)
def test_without_a_token_nothing_opens(app, client, header):
    is_problem(client.get("/api/v1/issues", headers=header), 401)
    is_problem(client.post("/api/v1/issues", json=REPORT, headers=header), 401)


def test_a_session_cookie_opens_nothing(app, client, login):
    login(client, make_person("supervisor"))
    is_problem(client.get("/api/v1/issues"), 401)


def test_a_revoked_token_and_a_closed_account_open_nothing(reporter, client, app, clock):
    token = db.session.scalars(select(Token)).one()
    accounts.revoke_token(token, by=SYSTEM, at=clock.now())
    is_problem(reporter.get("/issues"), 401)
    leaver = make_person("reporter")
    theirs = Caller(client, leaver)
    assert theirs.get("/issues").status_code == 200
    leaver.active = False
    is_problem(theirs.get("/issues"), 401)


def test_a_token_does_no_more_than_its_scopes(reporter, client, app):
    person = make_person("reporter")
    is_problem(Caller(client, person, "read").post("/issues", REPORT), 403)
    is_problem(Caller(client, person, "write").get("/issues"), 403)


def test_only_administrators_with_the_scope_add_systems(reporter, client, app):
    system = {"key": "bot", "name": "機器人", "version": "1", "functions": ["查詢", "查詢", "摘要"]}
    admin = make_person("admin", email="boss@example.tw")
    is_problem(reporter.post("/systems", system), 403)
    made = Caller(client, admin, "read", "write").post("/systems", {**system, "owner": "boss@example.tw"})
    assert (made.status_code, made.json["version"], made.json["functions"]) == (201, "1", ["查詢", "摘要"])
    assert made.json["owner"] == "boss@example.tw"
    wrong = is_problem(
        Caller(client, admin, "read", "write").post("/systems", {**system, "owner": "who@example.tw"}), 422
    )
    assert list(wrong["errors"]) == ["owner"]


def test_wrong_fields_are_named_all_at_once(reporter):
    wrong = is_problem(reporter.post("/issues", {"system": "chat", "impact": "huge", "mood": 1}), 422)
    assert set(wrong["errors"]) == {"description", "impact", "mood"}
    assert len(is_problem(reporter.post("/issues", {f"k{n}": n for n in range(300)}), 422)["errors"]) == 200


def test_what_has_not_happened_yet_is_no_report(reporter):
    ahead = {**REPORT, "occurred_at": "2026-11-23T09:30:00+08:00"}
    assert is_problem(reporter.post("/issues", ahead), 422)["errors"] == {"occurred_at": ["這個時間還沒到"]}


def test_an_unknown_system_or_function_is_named(reporter):
    assert list(is_problem(reporter.post("/issues", {**REPORT, "system": "no"}), 422)["errors"]) == ["system"]
    assert list(is_problem(reporter.post("/issues", {**REPORT, "function": "no"}), 422)["errors"]) == [
        "function"
    ]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff", b"[" * 100_000, b'{"a": NaN}'])
def test_what_is_no_object_is_refused_and_nothing_is_kept(reporter, body):
    answer = reporter.raw("/issues", body)
    assert answer.status_code in (400, 422)
    is_problem(answer, answer.status_code)
    assert db.session.scalar(select(func.count(Issue.id))) == 0


def test_no_text_of_the_json_corpus_breaks_a_call(reporter, engine):
    """What is no JSON reaches no database: it is tried on one of them, once."""
    if not CORPUS.exists():
        pytest.skip("../shared/data/corpora/jsontestsuite is not here")
    for path in sorted(CORPUS.iterdir()):
        text = path.read_bytes()
        alone = reporter.raw("/issues", text) if engine == "sqlite" else None
        assert alone is None or alone.status_code in (400, 422), path.name
        wrapped = (
            b'{"system": "chat", "description": "x", "impact": "blocked", "evidence": {"x": ' + text + b"}}"
        )
        if not is_json(wrapped) and (alone is None or not is_json(text)):
            continue
        status = reporter.raw("/issues", wrapped).status_code
        assert status < 500, path.name
        if path.name.startswith("n_"):
            assert status in (400, 422, 201), path.name


def test_the_same_key_and_body_make_one_issue(reporter):
    first = reporter.post("/issues", REPORT, Idempotency_Key="k-1")
    again = reporter.post("/issues", REPORT, Idempotency_Key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert first.headers["Location"] == again.headers["Location"]
    is_problem(reporter.post("/issues", {**REPORT, "impact": "question"}, Idempotency_Key="k-1"), 422)
    assert db.session.scalar(select(func.count(Issue.id))) == 1


def test_a_key_belongs_to_its_owner(reporter, client, app):
    reporter.post("/issues", REPORT, Idempotency_Key="k-1")
    other = Caller(client, make_person("reporter"))
    assert other.post("/issues", REPORT, Idempotency_Key="k-1").status_code == 201
    assert db.session.scalar(select(func.count(Issue.id))) == 2


@pytest.mark.parametrize("key", ["é", "x" * 300])
def test_an_odd_key_is_refused(reporter, key):
    is_problem(reporter.post("/issues", REPORT, Idempotency_Key=key), 422)


def test_what_may_not_be_seen_is_not_there(reporter, client, app):
    number = reported(reporter)
    stranger = Caller(client, make_person("reporter"))
    for path in (f"/issues/{number}", "/issues/Q-200001-0001", f"/chases?subject={number}"):
        answer = stranger.get(path)
        assert answer.status_code == 404 or answer.json["items"] == []
    is_problem(stranger.post(f"/issues/{number}/messages", {"body": "x"}), 404)
    is_problem(stranger.get("/escalations/99999999999999999999"), 404)
    assert stranger.get("/issues").json["items"] == []


def test_a_list_goes_on_by_its_cursor(reporter, client):
    numbers = [reported(reporter) for _ in range(5)]
    first = reporter.get("/issues?limit=2").json
    second = reporter.get(f"/issues?limit=2&cursor={first['next']}").json
    third = reporter.get(f"/issues?limit=2&cursor={second['next']}").json
    assert [one["number"] for page in (first, second, third) for one in page["items"]] == numbers[::-1]
    assert third["next"] is None
    is_problem(reporter.get("/issues?limit=201"), 422)
    is_problem(reporter.get("/issues?cursor=nonsense"), 422)


def test_issues_are_found_by_state_system_and_words(reporter, client, app):
    number = reported(reporter, description="引用了不存在的法規")
    reported(reporter)
    supervisor = Caller(client, make_person("supervisor"))
    for caller in (reporter, supervisor):
        assert [one["number"] for one in caller.get("/issues?q=法規").json["items"]] == [number]
        assert caller.get("/issues?q=%00").status_code < 500
        assert len(caller.get("/issues?state=new&system=chat").json["items"]) == 2
        assert caller.get("/issues?state=closed").json["items"] == []
    is_problem(reporter.get("/issues?state=gone"), 422)
    is_problem(reporter.get("/issues?updated_since=yesterday"), 422)


def test_the_role_is_checked_before_the_state_and_the_fields(reporter, client, app):
    path = f"/issues/{reported(reporter)}/transitions"
    is_problem(reporter.post(path, {"move": "escalate"}), 403)
    supervisor = Caller(client, make_person("supervisor"))
    assert is_problem(supervisor.post(path, {"move": "solved"}), 409)["missing"] == []
    assert is_problem(supervisor.post(path, {"move": "ask"}), 409)["missing"] == ["body"]
    is_problem(supervisor.post(path, {"move": "dance"}), 409)


def test_internal_words_never_reach_the_reporter(reporter, client, app):
    number = reported(reporter)
    supervisor = Caller(client, make_person("supervisor"))
    supervisor.post(f"/issues/{number}/messages", {"body": "among us", "visibility": "internal"})
    supervisor.post(f"/issues/{number}/messages", {"body": "to you"})
    seen = reporter.get(f"/issues/{number}").json
    assert [one["body"] for one in seen["messages"]] == ["to you"]
    assert (seen["need_statement"], seen["record"]) == (None, None)
    is_problem(reporter.post(f"/issues/{number}/messages", {"body": "x", "visibility": "internal"}), 403)


def test_sealed_evidence_never_leaves_by_the_api(reporter, client, app):
    number = reported(reporter, impact="personal_data", evidence={"input": "A123456789"})
    supervisor = Caller(client, make_person("supervisor"))
    for answer in (supervisor.get(f"/issues/{number}"), supervisor.get("/issues"), reporter.get("/issues")):
        assert "A123456789" not in answer.get_data(as_text=True)
    assert supervisor.get(f"/issues/{number}").json["sealed"] is True


def test_a_field_that_somebody_else_wrote_is_not_overwritten(reporter, client, app):
    supervisor = Caller(client, make_person("supervisor"))
    number = reported(reporter)
    record = "/records/" + supervisor.post(f"/issues/{number}/record").json["number"]
    tag = supervisor.get(record).headers["ETag"]
    assert supervisor.get(record, If_None_Match=tag).status_code == 304
    assert supervisor.patch(record, {"root_cause": "mine"}, If_Match=tag).status_code == 200
    assert supervisor.patch(record, {"already_out": "another field"}, If_Match=tag).status_code == 200
    stale = is_problem(supervisor.patch(record, {"root_cause": "yours"}, If_Match=tag), 412)
    assert stale["conflicts"] == [{"field": "root_cause", "yours": "yours", "theirs": "mine"}]
    last = supervisor.patch(record, {"root_cause": "on purpose"})
    assert last.json["root_cause"] == "on purpose"
    assert supervisor.get(record, If_None_Match=last.headers["ETag"]).status_code == 304
    supervisor.post(f"{record}/transitions", {"move": "cancel", "note": "Made by mistake."})
    again = supervisor.get(record, If_None_Match=last.headers["ETag"])
    assert (again.status_code, again.json["state"]) == (200, "cancelled")
    assert list(is_problem(supervisor.patch(record, {"no_such": 1}), 422)["errors"]) == ["no_such"]


def test_an_integration_reports_for_somebody_only_as_a_supervisor(reporter, client, app):
    guest = {"reporter": {"name": "陳小姐", "email": "guest@example.tw"}}
    is_problem(reporter.post("/issues", {**REPORT, **guest}), 403)
    made = Caller(client, make_person("supervisor")).post("/issues", {**REPORT, **guest})
    assert (made.status_code, made.json["reporter"]) == (201, {"name": "陳小姐", "email": "guest@example.tw"})


def test_the_trail_is_for_those_who_audit(reporter, client, app):
    number = reported(reporter)
    is_problem(reporter.get("/audit"), 403)
    auditor = Caller(client, make_person("auditor"))
    entries = auditor.get(f"/audit?subject={number}").json["items"]
    assert [one["action"] for one in entries] == ["issue.create"]
    is_problem(auditor.get("/audit?subject=Q-200001-0001"), 404)


def test_the_last_act_is_taken_back_and_then_there_is_nothing(reporter, client, app):
    number = reported(reporter)
    supervisor = Caller(client, make_person("supervisor"))
    assert supervisor.post(f"/issues/{number}/transitions", {"move": "accept"}).json["state"] == "confirming"
    is_problem(reporter.post(f"/issues/{number}/undo"), 403)
    undone = supervisor.post(f"/issues/{number}/undo")
    assert (undone.status_code, undone.json["state"], undone.json["assignee"]) == (200, "new", None)
    is_problem(supervisor.post(f"/issues/{number}/undo"), 409)


def test_a_need_is_decided_and_listed(reporter, client, app):
    number = reported(reporter)
    supervisor = Caller(client, make_person("supervisor"))
    wish = {"kind": "feature_request", "decision": "accepted", "theme": "system", "reason": "Next version."}
    is_problem(reporter.post(f"/issues/{number}/need", wish), 403)
    is_problem(supervisor.post(f"/issues/{number}/need", {**wish, "decision": "later"}), 422)
    done = supervisor.post(f"/issues/{number}/need", wish).json
    assert (done["decision"], done["task"], done["state"]) == ("accepted", "T1.1", "answered")
    (listed,) = supervisor.get("/needs?decision=accepted").json["items"]
    assert listed["number"] == number and supervisor.get("/needs?theme=data").json["items"] == []


def test_while_an_engineers_question_is_open_the_reporter_is_waited_for(reporter, client, app):
    amy = db.session.scalars(select(Person).where(Person.name == "Amy")).one()
    issue = make_issue(state="escalated", reporter=amy)
    talk.ask(issue, "question", at=MONDAY)
    db.session.commit()
    line = reporter.get(f"/issues/{issue.number}").json
    assert (line["state"], line["public_state"]) == ("escalated", "waiting_for_you")
    talk.answered(issue, "question", at=MONDAY)
    db.session.commit()
    assert reporter.get("/issues").json["items"][0]["public_state"] == "in_progress"


def test_the_description_names_every_call(app, client):
    described = client.get("/api/v1/openapi.json").json
    assert described["openapi"].startswith("3.1")
    ours = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")} - {
        "/api/v1/openapi.json"
    }
    assert len(described["paths"]) == len(ours)
    assert all("401" in call["responses"] for path in described["paths"].values()
               for method, call in path.items() if method != "parameters")  # fmt: skip


def test_an_imported_system_cannot_be_reported(reporter, app):
    db.session.add(AISystem(key="old", name="Old", imported=True))
    db.session.commit()
    is_problem(reporter.post("/issues", {**REPORT, "system": "old"}), 422)
