"""Answers: written by one, reviewed by another, read by everybody, looked at again in time."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.clock import MONDAY, Clock
from tests.factories.guides import ANSWER, make_article, make_known
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, make_system, organisation
from tracker.accounts.models import Person
from tracker.db import db
from tracker.errors import DomainError, NotAllowed, WrongState
from tracker.guides import articles, jobs, rules
from tracker.guides.models import Article, Verdict
from tracker.outbox.models import Letter

pytestmark = pytest.mark.usefixtures("app")
Login = Callable[[FlaskClient, Person], FlaskClient]


def test_a_draft_is_read_by_nobody_until_another_supervisor_reviewed_it(
    client: FlaskClient, login: Login
) -> None:
    author, reviewer, reader = make_person("supervisor"), make_person("supervisor"), make_person("reporter")
    login(client, author)
    there = client.post("/kb/new", data={**ANSWER, "about": ""}).location
    assert client.post(f"{there}/review").status_code == 403
    assert client.post(f"{there}/publish").status_code == 409
    login(client, reader)
    assert client.get(there).status_code == 404 and ANSWER["title_zh"] not in client.get("/kb").text
    login(client, reviewer)
    assert client.post(f"{there}/review", data={"publish": "1"}).status_code == 303
    login(client, reader)
    assert "門市手冊第四章" in client.get(there).text and ANSWER["title_zh"] in client.get("/kb").text


def test_in_a_small_office_the_author_reviews_with_a_reason(client: FlaskClient, login: Login) -> None:
    login(client, make_person("supervisor"))
    there = client.post("/kb/new", data={**ANSWER, "about": ""}).location
    client.post(f"{there}/review", data={"publish": "1"})
    assert db.session.query(Article).one().shown_no is None
    client.post(f"{there}/review", data={"publish": "1", "reason": "只有一位訓練主管"})
    assert "只有一位訓練主管" in client.get(f"{there}/versions").text
    assert db.session.query(Article).one().shown_no == 1


def test_where_the_organisation_does_not_let_them_nobody_reviews_their_own() -> None:
    organisation(same_person_may_sign=False)
    alone = make_person("supervisor")
    made = make_article(published=False, author=alone)
    with pytest.raises(NotAllowed):
        articles.review(made, reason="Alone.", by=actor_of(alone), at=MONDAY)


def test_a_change_is_a_new_version_and_people_read_the_old_one_meanwhile(
    client: FlaskClient, login: Login
) -> None:
    made, writer = make_article(), make_person("supervisor")
    here = f"/kb/{made.id}"
    login(client, writer)
    client.post(f"{here}/edit", data={**ANSWER, "body_zh": "現在是十天。", "about": ""})
    assert "十天" not in client.get(here).text and "十天" in client.get(f"{here}?draft=1").text
    login(client, make_person("supervisor"))
    client.post(f"{here}/review", data={"publish": "1"})
    assert "十天" in client.get(here).text
    page = client.get(f"{here}/versions").text
    assert "門市手冊" in page and "十天" in page


def test_a_change_voids_the_review() -> None:
    made, writer = make_article(published=False), make_person("supervisor")
    articles.review(made, by=actor_of(make_person("supervisor")), at=MONDAY)
    articles.save(made, {**ANSWER, "body_zh": "另一段。"}, by=actor_of(writer), at=MONDAY)
    assert made.newest.stage == rules.DRAFT and len(made.newest.authors) == 2
    with pytest.raises(WrongState):
        articles.publish(made, by=actor_of(writer), at=MONDAY)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "title_zh"),
        ({"title_zh": "只有標題"}, "body_zh"),
        ({"body_en": "Only a text."}, "title_en"),
        ({"title_zh": "退貨", "body_zh": "王先生 A123456789 的單"}, "body_zh"),
        ({"title_en": "Card", "body_en": "4111 1111 1111 1111"}, "body_en"),
    ],
)
def test_what_is_not_whole_or_holds_a_number_of_a_person_is_refused(
    given: dict[str, str], field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        articles.create(given, by=actor_of(make_person("supervisor")), at=MONDAY)
    assert set(refused.value.fields) == {field}


def test_one_supervisor_of_another_system_changes_nothing(client: FlaskClient, login: Login) -> None:
    system, other = make_system(), make_system()
    made = make_article(system_id=system.id, **ANSWER)
    login(client, make_person("supervisor", system_limit=other))
    assert client.get(f"/kb/{made.id}").status_code == 200
    for place in ("edit", "versions"):  # what is published they read; drafts beside it are not theirs
        assert client.get(f"/kb/{made.id}/{place}").status_code == 403
    assert client.post(f"/kb/{made.id}/withdraw").status_code == 403


def test_what_nobody_reads_yet_is_no_business_of_a_supervisor_of_another_system(
    client: FlaskClient, login: Login
) -> None:
    system, other = make_system(), make_system()
    draft = make_article(published=False, **ANSWER, system_id=system.id)
    for_all = make_article(published=False, title_zh="通用草稿", body_zh="每個系統都用。")
    problem = make_known(published=False, system_id=system.id)
    login(client, make_person("supervisor", system_limit=other))
    unfinished = client.get("/kb?show=unfinished").text
    assert ANSWER["title_zh"] not in unfinished and "通用草稿" in unfinished
    assert client.get(f"/kb/{draft.id}").status_code == 404
    assert client.get(f"/kb/{draft.id}/versions").status_code == 404
    assert client.get(f"/kb/{for_all.id}").status_code == 200
    assert client.get(f"/known/{problem.id}").status_code == 404
    assert problem.title_zh not in client.get("/known?show=all").text
    login(client, make_person("supervisor", system_limit=system))
    assert ANSWER["title_zh"] in client.get("/kb?show=unfinished").text
    assert client.get(f"/known/{problem.id}").status_code == 200


def test_words_that_changed_while_a_reviewer_read_are_not_reviewed(client: FlaskClient, login: Login) -> None:
    author = make_person("supervisor")
    made = make_article(published=False, author=author)
    login(client, make_person("supervisor"))
    page = client.get(f"/kb/{made.id}").text
    found = re.search(r'name="seen" value="([0-9a-f]{32})"', page)
    assert found is not None
    articles.save(made, {**ANSWER, "body_zh": "天數是七十天。"}, by=actor_of(author), at=MONDAY)
    db.session.commit()
    sent = client.post(f"/kb/{made.id}/review", data={"publish": "1", "seen": found[1]})
    answer = client.get(sent.location)
    assert "這段期間有人改過內容" in answer.text and "天數是七十天" in answer.text
    db.session.expire_all()
    assert (made.newest.reviewed_at, made.shown_no) == (None, None)
    client.post(f"/kb/{made.id}/review", data={"publish": "1", "seen": articles.digest(made.newest)})
    db.session.expire_all()
    assert made.shown_no == 1


def test_a_reason_longer_than_a_line_is_refused_in_words(client: FlaskClient, login: Login) -> None:
    author = make_person("supervisor")
    made = make_article(published=False, author=author)
    login(client, author)
    sent = client.post(f"/kb/{made.id}/review", data={"reason": "x" * 301})
    assert sent.status_code == 303 and "301" in client.get(sent.location).text
    db.session.expire_all()
    assert made.newest.reviewed_at is None


def test_a_restricted_issue_is_not_named_to_who_may_not_know_of_it(client: FlaskClient, login: Login) -> None:
    issue = make_issue()
    made = make_article()
    made.issue_id, issue.restricted = issue.id, True
    db.session.commit()
    login(client, make_person("supervisor"))
    assert issue.number not in client.get(f"/kb/{made.id}").text
    issue.restricted = False
    db.session.commit()
    assert issue.number in client.get(f"/kb/{made.id}").text


@pytest.mark.parametrize(("first", "second", "counted"), [("yes", "yes", (1, 0)), ("yes", "no", (0, 1))])
def test_each_reader_counts_once_and_the_last_word_holds(
    client: FlaskClient, login: Login, first: str, second: str, counted: tuple[int, int]
) -> None:
    made = make_article()
    login(client, make_person("reporter"))
    for word in (first, second):
        assert client.post(f"/kb/{made.id}/helpful", data={"helpful": word}).status_code == 303
    said = db.session.query(Verdict).one()
    assert (int(said.helpful is True), int(said.helpful is False)) == counted
    assert client.post(f"/kb/{made.id}/helpful", data={"helpful": "perhaps"}).status_code == 400


def test_a_guest_reads_and_says_whether_it_helped_where_guests_may_report(client: FlaskClient) -> None:
    made = make_article()
    assert client.get("/kb").status_code == client.get(f"/kb/{made.id}").status_code == 200
    for _ in range(2):
        client.post(f"/kb/{made.id}/helpful", data={"helpful": "yes"})
    said = db.session.query(Verdict).one()
    assert said.voter.startswith("guest ") and len(said.voter) == 70
    organisation(guests_may_report=False)
    assert "/login" in client.get("/kb").location
    assert "/login" in client.post(f"/kb/{made.id}/helpful", data={"helpful": "no"}).location


def test_a_reader_of_the_other_language_gets_the_text_there_is_marked(client: FlaskClient) -> None:
    made = make_article()
    client.set_cookie("locale", "en")
    page = client.get(f"/kb/{made.id}").text
    assert 'lang="zh-Hant-TW">退貨天數怎麼查' in page and "another language" in page


def test_the_supervisors_are_reminded_once_a_month_until_somebody_looked(clock: Clock) -> None:
    author = make_person("supervisor")
    made = make_article(author=author)
    day = MONDAY + rules.REVIEW_EVERY
    rung = lambda: db.session.query(Letter).filter_by(kind="guide.review", person_id=author.id).count()  # noqa: E731
    assert jobs.remind_reviewers(day - timedelta(days=1)) == 0 and rung() == 0
    for days, notes in ((0, 1), (1, 1), (31, 2)):
        assert jobs.remind_reviewers(day + timedelta(days=days)) == 1 and rung() == notes
    articles.still_right(made, by=actor_of(author), at=day + timedelta(days=32))
    db.session.commit()
    assert jobs.remind_reviewers(day + timedelta(days=33)) == 0


def test_what_is_due_and_what_is_unfinished_is_listed_for_writers(
    client: FlaskClient, login: Login, clock: Clock
) -> None:
    due = make_article(title_zh="舊的", body_zh="很久了。", at=MONDAY - rules.REVIEW_EVERY)
    draft = make_article(published=False, title_zh="新的", body_zh="還沒好。")
    login(client, make_person("supervisor"))
    listed = lambda show: client.get(f"/kb?show={show}").text  # noqa: E731
    assert f'/kb/{due.id}"' in listed("due") and f'/kb/{draft.id}"' not in listed("due")
    assert f'/kb/{draft.id}"' in listed("unfinished") and f'/kb/{due.id}"' not in listed("unfinished")


def test_what_is_taken_down_is_gone_until_it_is_shown_again(client: FlaskClient, login: Login) -> None:
    made, supervisor, reader = make_article(), make_person("supervisor"), make_person("reporter")
    for verb, status, found in (("withdraw", 404, False), ("restore", 200, True)):
        login(client, supervisor).post(f"/kb/{made.id}/{verb}")
        login(client, reader)
        assert client.get(f"/kb/{made.id}").status_code == status
        assert (f'/kb/{made.id}"' in client.get("/kb?q=退貨天數").text) == found


def test_the_search_finds_an_answer_by_words_from_anywhere_in_it(client: FlaskClient) -> None:
    made = make_article()
    make_article(title_en="Attachments", body_en="The summary leaves attachments out.")
    for q, hit in (
        ("退貨", True), ("手冊 第四章", True), ("天數", True), ("manual", False), ("汽車", False), ("退", False),
    ):  # fmt: skip
        assert (f'/kb/{made.id}"' in client.get("/kb", query_string={"q": q}).text) == hit, q


def test_the_beginning_of_a_word_finds_it_too(client: FlaskClient) -> None:
    made = make_article(title_en="Attachments", body_en="The summary leaves attachments out.")
    assert f'/kb/{made.id}"' in client.get("/kb?q=attach").text
