"""Signatures: who may sign, what voids them, and what does not."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.api.caller import Caller
from tests.clock import MONDAY
from tests.factories.chases import chases, letters, local, tick
from tests.factories.people import actor_of, make_person, organisation
from tests.factories.records import Cast, issues_of, make_cast, make_record, sign_all
from tracker.accounts import passwords
from tracker.accounts.models import Person
from tracker.audit.models import Entry
from tracker.db import db
from tracker.errors import DomainError, Missing, NotAllowed, WrongState
from tracker.issues import actions as issues
from tracker.records import actions, content, queries, watching
from tracker.records.models import Record
from tracker.records.parts import EffectCheck, FieldAuthor, Signature
from tracker.records.whole import Whole

# Rules and pages; that both databases keep the same is shown by the tests of the route, of saving and escalating.
pytestmark = pytest.mark.sqlite_only


def sign(record: Record, role: str, person: object, reason: str = "") -> Signature:
    actor = actor_of(person)  # type: ignore[arg-type]
    return actions.sign(
        record, signed_as=role, statement="As stated.", by=actor, at=MONDAY, same_person_reason=reason
    )


def test_both_signatures_stand_and_the_record_is_watched(app: Flask) -> None:
    record, cast = make_record(state="review", grave=True)
    sign_all(record, cast, grave=True)
    assert set(content.standings(Whole(record))) == {"supervisor", "manager"}
    actions.move_record(record, "watch", by=actor_of(cast.supervisor), at=MONDAY)
    assert [check.due_at - MONDAY for check in queries.Whole(record).checks] == [
        timedelta(days=n) for n in (7, 14, 30)
    ]


def test_the_deputy_signs_for_a_signer_who_is_away_and_the_paper_says_so(app: Flask) -> None:
    record, cast = make_record(state="review")
    deputy = make_person("engineer", name="代理人")
    with pytest.raises(NotAllowed):
        sign(record, "supervisor", deputy)
    cast.supervisor.deputy_id, cast.supervisor.away_from = deputy.id, MONDAY
    db.session.commit()
    signed = sign(record, "supervisor", deputy)
    assert (signed.person_id, signed.deputy_for) == (deputy.id, cast.supervisor.name)
    assert content.values(Whole(record))["signoff_supervisor"]["deputy_for"] == cast.supervisor.name


@pytest.fixture
def away(app: Flask) -> tuple[Record, Cast, Person]:
    """A record in review, whose supervisor is away and has a deputy without a role."""
    record, cast = make_record(state="review")
    deputy = make_person("reporter", name="代理人")
    cast.supervisor.deputy_id, cast.supervisor.away_from = deputy.id, MONDAY
    db.session.commit()
    return record, cast, deputy


def test_a_deputy_without_a_role_signs_on_the_page(client, login, away) -> None:
    record, cast, deputy = away
    browser, here = login(client, deputy), f"/records/{record.number}/sign"
    assert record.primary_issue.title in browser.get("/approvals").text
    assert 'href="/approvals"' in browser.get("/today").text
    page = browser.get(here).text
    assert f"您代替不在的{cast.supervisor.name}簽署" in page
    assert browser.get(f"/records/{record.number}").status_code == 404
    assert browser.post(here, data={}).location.endswith("/approvals")
    entry = db.session.query(Entry).filter_by(action="record.sign_supervisor").one()
    assert (entry.by_id, entry.on_behalf) == (deputy.id, cast.supervisor.name)
    assert record.primary_issue.title not in browser.get("/approvals").text


def test_a_deputy_without_a_role_signs_over_the_api(client, away) -> None:
    record, _cast, deputy = away
    theirs = Caller(client, deputy)
    assert theirs.get(f"/records/{record.number}").json["number"] == record.number
    deputy.password_hash = passwords.hashed("correct horse battery")
    db.session.commit()
    body = {"as": "supervisor", "password": "correct horse battery"}
    assert theirs.post(f"/records/{record.number}/signatures", body).status_code == 201


def test_who_only_stands_in_reads_no_restricted_record_and_nothing_once_the_signer_is_back(
    client, login, away
) -> None:
    record, cast, deputy = away
    browser, here = login(client, deputy), f"/records/{record.number}/sign"
    record.primary_issue.restricted = True
    assert browser.get(here).status_code == 404
    with pytest.raises(NotAllowed):
        sign(record, "supervisor", deputy)
    record.primary_issue.restricted, cast.supervisor.away_from = False, None
    assert [browser.get(one).status_code for one in (here, "/approvals")] == [404, 403]


def test_nobody_signs_in_the_stead_of_who_did_the_work(app: Flask, away) -> None:
    """What the supervisor may not sign, having found the cause, no deputy signs for them either."""
    record, cast, deputy = away
    author = db.session.query(FieldAuthor).filter_by(record_id=record.id, field="root_cause").one()
    author.person_id = cast.supervisor.id
    other = make_person("supervisor")
    with pytest.raises(NotAllowed):
        sign(record, "supervisor", deputy)
    other.deputy_id, other.away_from = deputy.id, MONDAY
    db.session.commit()
    assert sign(record, "supervisor", deputy).deputy_for == other.name


def test_the_chase_for_a_signature_goes_to_the_deputy(app: Flask, away) -> None:
    _record, cast, deputy = away
    tick(MONDAY)
    tick(local("2026-12-07 09:00"))
    first = chases("signoff")[0]
    assert (first.to[0]["person"], first.to[0]["deputy_for"]) == (deputy.id, cast.supervisor.name)
    assert letters("bell")[0].link.endswith("/sign")


def test_signing_a_grave_record_needs_the_check_elsewhere(app: Flask) -> None:
    record, cast = make_record(state="review", grave=True)
    with pytest.raises(Missing) as missing:
        sign(record, "supervisor", cast.supervisor)
    assert missing.value.keys == ("similar_check",)


def test_the_manager_signs_after_the_supervisor(app: Flask) -> None:
    record, cast = make_record(state="review")
    with pytest.raises(Missing) as missing:
        sign(record, "manager", cast.manager)
    assert missing.value.keys == ("signoff_supervisor",)


def test_strangers_engineers_and_early_birds_sign_nothing(app: Flask) -> None:
    record, cast = make_record(state="review")
    for person in (cast.engineer, cast.reporter, make_person()):
        with pytest.raises(NotAllowed):
            sign(record, "supervisor", person)
    early, others = make_record(state="opened")
    with pytest.raises(WrongState):
        sign(early, "supervisor", others.supervisor)


@pytest.mark.parametrize(
    ("change", "stands"),
    [({"root_cause": "Another one."}, False), ({"training_note": "A session was held."}, False),
     ({"need_statement": "Other words."}, False), ({"lessons": "Learned."}, True),
     ({"notices": ["Told the authority"]}, True)],
)  # fmt: skip
def test_a_later_change_of_what_was_signed_voids_the_signature(
    app: Flask, change: dict, stands: bool
) -> None:
    record, cast = make_record(state="watching")
    actions.save(record, change, by=actor_of(cast.supervisor), at=MONDAY)
    assert ("supervisor" in content.standings(Whole(record))) is stands
    assert [one.voided_at is None for one in queries.Whole(record).signatures] == [stands]


def test_the_state_of_an_action_voids_nothing(app: Flask) -> None:
    record, cast = make_record(state="watching", grave=True)
    line = queries.Whole(record).items["corrective_actions"][0]
    change = {"corrective_actions": {"change": {"id": line.id, "done_at": MONDAY}}}
    actions.save(record, change, by=actor_of(cast.supervisor), at=MONDAY)
    assert set(content.standings(Whole(record))) == {"supervisor", "manager"}


def test_a_change_made_on_the_issue_itself_is_noticed_too(app: Flask) -> None:
    record, cast = make_record(state="watching")
    issues.save(
        issues_of(record)[0], {"description": "Other words."}, by=actor_of(cast.supervisor), at=MONDAY
    )
    assert content.standings(Whole(record)) == {}
    with pytest.raises(Missing) as missing:
        actions.move_record(record, "close", by=actor_of(cast.supervisor), at=MONDAY)
    assert "signoff_supervisor" in missing.value.keys


def test_when_l1_falls_l2_falls_with_it(app: Flask) -> None:
    record, cast = make_record(state="watching", grave=True)
    actions.save(record, {"root_cause": "Another one."}, by=actor_of(cast.supervisor), at=MONDAY)
    sign(record, "supervisor", cast.supervisor) if cast.supervisor.id not in _authors(record) else None
    assert "manager" not in content.standings(Whole(record))


def _authors(record: Record) -> set[int | None]:
    return {one.person_id for one in queries.Whole(record).authors.values() if one.field == "root_cause"}


def test_who_did_the_work_signs_only_where_nobody_else_can_and_says_why(app: Flask) -> None:
    cast = make_cast()
    cast.engineer = cast.supervisor
    record, _ = make_record(cast, state="fixing")
    actions.move_record(
        record, "conclude", by=actor_of(cast.supervisor), at=MONDAY, note="Outside.",
        fields={"close_code": "external", "proposed_solution": "Ask the vendor."},
    )  # fmt: skip
    with pytest.raises(Missing) as missing:
        sign(record, "supervisor", cast.supervisor)
    assert missing.value.keys == ("same_person_reason",)
    organisation(same_person_may_sign=False)
    with pytest.raises(NotAllowed):
        sign(record, "supervisor", cast.supervisor, "There is nobody else.")
    organisation(same_person_may_sign=True)
    second = make_person("supervisor")
    with pytest.raises(NotAllowed):
        sign(record, "supervisor", cast.supervisor, "There is nobody else.")
    sign(record, "supervisor", second)


def test_one_person_signs_both_in_the_smallest_office_with_a_reason(app: Flask) -> None:
    record, cast = make_record(state="review")
    cast.manager.active = False
    both = make_person(roles=("supervisor", "manager"))
    sign(record, "supervisor", both)
    with pytest.raises(Missing):
        sign(record, "manager", both)
    signature = sign(record, "manager", both, "There is nobody else.")
    assert signature.same_person_reason == "There is nobody else."


def test_going_back_voids_every_signature(app: Flask) -> None:
    record, cast = make_record(state="review")
    sign_all(record, cast)
    actions.move_record(record, "back", by=actor_of(cast.supervisor), at=MONDAY, note="Not good enough.")
    assert content.standings(Whole(record)) == {}


def test_a_check_that_was_put_off_is_not_planned_a_second_time(app: Flask) -> None:
    record, _cast = make_record(state="watching")
    checks = db.session.query(EffectCheck).filter_by(record_id=record.id)
    assert checks.count() == 1
    checks.one().due_at += timedelta(days=3)
    watching.plan_checks(record)
    assert checks.count() == 1
    record.long_form = True
    for _ in range(2):
        watching.plan_checks(record)
    assert checks.count() == 3
    record.long_form = False
    watching.plan_checks(record)
    assert checks.count() == 3


def test_the_pages_say_whose_signature_is_next_and_what_stops_it(app: Flask, client, login) -> None:
    record, cast = make_record(state="review", grave=True)
    here = f"/records/{record.number}"
    actions.save(record, {"similar_check": ""}, by=cast.as_supervisor, at=MONDAY)
    db.session.commit()
    waits, form = "這份紀錄表等您簽核", f'action="{here}/sign"'
    for person, stopped_by in ((cast.supervisor, "G5 水平展開檢查"), (cast.manager, "L1 主管簽核")):
        page = login(client, person).get(f"{here}/sign").text
        assert "簽核前必須先有" in page and stopped_by in page and form not in page
        assert waits not in client.get(here).text
    actions.save(record, {"similar_check": "None."}, by=cast.as_supervisor, at=MONDAY)
    db.session.commit()
    assert waits in login(client, cast.supervisor).get(here).text
    actions.sign(record, signed_as="supervisor", statement="As stated.", by=cast.as_supervisor, at=MONDAY)
    db.session.commit()
    assert waits not in client.get(here).text
    assert waits in login(client, cast.manager).get(here).text
    assert form in client.get(f"{here}/sign").text
    actions.save(record, {"need_statement": "In other words."}, by=cast.as_supervisor, at=MONDAY)
    db.session.commit()
    fell = "原簽核失效"
    page = login(client, cast.supervisor).get(here).text
    assert waits in page and fell in page, "it fell, and is theirs to give again"
    actions.sign(record, signed_as="supervisor", statement="As stated.", by=cast.as_supervisor, at=MONDAY)
    db.session.commit()
    page = client.get(here).text
    assert fell not in page and "之後變更 A 到 J 或 K1 的內容，簽核會失效" in page


def test_a_recurrence_found_by_a_check_leads_to_the_re_issue(app: Flask, client, login) -> None:
    record, cast = make_record(state="watching")
    check = queries.Whole(record).checks[0]
    watching.record_check(check, "Twice more.", 2, by=cast.as_supervisor, at=check.due_at)
    db.session.commit()
    page = login(client, cast.supervisor).get(f"/records/{record.number}").text
    assert "下一步：再發，重新立案" in page and "效果追蹤發現再發" in page
    assert page.count(f'href="/records/{record.number}/reissue"') == 1


def test_a_signature_that_stands_is_not_given_twice(app: Flask, client, login) -> None:
    record, cast = make_record(state="review", grave=True)
    sign_all(record, cast, grave=True)
    db.session.commit()
    before = len(Whole(record).signatures)
    sign(record, "supervisor", cast.supervisor)
    with pytest.raises(DomainError, match=cast.supervisor.name):
        sign(record, "supervisor", make_person("supervisor"))
    assert len(Whole(record).signatures) == before and len(content.standings(Whole(record))) == 2
    page = login(client, cast.supervisor).get(f"/records/{record.number}/sign").text
    assert "仍然有效" in page and 'name="password"' not in page
