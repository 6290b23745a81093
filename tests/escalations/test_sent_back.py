"""Why a correction did not hold is the first that whoever is asked again reads."""

from tests.clock import MONDAY
from tests.factories.people import actor_of
from tests.factories.records import make_record
from tracker.db import db
from tracker.records import actions, queries


def test_whoever_is_asked_again_reads_why_first(client, login, app):
    record, cast = make_record(state="verifying")
    why = "Question 7 still answers 30 days."
    actions.move_record(record, "back", by=actor_of(cast.supervisor), at=MONDAY, note=why)
    escalation = queries.last_escalation(record)
    db.session.commit()
    page = login(client, cast.engineer).get(f"/escalations/{escalation.id}").text
    assert (
        page.index("修正沒有解決問題，已退回 1 次")
        < page.index(why)
        < page.index('id="acknowledge-expected_at"')
    )
    assert page.count(why) == 2, "at the top, and in its place in the talk"


def test_what_the_user_says_is_not_the_system_s(client, login, app):
    record, cast = make_record(state="user_confirm")
    issue = queries.issues_of(record)[0]
    actions.move_issue(
        issue, "unsolved", by=actor_of(cast.reporter), at=MONDAY, fields={"note": "Still 30 days."}
    )
    escalation = queries.last_escalation(record)
    db.session.commit()
    page = login(client, cast.engineer).get(f"/escalations/{escalation.id}").text
    assert "使用者：Still 30 days." in page and "系統：Still 30 days." not in page
