"""Another date for an answer, with its reason; and opinions over the API."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.api.caller import Caller
from tests.clock import MONDAY
from tests.factories.chases import clock_of, letters, tick
from tests.factories.people import actor_of, make_person
from tests.factories.records import make_record
from tests.opinions.test_opinions import DUE, asked, case  # noqa: F401  (a fixture)
from tracker.audit.models import Entry
from tracker.db import db
from tracker.errors import DomainError, NotAllowed, WrongState
from tracker.opinions import actions
from tracker.records.parts import Opinion
from tracker.web.dates import datetime_words

LATER = MONDAY + timedelta(days=7)


def test_it_moves_the_clock_is_written_down_and_told(case):  # noqa: F811
    record, cast, person = case
    opinion = asked(record, cast, person)
    tick(MONDAY)
    actions.move_date(opinion, LATER, "法務出差", by=cast.as_supervisor, at=MONDAY)
    tick(MONDAY)
    assert opinion.due_at == LATER
    assert clock_of("opinion", opinion.id, "opinion").due_at == LATER
    told = letters("bell", "record.opinion_moved")[0]
    assert told.person_id == person.id and datetime_words(LATER) in told.body_text
    entry = db.session.scalars(select(Entry).where(Entry.action == "record.move_opinion")).one()
    assert entry.before["due_at"] != entry.after["due_at"]


@pytest.mark.parametrize(
    ("due", "because", "field"), [(None, "x", "due_at"), (MONDAY, "x", "due_at"), (LATER, " ", "reason")]
)
def test_what_is_wrong_is_named(case, due, because, field):  # noqa: F811
    record, cast, person = case
    with pytest.raises(DomainError) as wrong:
        actions.move_date(asked(record, cast, person), due, because, by=cast.as_supervisor, at=MONDAY)
    assert field in wrong.value.fields


def test_only_who_asked_or_leads_moves_it_and_only_while_it_is_open(case):  # noqa: F811
    record, cast, person = case
    opinion = asked(record, cast, person)
    for by in (actor_of(person), cast.as_reporter, actor_of(make_person("auditor"))):
        with pytest.raises(NotAllowed):
            actions.move_date(opinion, LATER, "Because", by=by, at=MONDAY)
    actions.move_date(opinion, LATER, "Because", by=cast.as_manager, at=MONDAY)
    actions.answer(opinion, "可以", by=actor_of(person), at=MONDAY)
    with pytest.raises(WrongState):
        actions.move_date(opinion, LATER, "Because", by=cast.as_supervisor, at=MONDAY)


def test_from_the_page(case, client, login):  # noqa: F811
    record, cast, person = case
    opinion = asked(record, cast, person)
    here, browser = f"/opinions/{opinion.id}", login(client, cast.supervisor)
    refused = browser.post(f"{here}/move", data={"due_at": "soon", "reason": "法務出差"})
    assert refused.status_code == 422
    assert "法務出差" in refused.text
    assert (
        browser.post(f"{here}/move", data={"due_at": "2026-11-30 17:00", "reason": "出差"}).status_code == 303
    )
    assert "改期" in browser.get(here).text
    assert (
        login(client, person).post(f"{here}/move", data={"due_at": "2026-12-30", "reason": "x"}).status_code
        == 403
    )
    assert "改期" not in login(client, person).get(here).text


def test_over_the_api(app, clock, client):
    record, cast = make_record(state="analysing")
    person = make_person("reporter", name="法務林小姐")
    lead, other = Caller(client, cast.supervisor), Caller(client, person)
    body = {"topic": "legal", "question": "要通知嗎？", "due_at": DUE.isoformat(), "to_person_id": person.id}
    made = lead.post(f"/records/{record.number}/opinions", body)
    assert (made.status_code, made.json["state"], made.json["to"]) == (201, "waiting", "法務林小姐")
    here = f"/opinions/{made.json['id']}"
    assert lead.post(f"{here}/due", {"due_at": LATER.isoformat(), "because": ""}).status_code == 422
    moved = lead.post(f"{here}/due", {"due_at": LATER.isoformat(), "because": "出差"})
    assert moved.json["due_at"].startswith("2026-11-30")
    assert [one["id"] for one in other.get("/opinions").json["items"]] == [made.json["id"]]
    answered = other.post(f"{here}/answer", {"answer": "要"})
    assert (answered.json["state"], answered.json["answer"]) == ("answered", "要")
    assert lead.post(f"{here}/withdraw", {"because": "x"}).status_code == 409
    assert [one["answer"] for one in lead.get(f"/opinions?record={record.number}").json["items"]] == ["要"]
    for who in (make_person("reporter"), make_person("auditor"), make_person("engineer")):
        stranger = Caller(client, who)
        assert stranger.get("/opinions").json["items"] == []
        assert stranger.post(f"{here}/answer", {"answer": "x"}).status_code == 404
        assert stranger.post(f"/records/{record.number}/opinions", body).status_code in (403, 404)
    assert db.session.scalars(select(Opinion)).one().answer == "要"
