"""A draft is reviewed by somebody who did not write it: they are asked, once for the words that stand there."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.clock import MONDAY
from tests.factories.guides import make_article
from tests.factories.people import actor_of, make_person, organisation
from tracker.accounts.models import Person
from tracker.db import db
from tracker.guides import articles
from tracker.guides.models import Article
from tracker.outbox.models import Letter

pytestmark = pytest.mark.usefixtures("app")
Login = Callable[[FlaskClient, Person], FlaskClient]


def test_a_writer_asks_for_a_review_and_those_who_may_review_are_told_once(
    client: FlaskClient, login: Login
) -> None:
    author, colleague = make_person("supervisor", name="林志偉"), make_person("supervisor", name="蔡雅婷")
    draft = make_article(author=author, published=False)
    login(client, author)
    assert "請人審閱" in client.get(f"/kb/{draft.id}?draft=1").text
    for _again in range(2):
        there = client.post(f"/kb/{draft.id}/ask").location
        assert "已請 蔡雅婷 審閱" in client.get(there).text
    assert "請求審閱" in client.get(f"/kb/{draft.id}?draft=1").text, "also when the page is opened again"
    (rung,) = db.session.query(Letter).filter_by(kind="guide.review")
    assert (rung.person_id, rung.link) == (colleague.id, f"/kb/{draft.id}?draft=1")
    assert "林志偉請您審閱一則解答" in rung.subject_line
    # Other words are another draft, and are asked for anew.
    client.post(f"/kb/{draft.id}/edit", data={"about": "", "title_zh": "新標題", "body_zh": "新的內文。"})
    client.post(f"/kb/{draft.id}/ask")
    assert db.session.query(Letter).filter_by(kind="guide.review").count() == 2
    login(client, colleague)
    assert "請人審閱" not in client.get(f"/kb/{draft.id}?draft=1").text
    draft = db.session.get_one(Article, draft.id)
    articles.review(draft, by=actor_of(colleague), at=MONDAY)
    db.session.commit()
    assert client.post(f"/kb/{draft.id}/ask").status_code == 409


def test_where_nobody_else_may_review_the_page_says_so_and_what_helps(
    client: FlaskClient, login: Login
) -> None:
    author = make_person("supervisor")
    organisation(same_person_may_sign=False)
    draft = make_article(author=author, published=False)
    login(client, author)
    page = client.get(f"/kb/{draft.id}?draft=1").text
    assert "目前沒有其他人可以審閱" in page and f"/kb/{draft.id}/ask" not in page
    assert client.post(f"/kb/{draft.id}/ask").status_code == 409
