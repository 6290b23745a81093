"""Holds on evidence: by a rule while the authority is not told, by hand, and what they keep people from doing."""

import pytest
from sqlalchemy import select

from tests.api.caller import Caller
from tests.clock import MONDAY
from tests.factories.chases import tick
from tests.factories.people import actor_of, make_person, organisation
from tests.factories.records import CAUSE, make_record
from tests.statutory.test_case import sent
from tests.worlds import kept
from tracker.audit.models import Entry, TextVersion
from tracker.db import db
from tracker.errors import Missing, NotAllowed, WrongState
from tracker.issues import holds, talk
from tracker.records import actions as records
from tracker.records import queries as of_records
from tracker.statutory import actions, holding, queries

EU = {"public_body": "no", "critical_provider": "no", "finance_or_health": "no", "eu": "yes"}


def standing(record):
    db.session.flush()
    return holds.standing([record.primary_issue_id])


def followed(record, cast, rule="eu-aia-73-2"):
    """The clock of a rule of the AI Act, kept of one's own accord before the Act applies."""
    issue = record.primary_issue
    answers = queries.voluntary(queries.answers(issue, record, (), MONDAY), ())
    wanted = next(one for one in answers if one.rule.id == rule)
    row = actions.follow(issue, record, wanted, by=cast.as_supervisor, at=MONDAY)
    tick(MONDAY)
    return row


@kept()
def held_by_a_rule():
    """A grave record whose evidence a rule holds, its cast, the clock of the rule."""
    organisation(**EU)
    record, cast = make_record(state="analysing", grave=True)
    records.save(record, {"eu_triggers": ["rights"]}, by=cast.as_supervisor, at=MONDAY)
    db.session.commit()
    return record, cast, followed(record, cast)


@pytest.fixture
def held(app, clock):
    return held_by_a_rule()


def test_a_rule_places_it_and_the_first_notice_ends_it(held):
    record, cast, row = held
    (hold,) = standing(record)
    assert (hold.rule_id, hold.stops_work) == ("eu-aia-73-2", True)
    tick(MONDAY)
    assert len(standing(record)) == 1
    actions.interim(row, sent(), by=cast.as_supervisor, at=MONDAY)
    tick(MONDAY)
    assert standing(record) == []
    assert (hold.ended_by, hold.ended_because) == ("system", "")
    freed = db.session.scalars(select(Entry).where(Entry.action == "issue.free_evidence")).one()
    assert freed.after == {"hold": hold.id, "statutory_rule": hold.rule_id}


def test_each_reader_learns_in_their_own_language_why_a_rule_let_go(client, held):
    _record, cast, row = held
    actions.done(row, sent(), by=cast.as_supervisor, at=MONDAY)
    tick(MONDAY)
    for locale, said in (("en", "The authority was told"), ("zh_Hant_TW", "已通報主管機關")):
        cast.supervisor.locale = locale
        db.session.commit()
        (told,) = Caller(client, cast.supervisor).get("/evidence-holds").json["items"]
        assert told["ended_because"].startswith(said)


def test_a_notice_that_was_a_mistake_brings_it_back(held):
    record, cast, row = held
    actions.done(row, sent(), by=cast.as_supervisor, at=MONDAY)
    tick(MONDAY)
    assert standing(record) == []
    actions.take_back(row, "Wrong case", by=cast.as_supervisor, at=MONDAY)
    tick(MONDAY)
    assert [one.rule_id for one in standing(record)] == ["eu-aia-73-2"]


def test_the_correction_is_not_begun_before_somebody_says_why(held):
    record, cast, _row = held
    records.save(
        record, {**CAUSE, "five_whys": ["a", "b", "c"], "escape_cause": "x"}, by=cast.as_engineer, at=MONDAY
    )
    with pytest.raises(Missing) as stopped:
        records.move_record(record, "fix", by=cast.as_engineer, at=MONDAY)
    assert stopped.value.keys == ("evidence_hold",)
    (hold,) = standing(record)
    holding.override(record.primary_issue, record, hold, "危及學員", by=cast.as_engineer, at=MONDAY)
    records.move_record(record, "fix", by=cast.as_engineer, at=MONDAY)
    assert record.state == "fixing"
    written = db.session.scalars(select(Entry).where(Entry.action == "issue.override_hold")).one()
    assert written.by_name == cast.engineer.name
    assert "危及學員" in list(db.session.scalars(select(TextVersion.body)))
    # The evidence itself stays held.
    with pytest.raises(WrongState):
        holds.must_be_free([record.primary_issue_id])
    with pytest.raises(WrongState):
        holding.override(record.primary_issue, record, hold, "Again", by=cast.as_engineer, at=MONDAY)


@pytest.mark.parametrize("role", ["reporter", "engineer", "admin", "auditor"])
def test_who_has_nothing_to_do_with_it_neither_places_nor_overrides(held, role):
    record, _cast, _row = held
    (hold,), by = standing(record), actor_of(make_person(role))
    issue = record.primary_issue
    for verb in (
        lambda: holding.place(issue, "Because", by=by, at=MONDAY),
        lambda: holding.override(issue, record, hold, "Because", by=by, at=MONDAY),
        lambda: holding.end(issue, hold, "Because", by=by, at=MONDAY),
    ):
        with pytest.raises(NotAllowed):
            verb()


def test_one_of_a_rule_is_ended_by_no_hand(held):
    record, cast, _row = held
    (hold,) = standing(record)
    with pytest.raises(NotAllowed):
        holding.end(record.primary_issue, hold, "Because", by=cast.as_manager, at=MONDAY)


def test_by_hand_from_the_pages_and_what_it_forbids(app, client, login):
    record, cast = make_record(state="fixing")
    issue, browser = record.primary_issue, login(client, cast.supervisor)
    message = talk.write(issue, "身分證 A123456789", by=cast.as_reporter, at=MONDAY, visibility="public")
    db.session.commit()
    here = f"/statutory/{record.number}/hold"
    browser.post(here, data={"because": ""})
    assert standing(record) == []
    assert browser.post(here, data={"because": "法院來函"}).status_code == 303
    (hold,) = standing(record)
    refused = browser.post(f"/issues/{issue.number}/messages/{message.id}/mask", data={"note": "個資"})
    assert refused.status_code == 409
    assert "法院來函" in refused.text
    assert "現在不能做這個動作" not in refused.text
    for person in (cast.supervisor, cast.engineer):
        page = login(client, person).get(f"/records/{record.number}").text
        assert "佐證保全中" in page
        assert "法院來函" in page
    assert (
        "佐證保全中"
        in login(client, cast.engineer).get(f"/escalations/{of_records.last_escalation(record).id}").text
    )
    settle = f"/statutory/holds/{hold.id}"
    assert login(client, cast.engineer).post(f"{settle}/end", data={"because": "x"}).status_code == 403
    assert login(client, cast.reporter).post(f"{settle}/override", data={"because": "x"}).status_code == 403
    assert (
        login(client, make_person("engineer")).post(f"{settle}/override", data={"because": "x"}).status_code
        == 404
    )
    assert (
        login(client, cast.engineer).post(f"{settle}/override", data={"because": "搶修"}).status_code == 303
    )
    db.session.expire_all()
    assert "搶修" in login(client, cast.manager).get(f"/records/{record.number}").text
    assert login(client, cast.manager).post(f"{settle}/end", data={"because": "判決確定"}).status_code == 303
    db.session.expire_all()
    assert standing(record) == []
