"""Writing answers and known issues over the API, with the guards of the pages."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.api.caller import Caller
from tests.clock import MONDAY
from tests.factories.guides import ANSWER, KNOWN, make_article, make_known
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, make_system
from tracker.audit.models import Entry
from tracker.db import db
from tracker.errors import DomainError
from tracker.guides import articles, known, moves
from tracker.guides.models import Article, KnownIssue
from tracker.outbox.models import Letter

pytestmark = pytest.mark.usefixtures("app")


def is_problem(answer: Any, status: int) -> Any:
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), answer.text
    return answer.json


def test_an_answer_goes_from_its_draft_to_its_readers_and_away(client: FlaskClient) -> None:
    system = make_system(functions=("Search",))
    writer, other = (Caller(client, make_person("supervisor")) for _ in range(2))
    reader = Caller(client, make_person("reporter"))
    new = {**ANSWER, "system": system.key, "function": "Search"}
    made = writer.post("/answers", new, Idempotency_Key="a")
    assert (made.status_code, made.json["system"], made.json["function"]) == (201, system.key, "Search")
    assert writer.post("/answers", new, Idempotency_Key="a").json == made.json
    here = made.headers["Location"].removeprefix("/api/v1")
    move = lambda who, verb, **fields: who.post(f"{here}/transitions", {"move": verb, "fields": fields})  # noqa: E731
    assert made.json["moves"] == ["ask", "withdraw"] and reader.get(here).status_code == 404
    is_problem(move(writer, "review", seen=made.json["draft"]["seen"]), 403)
    is_problem(move(writer, "publish"), 409)
    assert other.get(here).json["moves"] == ["review", "withdraw"]
    writer.patch(here, {"body_zh": "天數是七十天。"})
    stale = is_problem(move(other, "review", seen=made.json["draft"]["seen"]), 412)
    assert stale["conflicts"] == [
        {"field": "body_zh", "yours": ANSWER["body_zh"], "theirs": "天數是七十天。"}
    ]
    assert is_problem(move(other, "review", seen="0" * 32), 412)["conflicts"][0]["field"] == "seen"
    assert (
        move(other, "review", seen=other.get(here).json["draft"]["seen"]).json["draft"]["stage"] == "reviewed"
    )
    assert move(other, "publish").json["texts"]["body_zh"] == "天數是七十天。"
    assert (reader.get(here).json["version"], reader.get(here).json["moves"]) == (1, [])
    assert move(writer, "withdraw").json["withdrawn_at"] and reader.get(here).status_code == 404
    assert move(writer, "restore").json["moves"] == ["check", "withdraw"]


def test_a_save_changes_what_was_sent_and_writes_over_nobody(client: FlaskClient) -> None:
    system, made = make_system(functions=("Search",)), make_article()
    here = f"/answers/{made.id}"
    one, two = (Caller(client, make_person("supervisor")) for _ in range(2))
    tag = one.get(here).headers["ETag"]
    assert one.get(here, If_None_Match=tag).status_code == 304
    saved = one.patch(here, {"body_zh": "十天。"}, If_Match=tag)
    assert (saved.json["version"], saved.json["draft"]["version"]) == (1, 2)
    assert (saved.json["draft"]["body_zh"], saved.json["draft"]["title_zh"]) == ("十天。", ANSWER["title_zh"])
    assert saved.headers["ETag"] != tag
    moved = two.patch(here, {"system": system.key, "function": "Search"}, If_Match=tag).json
    assert (moved["system"], moved["function"]) == (system.key, "Search")
    stale = is_problem(two.patch(here, {"body_zh": "二十天。", "system": ""}, If_Match=tag), 412)
    assert stale["conflicts"] == [
        {"field": "body_zh", "yours": "二十天。", "theirs": "十天。"},
        {"field": "system", "yours": "", "theirs": f"{system.key} / Search"},
    ]
    assert two.patch(here, {"system": ""}, If_Match=saved.headers["ETag"]).status_code == 412
    assert two.patch(here, {"system": ""}).json["system"] is None
    told = one.get(f"{here}/versions").json["items"]
    assert [(each["version"], each["changed"]) for each in told] == [
        (2, ["body_zh"]),
        (1, ["title_zh", "body_zh"]),
    ]
    is_problem(Caller(client, make_person("reporter")).get(f"{here}/versions"), 403)


def test_whether_an_answer_helped_counts_once_for_each_and_the_last_word_counts(client: FlaskClient) -> None:
    here = f"/answers/{make_article().id}"
    one, two = (Caller(client, make_person("reporter")) for _ in range(2))
    say = lambda who, helpful: who.post(f"{here}/helped", {"helpful": helpful})  # noqa: E731
    assert [say(one, True).json[key] for key in ("helpful", "unhelpful")] == [1, 0]
    say(two, True)
    last = say(one, False).json
    assert (last["helpful"], last["unhelpful"]) == (1, 1)
    assert list(is_problem(say(one, "perhaps"), 422)["errors"]) == ["helpful"]
    is_problem(one.post("/answers/999/helped", {"helpful": True}), 404)


def test_a_known_issue_is_published_counted_solved_and_taken_back(client: FlaskClient) -> None:
    issue, reader = make_issue(), make_person("reporter")
    writer, met = Caller(client, make_person("supervisor")), Caller(client, reader)
    made = writer.post("/known-issues", {**KNOWN, "issue": issue.number})
    here = f"/known-issues/{made.json['id']}"
    assert (made.status_code, made.json["affected"], made.json["issues"]) == (201, 1, [issue.number])
    move = lambda verb, **fields: writer.post(f"{here}/transitions", {"move": verb, "fields": fields})  # noqa: E731
    assert move("publish").json["state"] == "open"
    assert [met.post(f"{here}/me-too").json["affected"] for _ in range(2)] == [2, 2]
    tag = writer.get(here).headers["ETag"]
    assert (
        writer.patch(here, {"body_zh": "先查公告。"}, If_Match=tag).json["texts"]["body_zh"] == "先查公告。"
    )
    is_problem(writer.patch(here, {"body_zh": "先問我。"}, If_Match=tag), 412)
    assert list(is_problem(move("solve"), 422)["errors"]) == ["solution_zh"]
    solved = move("solve", solution_zh="第四章改好了。").json
    assert (solved["state"], solved["moves"]) == ("solved", ["reopen", "link", "unlink", "withdraw"])
    told = db.session.query(Letter).filter_by(kind="known.solved", channel="mail").all()
    assert {one.person_id for one in told} == {reader.id, issue.reporter_id}
    is_problem(met.post(f"{here}/me-too"), 409)
    assert move("reopen").json["state"] == "open"
    assert move("unlink", number=issue.number).json["affected"] == 1
    assert list(is_problem(move("link", number="Q-209901-0001"), 422)["errors"]) == ["number"]
    told = writer.get(f"{here}/versions").json["items"]
    assert [one["changed"] for one in told] == [["solution_zh"], ["body_zh"], ["title_zh", "body_zh"]]


@pytest.mark.parametrize("path", ["/answers", "/known-issues"])
def test_what_is_wrong_is_named_and_nothing_is_kept(client: FlaskClient, path: str) -> None:
    system = make_system()
    writer = Caller(client, make_person("supervisor"))
    limited = Caller(client, make_person("supervisor", system_limit=make_system()))
    texts = {**(ANSWER if path == "/answers" else KNOWN), "system": system.key}
    for body, field in (
        ({"system": system.key}, "title_zh"), (texts | {"system": "none"}, "system"),
        (texts | {"function": "none"}, "function"), (texts | {"issue": "Q-209901-0001"}, "issue"),
        (texts | {"body_zh": "A123456789"}, "body_zh"), (texts | {"title": "x"}, "title"),
        (texts | {"title_zh": "字" * 301}, "title_zh"), (texts | {"body_en": 3}, "body_en"),
    ):  # fmt: skip
        assert list(is_problem(writer.post(path, body), 422)["errors"]) == [field]
    for caller in (Caller(client, make_person("reporter")), Caller(client, make_person("admin")), limited):
        is_problem(caller.post(path, texts), 403)
    is_problem(Caller(client, make_person("supervisor"), "read").post(path, texts), 403)
    assert db.session.query(Article).count() + db.session.query(KnownIssue).count() == 0


def test_a_known_issue_is_about_one_system(client: FlaskClient) -> None:
    writer, made = Caller(client, make_person("supervisor")), make_known()
    assert list(is_problem(writer.post("/known-issues", KNOWN), 422)["errors"]) == ["system"]
    assert list(is_problem(writer.patch(f"/known-issues/{made.id}", {"system": ""}), 422)["errors"]) == [
        "system"
    ]


def test_an_answer_made_from_an_issue_takes_the_words_of_the_staff_alone(client: FlaskClient) -> None:
    supervisor = make_person("supervisor")
    issue = make_issue(
        state="answered", supervisor=supervisor, reporter=make_person("reporter", name="陳美玲")
    )
    issue.proposed_solution = "陳美玲請看手冊，或打 0912-345-678。"
    db.session.commit()
    writer = Caller(client, supervisor)
    draft = writer.post("/answers", {"issue": issue.number, "title_zh": "退貨"}).json["draft"]
    assert (
        "請看手冊" in draft["body_zh"] and "陳美玲" not in draft["body_zh"] and "0912" not in draft["body_zh"]
    )
    is_problem(Caller(client, make_person("reporter")).post("/answers", {"issue": issue.number}), 403)


GIVEN = {"solve": {"solution_en": "Done."}}
PATHS: tuple[tuple[Any, Any, tuple[str, ...]], ...] = (
    (articles.create, moves.ANSWER, ("", "withdraw", "review", "review publish", "review publish withdraw")),
    (known.create, moves.KNOWN, ("", "withdraw", "publish", "publish solve", "publish withdraw")),
)


@pytest.mark.parametrize(("create", "table", "paths"), PATHS, ids=("answer", "known issue"))
def test_at_every_stage_the_moves_offered_can_be_made_and_no_other_changes_anything(
    create: Any, table: Any, paths: tuple[str, ...]
) -> None:
    author, colleague = (actor_of(make_person("supervisor")) for _ in range(2))
    system_id = make_system().id

    def guide_at(path: str) -> Any:
        guide = create({**ANSWER, "system_id": system_id}, by=author, at=MONDAY)
        for verb in path.split():
            moves.carry_out(guide, verb, GIVEN.get(verb), by=colleague, at=MONDAY)
        return guide

    def changes(guide: Any, verb: str, who: Any) -> bool:
        written = db.session.query(Entry).count()
        try:
            moves.carry_out(guide, verb, GIVEN.get(verb), by=who, at=MONDAY)
        except DomainError:
            return False
        return db.session.query(Entry).count() > written

    wrong = []
    for path in paths:
        for who, verb in ((who, verb) for who in (author, colleague) for verb in table if "link" not in verb):
            guide = guide_at(path)
            offered = verb in moves.open_moves(guide, by=who, at=MONDAY)
            if offered != changes(guide, verb, who):
                wrong.append((path, verb, who is author, offered))
            db.session.rollback()
    assert wrong == []
