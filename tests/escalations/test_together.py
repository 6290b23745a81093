"""Equal escalations to one person answered in one form, each with its own line in the trail."""

import pytest

from tests.factories.chases import letters
from tests.factories.people import make_person, make_system
from tests.factories.records import CAUSE, make_cast, make_record
from tests.worlds import kept
from tracker import audit
from tracker.audit.models import Entry
from tracker.db import db
from tracker.escalations import queries, together
from tracker.records import actions, content
from tracker.records import queries as records
from tracker.records.parts import Escalation, EscalationNote
from tracker.records.whole import Whole

CORRECTION = {
    "correct-cause_class": CAUSE["cause_class"], "correct-root_cause": CAUSE["root_cause"],
    "correct-what": "Removed the old policy",
}  # fmt: skip


@kept()
def make_three():
    """Three equal escalations, and one of another system, with one engineer."""
    cast, system = make_cast(), make_system()
    made = [make_record(state="assigned", cast=cast, system=system)[0] for _ in range(3)]
    make_record(state="assigned", cast=cast)
    return [records.open_escalation(one) for one in made], cast


@pytest.fixture
def three(app):
    return make_three()


def ids(found) -> list[int]:
    return [one.id for one in found]


def fresh(found) -> list[Escalation]:
    numbers = ids(found)
    db.session.expire_all()
    return [db.session.get(Escalation, one) for one in numbers]


def test_the_desk_groups_what_is_equal(client, login, three, clock):
    found, cast = three
    (group,) = together.groups(queries.with_me(cast.as_engineer, at=clock.now()))
    assert sorted(ids(group)) == ids(found)
    page = login(client, cast.engineer).get("/escalations").text
    assert "3 件相同的異常" in page
    assert f"/escalations/together?ids={','.join(map(str, ids(group)))}" in page


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("退貨天數答錯", "退貨天數，答錯！", True),
        ("Q1：退貨 7 天", "Q2:退貨30天", True),
        ("退貨天數", "摘要漏字", False),
    ],
)
def test_titles_that_read_the_same_are_alike(one, other, same):
    assert (together.folded(one) == together.folded(other)) is same


def test_all_are_taken_in_one_form_each_with_its_own_line(client, login, three):
    found, cast = three
    browser = login(client, cast.engineer)
    page = browser.get(f"/escalations/together?ids={','.join(map(str, ids(found)))}")
    assert page.text.count('name="id"') == 3
    chosen = {"id": [str(one) for one in ids(found)[:2]], "acknowledge-expected_at": "2026-11-25 12:00"}
    done = browser.post("/escalations/together/acknowledge", data=chosen)
    assert done.status_code == 303
    assert [one.state for one in fresh(found)] == ["acknowledged", "acknowledged", "sent"]
    lines = db.session.query(Entry).filter_by(action="escalation.acknowledge").all()
    assert {one.subject_id for one in lines} == set(ids(found)[:2])


def test_taking_them_is_undone_where_nothing_followed(client, login, three):
    found, cast = three
    browser = login(client, cast.engineer)
    chosen = {"id": [str(one) for one in ids(found)], "acknowledge-expected_at": "2026-11-25 12:00"}
    done = browser.post("/escalations/together/acknowledge", data=chosen)
    assert "/escalations/together/undo" in browser.get(done.location).text
    browser.post(f"/escalations/{found[0].id}/update", data={"body": "Looking."})
    every = ",".join(map(str, ids(found)))
    browser.post("/escalations/together/undo", data={"ids": every, "verb": "acknowledge"})
    assert "無法復原" in browser.get("/escalations").text
    assert [one.state for one in fresh(found)] == ["acknowledged", "sent", "sent"]
    assert [one.record.state for one in fresh(found)] == ["analysing", "assigned", "assigned"]
    assert fresh(found)[1].expected_at is None


def test_progress_for_all_is_undone_too(client, login, three):
    found, cast = three
    browser = login(client, cast.engineer)
    chosen = {"id": [str(one) for one in ids(found)], "acknowledge-expected_at": "2026-11-25 12:00"}
    browser.post("/escalations/together/acknowledge", data=chosen)
    browser.post("/escalations/together/update", data={"id": chosen["id"], "update-body": "Found it."})
    assert db.session.query(EscalationNote).count() == 3
    browser.post("/escalations/together/undo", data={"ids": ",".join(chosen["id"]), "verb": "update"})
    assert db.session.query(EscalationNote).count() == 0
    assert db.session.query(Entry).filter_by(action="escalation.undo_update").count() == 3


def test_the_correction_is_reported_for_all_and_what_lacks_something_is_named(client, login, three):
    found, cast = three
    browser = login(client, cast.engineer)
    chosen = [str(one) for one in ids(found)]
    browser.post(
        "/escalations/together/acknowledge",
        data={"id": chosen, "acknowledge-expected_at": "2026-11-25 12:00"},
    )
    lacking = fresh(found)[2].record
    lacking.long_form = True
    number = lacking.number
    db.session.commit()
    browser.post("/escalations/together/correct", data={"id": chosen, **CORRECTION})
    assert [one.record.state for one in fresh(found)] == ["verifying", "verifying", "analysing"]
    assert f"{number} 尚未完成" in browser.get("/escalations").text


FIELDS = (
    "cause_class",
    "root_cause",
    "corrections",
    "proof_before",
    "verification_runs",
    "proof_kind",
    "five_whys",
)


def taken(browser, found):
    chosen = [str(one) for one in ids(found)]
    browser.post(
        "/escalations/together/acknowledge",
        data={"id": chosen, "acknowledge-expected_at": "2026-11-25 12:00"},
    )
    return chosen


def stands(one):
    values = content.own(Whole(one.record), FIELDS)
    return {key: [line["what"] if "what" in line else line["total"] for line in value] if isinstance(value, list)
            else value for key, value in values.items()}  # fmt: skip


def test_a_correction_reported_for_all_is_taken_back_for_all(client, login, three, clock):
    """Fields, lines and states are as they were, the owner's letters called back, whatever the records said before."""
    found, cast = three
    browser = login(client, cast.engineer)
    chosen = taken(browser, found)
    actions.save(
        found[0].record, {"root_cause": "An early guess.", "corrections": [{"what": "First try"}]},
        by=cast.as_engineer, at=clock.now(),
    )  # fmt: skip
    db.session.commit()
    before = [stands(one) for one in fresh(found)]
    runs = {
        "correct-cases": "3",
        "correct-before_passed": "0",
        "correct-after_passed": "3",
        "correct-whys": "a\nb\nc",
    }
    done = browser.post("/escalations/together/correct", data={"id": chosen, **CORRECTION, **runs})
    assert {one.record.state for one in fresh(found)} == {"verifying"}
    assert "/escalations/together/undo" in browser.get(done.location).text
    browser.post("/escalations/together/undo", data={"ids": ",".join(chosen), "verb": "correct"})
    assert [(one.state, one.record.state, one.corrected_at) for one in fresh(found)] == [
        ("acknowledged", "analysing", None)
    ] * 3
    assert [stands(one) for one in fresh(found)] == before
    assert {one.state for one in letters("mail", "record.verify")} <= {"cancelled"}
    assert all(one.seen_at for one in letters("bell", "record.verify"))
    assert letters("bell", "record.uncorrected")
    assert list(audit.verify()) == []
    browser.post("/escalations/together/correct", data={"id": chosen, **CORRECTION})
    assert {one.record.state for one in fresh(found)} == {"verifying"}


def test_a_correction_stands_where_somebody_has_gone_on(client, login, three, clock):
    found, cast = three
    browser = login(client, cast.engineer)
    chosen = taken(browser, found)
    browser.post("/escalations/together/correct", data={"id": chosen, **CORRECTION})
    record = fresh(found)[1].record
    number = record.number
    actions.save(record, {"verification_result": "looked at"}, by=cast.as_supervisor, at=clock.now())
    db.session.commit()
    browser.post("/escalations/together/undo", data={"ids": ",".join(chosen), "verb": "correct"})
    assert f"無法復原：{number}" in browser.get("/escalations").text.replace(" ", "")
    assert [one.record.state for one in fresh(found)] == ["analysing", "verifying", "analysing"]


def test_nobody_takes_back_what_another_reported(client, login, three):
    found, cast = three
    chosen = taken(login(client, cast.engineer), found)
    client.post("/escalations/together/correct", data={"id": chosen, **CORRECTION})
    undone = login(client, make_person("engineer")).post(
        "/escalations/together/undo", data={"ids": ",".join(chosen), "verb": "correct"}
    )
    assert undone.status_code == 404
    assert {one.record.state for one in fresh(found)} == {"verifying"}


def test_a_date_that_cannot_be_read_takes_none_and_keeps_what_was_typed(client, login, three):
    found, cast = three
    browser = login(client, cast.engineer)
    chosen = {"id": [str(one) for one in ids(found)], "ids": ",".join(map(str, ids(found)))}
    refused = browser.post(
        "/escalations/together/acknowledge", data={**chosen, "acknowledge-expected_at": "soon"}
    )
    assert refused.status_code == 422
    assert "soon" in refused.text
    assert {one.state for one in fresh(found)} == {"sent"}


def test_what_is_not_mine_is_not_found(client, login, three):
    found, _cast = three
    stranger = login(client, make_person("engineer"))
    every = ",".join(map(str, ids(found)))
    assert stranger.get(f"/escalations/together?ids={every}").status_code == 404
    assert stranger.post("/escalations/together/acknowledge", data={"id": ids(found)}).status_code == 404
    assert stranger.get("/escalations/together?ids=9" + "9" * 40).status_code == 404
