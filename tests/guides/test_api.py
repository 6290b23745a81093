"""Answers and known issues over the API, and the difference between two versions of an answer."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.api.caller import Caller
from tests.clock import MONDAY
from tests.factories.guides import ANSWER, KNOWN, make_article, make_known
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, make_system
from tracker.accounts.models import Person
from tracker.db import db
from tracker.guides import articles, known, saying, withdrawing
from tracker.guides.models import Article

pytestmark = pytest.mark.usefixtures("app")
Login = Callable[[FlaskClient, Person], FlaskClient]


def change(made: Article, **texts: str) -> None:
    articles.save(made, {**ANSWER, **texts}, by=actor_of(make_person("supervisor")), at=MONDAY)
    db.session.commit()


def test_readers_get_what_people_read_and_writers_the_draft_beside_it(client: FlaskClient) -> None:
    made, hidden = make_article(), make_article(published=False)
    saying.solved(made, "guest x", at=MONDAY)
    change(made, body_zh="現在是十天。")
    reader, writer = (Caller(client, make_person(role)) for role in ("reporter", "supervisor"))
    (one,) = reader.get("/answers").json["items"]
    assert (one["id"], one["version"], one["texts"]["body_zh"], one["draft"]) == (
        made.id, 1, ANSWER["body_zh"], None,
    )  # fmt: skip
    assert (one["helpful"], one["reports_spared"], one["system"]) == (1, 1, None)
    assert one["url"].endswith(f"/kb/{made.id}")
    assert reader.get(f"/answers/{hidden.id}").status_code == 404
    assert reader.get("/answers?show=unfinished").json["items"] == reader.get("/answers").json["items"]
    draft = writer.get(f"/answers/{made.id}").json["draft"]
    assert (draft["version"], draft["stage"], draft["body_zh"]) == (2, "draft", "現在是十天。")
    assert {one["id"] for one in writer.get("/answers?show=unfinished").json["items"]} == {made.id, hidden.id}
    assert writer.get(f"/answers/{10**12}").status_code == 404


def test_answers_are_searched_and_told_by_system(client: FlaskClient) -> None:
    system, other = make_system(), make_system()
    mine = make_article(system_id=system.id, **ANSWER)
    for_all = make_article(title_en="Attachments", body_en="The summary leaves attachments out.")
    make_article(system_id=other.id, title_zh="別的系統", body_zh="內文。")
    reader = Caller(client, make_person("reporter"))
    ids = lambda query: [one["id"] for one in reader.get(f"/answers?{query}").json["items"]]  # noqa: E731
    assert ids(f"system={system.key}") == [for_all.id, mine.id]
    assert ids("q=退貨天數") == [mine.id] and ids("q=nothing-like-it") == []
    first = reader.get("/answers?limit=2").json
    assert len(first["items"]) == 2
    assert [one["id"] for one in reader.get(f"/answers?limit=2&cursor={first['next']}").json["items"]] == [
        mine.id
    ]


def test_known_issues_tell_what_to_do_and_whom_they_met(client: FlaskClient) -> None:
    issue = make_issue()
    one, draft = make_known(issue=issue), make_known(published=False)
    supervisor = make_person("supervisor")
    reader, writer = Caller(client, make_person("reporter")), Caller(client, supervisor)
    (told,) = reader.get("/known-issues").json["items"]
    assert (told["id"], told["state"], told["affected"], told["issues"]) == (one.id, "open", 1, None)
    assert told["texts"]["body_zh"] == KNOWN["body_zh"] and told["system"] == issue.system.key
    assert writer.get(f"/known-issues/{one.id}").json["issues"] == [issue.number]
    assert reader.get(f"/known-issues/{draft.id}").status_code == 404
    assert reader.get("/known-issues?show=all").json["items"] == [told]
    assert len(writer.get("/known-issues?show=all").json["items"]) == 2
    known.solve(one, solution_en="The page is new.", by=actor_of(supervisor), at=MONDAY)
    db.session.commit()
    solved = reader.get(f"/known-issues/{one.id}").json
    assert (solved["state"], solved["solution_en"]) == ("solved", "The page is new.")
    withdrawing.withdraw(one, by=actor_of(supervisor), at=MONDAY)
    db.session.commit()
    assert reader.get(f"/known-issues/{one.id}").status_code == 404


def test_a_restricted_issue_is_not_numbered_to_who_may_not_see_it(client: FlaskClient) -> None:
    issue = make_issue()
    one = make_known(issue=issue)
    issue.restricted = True
    db.session.commit()
    assert Caller(client, make_person("supervisor")).get(f"/known-issues/{one.id}").json["issues"] == []


def test_two_versions_are_compared_word_by_word(client: FlaskClient, login: Login) -> None:
    made = make_article()
    login(client, make_person("supervisor"))
    assert "guide-compare" not in client.get(f"/kb/{made.id}/versions").text
    change(made, body_zh="請看門市手冊第五章，公告的天數是七天。")
    page = client.get(f"/kb/{made.id}/versions").text
    assert "第 1 版到第 2 版改了什麼" in page and "<del>四</del><ins>五</ins>" in page
    back = client.get(f"/kb/{made.id}/versions?from=2&to=1").text
    assert "<del>五</del><ins>四</ins>" in back
    assert "兩個版本的內容相同" in client.get(f"/kb/{made.id}/versions?from=2&to=2").text
    assert "沒有這個版本" in client.get(f"/kb/{made.id}/versions?from=9&to=2").text


def test_the_versions_of_a_known_issue_are_told_from_its_trail(client: FlaskClient, login: Login) -> None:
    supervisor = make_person("supervisor", name="Ann")
    made = make_known(author=supervisor)
    by = actor_of(supervisor)
    known.save(
        made, {**KNOWN, "system_id": made.system_id, "body_zh": "請先以公告的十天為準。"}, by=by, at=MONDAY
    )
    known.solve(made, solution_zh="公告改好了。", by=by, at=MONDAY)
    db.session.commit()
    login(client, supervisor)
    assert f"/known/{made.id}/versions" in client.get(f"/known/{made.id}").text
    page = client.get(f"/known/{made.id}/versions?from=1&to=2").text
    assert "<del>七</del><ins>十</ins>" in page and "撰寫：Ann" in page and "第 3 版" in page
    assert "<ins>公告改好了。</ins>" in client.get(f"/known/{made.id}/versions").text
    login(client, make_person("supervisor", system_limit=make_system()))
    assert client.get(f"/known/{made.id}/versions").status_code == 403
