"""Asking an opinion: who may, who sees what, how it is chased, answered, taken back, printed."""

from datetime import timedelta

import pytest

from tests.clock import MONDAY
from tests.factories.chases import chases, clock_of, letters, tick, told
from tests.factories.people import actor_of, make_person
from tests.factories.records import make_record
from tracker.db import db
from tracker.errors import DomainError, NotAllowed, WrongState
from tracker.opinions import actions, queries
from tracker.records import queries as records
from tracker.web.dates import datetime_words

DUE = MONDAY + timedelta(days=2)


def asked(record, cast, person=None, **more):
    wanted = {"topic": "privacy", "question": "要通知當事人嗎？", "due_at": DUE} | more
    if person is not None:
        wanted["to_person_id"] = person.id
    opinion = actions.ask(record, wanted, by=cast.as_supervisor, at=MONDAY)
    db.session.commit()
    return opinion


@pytest.fixture
def case(app):
    record, cast = make_record(state="analysing")
    return record, cast, make_person("reporter", name="法務林小姐")


def test_who_is_asked_sees_this_question_alone(case):
    record, cast, person = case
    opinion, other = asked(record, cast, person), asked(record, cast, make_person("reporter"))
    mine = db.session.scalars(queries.visible(actor_of(person), MONDAY)).all()
    assert mine == [opinion] and other not in mine
    assert db.session.scalars(records.visible(actor_of(person))).all() == []
    assert db.session.scalars(queries.visible(actor_of(make_person("reporter")), MONDAY)).all() == []
    assert len(db.session.scalars(queries.visible(cast.as_supervisor, MONDAY)).all()) == 2
    assert db.session.scalars(queries.visible(actor_of(make_person("auditor")), MONDAY)).all() == []


@pytest.mark.parametrize(
    ("change", "field"),
    [({"question": " "}, "question"), ({"topic": "?"}, "topic"), ({"due_at": MONDAY - timedelta(days=1)}, "due_at"),
     ({"to_email": "nobody"}, "to_email"), ({}, "to_person_id")],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_field(case, change, field):
    record, cast, person = case
    with pytest.raises(DomainError) as wrong:
        asked(record, cast, None if field.startswith("to_") else person, **change)
    assert field in wrong.value.fields


def test_all_that_is_wrong_is_named_at_once(case):
    record, cast, _person = case
    with pytest.raises(DomainError) as wrong:
        asked(record, cast, topic="", question="", due_at="")
    assert set(wrong.value.fields) == {"topic", "question", "due_at", "to_person_id"}


def test_the_letters_say_by_when_and_what_was_answered(case):
    record, cast, person = case
    opinion = asked(record, cast, person)
    asked(record, cast, to_name="王律師", to_email="law@outside.test")
    assert len(letters("mail", "record.opinion")) == 2
    assert all(datetime_words(DUE) in one.body_text for one in letters("mail", "record.opinion"))
    actions.answer(opinion, "要在十日內通知。", by=actor_of(person), at=MONDAY)
    assert "要在十日內通知。" in letters("bell", "record.opinion_answered")[0].body_text


def test_only_those_who_work_on_it_ask_and_never_once_it_has_ended(case):
    record, cast, person = case
    wanted = {"topic": "data", "question": "?", "due_at": DUE, "to_person_id": person.id}
    with pytest.raises(NotAllowed):
        actions.ask(record, wanted, by=actor_of(person), at=MONDAY)
    actions.ask(record, wanted, by=cast.as_engineer, at=MONDAY)
    record.state = "closed"
    with pytest.raises(WrongState):
        actions.ask(record, wanted, by=cast.as_supervisor, at=MONDAY)


def test_it_is_chased_like_the_rest_until_it_is_answered(case):
    record, cast, person = case
    opinion = asked(record, cast, person)
    tick(MONDAY)
    clock = clock_of("opinion", opinion.id, "opinion")
    assert clock.due_at == DUE
    tick(DUE + timedelta(minutes=1))
    late = [one for one in chases("opinion") if one.step == "overdue"]
    assert [told(one) for one in late] == [{person.id}]
    assert letters("bell")[-1].link == f"/opinions/{opinion.id}"
    actions.answer(opinion, "要，七日內。", by=actor_of(person), at=DUE + timedelta(hours=1))
    tick(DUE + timedelta(hours=1))
    assert clock_of("opinion", opinion.id, "opinion").ended_at is not None


def test_the_answer_reaches_who_asked_and_stands_in_the_print(case, client, login):
    record, cast, person = case
    opinion = asked(record, cast, person)
    browser = login(client, person)
    page = browser.get(f"/opinions/{opinion.id}").text
    assert "要通知當事人嗎？" in page and record.number in page
    assert browser.get(f"/records/{record.number}").status_code == 404
    assert browser.post(f"/opinions/{opinion.id}/answer", data={"answer": ""}).status_code == 422
    assert browser.post(f"/opinions/{opinion.id}/answer", data={"answer": "要，七日內。"}).status_code == 303
    assert browser.post(f"/opinions/{opinion.id}/answer", data={"answer": "不用"}).status_code == 409
    assert [one.person_id for one in letters("bell", "record.opinion_answered")] == [cast.supervisor.id]
    assert "要，七日內。" in login(client, cast.supervisor).get(f"/records/{record.number}/print").text


def test_asked_from_the_page_and_listed_for_who_is_asked(case, client, login):
    record, cast, person = case
    here = f"/records/{record.number}/opinions/ask"
    form = {
        "topic": "legal",
        "to_person_id": str(person.id),
        "question": "可以公開嗎？",
        "due_at": "2026-11-26 17:00",
    }
    assert login(client, cast.supervisor).post(here, data={**form, "question": ""}).status_code == 422
    assert client.post(here, data=form).status_code == 303
    assert "可以公開嗎？" in client.get(f"/records/{record.number}").text
    login(client, person)
    for page in ("/opinions", "/today"):
        assert "可以公開嗎？" in client.get(page).text
    assert "可以公開嗎？" not in login(client, cast.reporter).get("/opinions").text


def test_who_was_asked_sees_nothing_once_it_is_taken_back(case, client, login):
    record, cast, person = case
    opinion = asked(record, cast, person)
    assert (
        login(client, person).post(f"/opinions/{opinion.id}/withdraw", data={"because": "x"}).status_code
        == 403
    )
    login(client, cast.supervisor)
    assert client.post(f"/opinions/{opinion.id}/withdraw", data={"because": ""}).status_code == 422
    assert client.post(f"/opinions/{opinion.id}/withdraw", data={"because": "問錯人"}).status_code == 303
    assert login(client, person).get(f"/opinions/{opinion.id}").status_code == 404
    assert letters("bell", "record.opinion_withdrawn")[0].person_id == person.id


def test_the_deputy_of_who_is_away_answers_for_them(case, client, login):
    record, cast, person = case
    opinion, deputy = asked(record, cast, person), make_person("reporter")
    person.deputy_id, person.away_from = deputy.id, MONDAY - timedelta(days=1)
    db.session.commit()
    assert (
        login(client, deputy).post(f"/opinions/{opinion.id}/answer", data={"answer": "可"}).status_code == 303
    )
    db.session.refresh(opinion)
    assert opinion.answered_by == deputy.name


def test_an_outside_contact_answers_on_the_signed_page_and_sees_little(case, client):
    record, cast, _ = case
    asked(record, cast, to_email="dpo@vendor.test", to_name="外部顧問")
    (letter,) = letters("mail", "record.opinion")
    page = client.get(letter.link)
    assert page.status_code == 200 and "要通知當事人嗎？" in page.text
    assert cast.reporter.name not in page.text and record.primary_issue.description not in page.text
    assert client.post(f"{letter.link}/answer", data={"answer": "要。"}).status_code == 200
    gone = client.get(letter.link)
    assert gone.status_code == 410 and "請您回答的問題" in gone.text and "要通知當事人嗎？" not in gone.text
    assert client.get("/o/" + "x" * 40).status_code == 410
    (opinion,) = queries.of_record(record)
    assert (opinion.answer, opinion.answered_by) == ("要。", "外部顧問")


def test_a_sealed_case_shows_an_outsider_the_question_alone(case, client):
    record, cast, _ = case
    record.primary_issue.personal_data = True
    record.primary_issue.need_statement = "王大明的病歷"
    asked(record, cast, to_email="dpo@vendor.test")
    (letter,) = letters("mail", "record.opinion")
    assert "要通知當事人嗎" not in letter.body_text
    page = client.get(letter.link).text
    assert "要通知當事人嗎？" in page and "王大明" not in page


def test_the_supervisor_writes_down_what_an_outside_contact_said(case, client, login):
    record, cast, _ = case
    opinion = asked(record, cast, to_email="dpo@vendor.test", to_name="外部顧問")
    login(client, cast.supervisor)
    assert client.post(f"/opinions/{opinion.id}/answer", data={"answer": "電話回覆：要"}).status_code == 303
    db.session.refresh(opinion)
    assert opinion.answered_by == "外部顧問"
