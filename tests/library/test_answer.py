"""「我們也可能發生嗎？」: answered by those who decide, kept, and turned into work where wanted."""

import pytest
from sqlalchemy import select

from tests.factories.inspections import inspected
from tests.factories.library import make_case
from tests.factories.people import actor_of, make_person, make_system
from tracker import audit
from tracker.db import db
from tracker.errors import DomainError, NotAllowed
from tracker.inspections.models import InspectionItem
from tracker.issues.models import Issue
from tracker.library import actions, queries
from tracker.library.models import LibraryAnswer


def answers():
    return [(one.answer, one.note, one.by_name) for one in db.session.scalars(select(LibraryAnswer))]


def test_the_last_answer_stands_and_the_first_is_kept(app, clock):
    case, kim = make_case(), make_person("supervisor", name="Kim")
    for given, note in (("unsure", "Ask the vendor."), ("no", "Our model sees no names.")):
        actions.answer(case, given, note, by=actor_of(kim), at=clock.now())
    db.session.commit()
    assert case.answer == "no"
    assert answers() == [("unsure", "Ask the vendor.", "Kim"), ("no", "Our model sees no names.", "Kim")]
    assert list(audit.verify()) == []


@pytest.mark.parametrize(
    ("given", "note", "wrong"),
    [("", "Why", {"answer"}), ("yes", " ", {"note"}), ("x", "", {"answer", "note"})],
)
def test_an_answer_without_its_reason_is_none(app, clock, given, note, wrong):
    with pytest.raises(DomainError) as caught:
        actions.answer(make_case(), given, note, by=actor_of(make_person("supervisor")), at=clock.now())
    assert set(caught.value.fields) == wrong and answers() == []


@pytest.mark.parametrize("role", ["reporter", "engineer", "admin", "auditor"])
def test_others_do_not_answer(app, clock, role):
    with pytest.raises(NotAllowed):
        actions.answer(make_case(), "no", "Never.", by=actor_of(make_person(role)), at=clock.now())


def test_an_answer_becomes_one_issue_of_our_own(app, clock):
    case, by, system = make_case(), actor_of(make_person("supervisor")), make_system()
    given = actions.answer(case, "yes", "We hold names too.", by=by, at=clock.now())
    first = actions.to_issue(case, given, system, by=by, at=clock.now())
    assert actions.to_issue(case, given, system, by=by, at=clock.now()) is first
    assert (first.state, first.kind, first.channel, first.imported) == ("new", "anomaly", "inspection", False)
    assert case.issue.number in first.description and first.description.startswith("We hold names too.")


def test_an_answer_becomes_a_line_of_a_checklist_once(app, clock):
    case, supervisor, system = make_case(), make_person("supervisor"), make_system()
    inspected(supervisor, supervisor, system.id, clock.now())
    by = actor_of(supervisor)
    (plan,) = queries.plans(by, clock.now())
    for _twice in range(2):
        given = actions.answer(case, "yes", "We hold names too.", by=by, at=clock.now())
        actions.to_plan(case, given, plan, "  No names  in answers ", by=by, at=clock.now())
    lines = db.session.scalars(
        select(InspectionItem.text).where(InspectionItem.active).order_by(InspectionItem.id)
    ).all()
    assert lines == ["Answers name a source", "No names in answers"] and given.plan_id == plan.id


def test_the_page_takes_answer_and_issue_at_once(client, login, app):
    case, system = make_case(), make_system()
    page = login(client, make_person("supervisor"))
    answer = page.post(
        f"/library/{case.issue.number}/answer",
        data={"answer": "yes", "note": "We hold names too.", "then": "issue", "system": system.id},
    )
    assert answer.status_code == 303
    made = db.session.scalars(select(Issue).where(~Issue.imported)).one()
    assert made.number in page.get(f"/library/{case.issue.number}").text


def test_nothing_is_half_done_when_the_system_is_missing(client, login, app):
    case = make_case()
    page = login(client, make_person("supervisor"))
    answer = page.post(
        f"/library/{case.issue.number}/answer", data={"answer": "yes", "note": "Kept.", "then": "issue"}
    )
    assert (
        answer.status_code == 422 and "請選擇 AI 系統" in answer.text and ">Kept.</textarea>" in answer.text
    )
    assert answers() == []


@pytest.mark.parametrize(
    ("role", "reads", "decides"),
    [("supervisor", 200, 303), ("manager", 200, 303), ("engineer", 200, 403), ("reporter", 403, 403),
     ("admin", 403, 403), ("auditor", 403, 403)],
)  # fmt: skip
def test_who_opens_a_case(client, login, app, role, reads, decides):
    number = make_case().issue.number
    page = login(client, make_person(role))
    assert [page.get(f"/library/{number}{rest}").status_code for rest in ("", "/avid")] == [reads, reads]
    sent = page.post(f"/library/{number}/answer", data={"answer": "no", "note": "Never."})
    typed = page.post(f"/library/{number}/type", data={"anomaly_type": "AN01"})
    assert (sent.status_code, typed.status_code) == (decides, decides)
