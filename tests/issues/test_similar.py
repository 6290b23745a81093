"""Similar issues for those who work on them, what is proposed by them, and how well that goes."""

import pytest
from flask.testing import FlaskClient

from tests.clock import MONDAY, Clock
from tests.factories.issues import bring_to, make_issue
from tests.factories.people import actor_of, make_person, make_system
from tests.factories.records import make_record
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.issues import actions, jobs, proposals, similar
from tracker.issues.models import Issue, ProposalRate
from tracker.issues.proposals import Vote

REFUND = "退費試算把攝影入門班的金額算錯，多了六百元"
AGAIN = "攝影入門班在退費試算裡的金額不對，多六百元"


@pytest.mark.parametrize(
    ("votes", "elected"),
    [
        ([], None),
        ([("how_to", 0.9)], ("how_to", 1, 1)),
        ([("how_to", 0.3)], None),
        ([("", 0.9)], None),
        ([("how_to", 0.3), ("how_to", 0.3)], ("how_to", 2, 2)),
        ([("how_to", 0.5), ("anomaly", 0.5)], None),
        ([("how_to", 0.3), ("how_to", 0.3), ("anomaly", 0.3)], ("how_to", 2, 3)),
        ([("how_to", 0.2), ("how_to", 0.2), ("anomaly", 0.7)], ("anomaly", 1, 3)),
    ],
)
def test_the_neighbours_vote_and_a_clear_majority_is_proposed(votes, elected):
    found = proposals.elected("issue_kind", [Vote(value, weight, "Q") for value, weight in votes])
    assert (found and (found.value, found.votes, found.of)) == elected


@pytest.fixture
def supervisor(app):
    return make_person("supervisor")


def decided(system, text, kind="anomaly", severity="S2", **more):
    issue = make_issue(system=system, description=text, **more)
    actions.save(issue, {"issue_kind": kind, "severity": severity}, by=SYSTEM, at=MONDAY)
    return issue


def test_the_same_system_comes_first_and_strangers_not_at_all(supervisor):
    here, elsewhere = make_system(), make_system()
    far = make_issue(system=elsewhere, description=AGAIN)
    near = make_issue(system=here, description="退費試算算錯金額")
    make_issue(system=here, description="The summary is in the wrong language")
    issue = make_issue(system=here, description=REFUND)
    found = similar.alike(issue, actor_of(supervisor))
    assert [one.issue.id for one in found] == [near.id, far.id]
    assert 0 < found[0].score < found[1].score < 1


def test_as_many_are_found_as_were_asked_for(supervisor):
    system = make_system()
    made = [make_issue(system=system, description=REFUND) for _ in range(65)]
    assert len(similar.alike(made[0], actor_of(supervisor), most=200)) == 64


def test_nobody_is_shown_what_they_may_not_read(supervisor):
    system = make_system()
    hidden = make_issue(system=system, description=REFUND)
    sealed = make_issue(system=system, description=AGAIN, impact="personal_data")
    actions.restrict(hidden, reason="about somebody", by=actor_of(supervisor), at=MONDAY)
    issue = make_issue(system=system, description=AGAIN)
    db.session.commit()
    make_person("supervisor")
    found = {one.issue.id for one in similar.alike(issue, actor_of(make_person("supervisor")))}
    assert not found & {hidden.id, sealed.id}


def test_the_page_proposes_with_its_reason_and_one_press_takes_it_over(
    client: FlaskClient, login, supervisor
):
    system = make_system()
    known = [decided(system, text, "how_to", "S3") for text in (REFUND, AGAIN)]
    issue = make_issue(system=system, description="攝影入門班的退費試算金額不對", impact="wrong_content")
    db.session.commit()
    login(client, supervisor)
    here = f"/issues/{issue.number}"
    page = client.get(f"{here}/similar").text
    assert "相似的 2 件中有 2 件這樣判斷" in page and all(one.number in page for one in known)
    for field, value in (("issue_kind", "how_to"), ("severity", "S3")):
        assert client.post(f"{here}/adopt", data={"field": field, "value": value}).status_code == 303
    again = db.session.get_one(Issue, issue.id)
    assert (again.kind, again.severity, again.severity_provisional) == ("how_to", "S3", False)
    assert "這樣判斷" not in client.get(f"{here}/similar").text
    late = client.post(f"{here}/adopt", data={"field": "issue_kind", "value": "anomaly"})
    assert late.status_code == 422 and db.session.get_one(Issue, issue.id).kind == "how_to"
    assert client.post(f"{here}/adopt", data={"field": "title", "value": "x"}).status_code == 422


def test_what_was_taken_over_in_the_inbox_leads_back_there_and_can_be_undone(
    client: FlaskClient, login, supervisor
):
    issue, number_of = make_issue(impact="wrong_content"), lambda: db.session.get_one(Issue, issue.id)
    login(client, supervisor)
    here, inbox = f"/issues/{issue.number}", "/inbox/triage?sort=newest"
    stood = (issue.kind, issue.severity, issue.severity_provisional)
    for field, value in (("issue_kind", "how_to"), ("severity", "S1")):
        sent = {"field": field, "value": value, "back": inbox}
        assert client.post(f"{here}/adopt", data=sent).location == inbox
        undo = f"{here}/adopt/{field}/undo"
        assert f'action="{undo}"' in client.get(inbox).text
        assert client.post(undo, data={"back": inbox}).location == inbox
        again = number_of()
        assert (again.kind, again.severity, again.severity_provisional) == stood
        assert client.post(undo).status_code == 409
    client.post(f"{here}/adopt", data={"field": "issue_kind", "value": "how_to"})
    client.post(f"{here}/accept")
    assert client.post(f"{here}/adopt/issue_kind/undo").status_code == 409 and number_of().kind == "how_to"


def test_a_closed_record_of_the_same_fault_is_named(client: FlaskClient, login):
    record, cast = make_record(state="closed")
    before = record.primary_issue
    issue = make_issue(system=record.system, description=before.description)
    db.session.commit()
    login(client, cast.supervisor)
    page = client.get(f"/issues/{issue.number}/similar").text
    assert f"可能是 {record.number} 復發" in page and f"/records/{record.number}/reissue" in page


def test_a_link_brings_the_number_into_the_form_of_joining(client: FlaskClient, login, supervisor):
    issue, other = bring_to(make_issue(), "confirming"), make_issue()
    db.session.commit()
    login(client, supervisor)
    page = client.get(f"/issues/{issue.number}/merge?into={other.number}").text
    assert f'value="{other.number}" checked' in page
    # What is typed beside the offered ones counts for more.
    third = make_issue()
    sent = client.post(f"/issues/{issue.number}/merge", data={"into": [other.number, third.number]})
    assert sent.status_code == 303 and db.session.get_one(Issue, issue.id).merged_into_id == third.id


def test_how_well_it_goes_is_measured_once_a_day_on_earlier_issues_alone(client, login, clock: Clock):
    system = make_system()
    for text, kind in (
        (REFUND, "anomaly"),
        (AGAIN, "anomaly"),
        ("攝影入門班退費試算金額算錯多六百元", "how_to"),
    ):
        decided(system, text, kind)
    db.session.commit()
    assert jobs.learn(clock.now()) > 0 and jobs.learn(clock.now()) == 0
    kinds = db.session.get_one(ProposalRate, "issue_kind")
    assert (kinds.decided, kinds.right) == (3, 1) and kinds.proposed in (1, 2)
    login(client, make_person("admin"))
    assert "命中率" in client.get("/admin/proposals").text
    clock.advance(hours=21)
    assert jobs.learn(clock.now()) > 0
