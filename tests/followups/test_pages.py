"""The pages of chasing, each by those who use it."""

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from tests.clock import MONDAY, Clock
from tests.factories.chases import chases, clock_of, letters, local, tick
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person
from tests.factories.records import make_record
from tests.worlds import kept
from tracker.accounts.models import Person
from tracker.db import db
from tracker.followups import following
from tracker.followups.models import Obligation, Tick
from tracker.issues.models import Issue
from tracker.outbox.models import Letter


@kept()
def late_by_a_day() -> tuple[Issue, Person]:
    supervisor = make_person("supervisor", name="林志偉")
    issue = make_issue(title="退貨天數答錯")
    tick(MONDAY)
    tick(local("2026-11-24 16:00"))
    return issue, supervisor


@pytest.fixture
def overdue(app, clock: Clock):
    """An issue without a first response, a day late, and its supervisor."""
    clock.at("2026-11-24 16:00")
    return late_by_a_day()


def test_follow_up_shows_what_is_overdue_how_far_it_climbed_and_what_comes_next(client, login, overdue):
    issue, supervisor = overdue
    page = login(client, supervisor).get("/follow-up").text
    assert issue.number in page
    assert "首次回應" in page
    assert "接下來：告知訓練主管（首次回應），2026年11月24日（二）17:00" in page
    assert "立即催辦" in page
    # Nobody has it by name: the supervisors are told, and named once.
    assert "通知 訓練主管，2026年11月24日（二）17:00" in client.get(f"/issues/{issue.number}").text


def test_follow_up_is_empty_in_words_when_nothing_is_late(client, login, app):
    page = login(client, make_person("supervisor")).get("/follow-up")
    assert "沒有逾期" in page.text


@pytest.mark.parametrize("show", ["overdue", "week", "paused", "all", "nonsense"])
def test_every_view_of_follow_up_answers(client, login, overdue, show):
    browser = login(client, overdue[1])
    for wait in ("", "reporter", "supervisor", "engineer", "nonsense"):
        assert browser.get(f"/follow-up?show={show}&wait={wait}&after=x~y").status_code == 200, wait


def test_an_engineer_follows_what_was_escalated_to_them_alone(client, login, app, clock: Clock):
    record, cast = make_record(state="assigned")
    other = make_issue()
    tick(MONDAY)
    page = login(client, cast.engineer).get("/follow-up?show=all").text
    assert record.number in page
    assert other.number not in page
    assert "立即催辦" not in page


def test_follow_up_turns_its_pages_by_key(client, login, app, clock: Clock):
    supervisor = make_person("supervisor")
    numbers = {make_issue().number for _ in range(52)}
    tick(MONDAY)
    clock.at("2026-11-24 09:00")
    browser = login(client, supervisor)
    first = browser.get("/follow-up")
    older = first.text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(older)
    seen = [{number for number in numbers if number in page.text} for page in (first, second)]
    assert [len(one) for one in seen] == [50, 2]
    assert seen[0] | seen[1] == numbers


def test_chasing_by_hand_is_a_chase_like_any_other(client, login, overdue):
    issue, supervisor = overdue
    clock = clock_of("issue", issue.id, "first_response")
    before = len(chases())
    answer = login(client, supervisor).post(f"/follow-up/{clock.id}/chase")
    assert answer.status_code == 303
    assert [one.step for one in chases()][before:] == ["by_hand"]
    assert letters("bell")[-1].kind == "chase.by_hand"
    again = client.post(f"/follow-up/{clock.id}/chase?show=all&wait=supervisor")
    assert again.location == f"/follow-up?show=all&wait=supervisor#c{clock.id}"
    assert len(chases()) == before + 1
    assert "一小時內已經催過了" in client.get(again.location).text


def test_only_those_who_lead_a_case_chase_by_hand(client, login, overdue):
    clock = clock_of("issue", overdue[0].id, "first_response")
    assert login(client, make_person("engineer")).post(f"/follow-up/{clock.id}/chase").status_code == 404
    assert login(client, make_person("reporter")).get("/follow-up").status_code == 403


def test_another_date_is_agreed_with_a_reason(client, login, app, clock: Clock):
    record, cast = make_record(state="assigned")
    tick(MONDAY)
    found = clock_of("escalation", record.id, "correct")
    browser = login(client, cast.supervisor)
    assert "改期" in browser.get("/follow-up?show=all").text
    refused = browser.post(
        f"/follow-up/{found.id}/postpone", data={"due_at": "2026-11-01 09:00", "reason": "Wait"}
    )
    assert refused.status_code == 422
    assert "2026-11-01 09:00" in refused.text
    assert (
        browser.post(f"/follow-up/{found.id}/postpone", data={"due_at": "?", "reason": ""}).status_code == 422
    )
    done = browser.post(
        f"/follow-up/{found.id}/postpone", data={"due_at": "115/12/01 17:00", "reason": "Vendor"}
    )
    assert done.status_code == 303
    assert clock_of("escalation", record.id, "correct").due_at == local("2026-12-01 17:00")


def test_only_a_manager_puts_off_what_the_user_was_promised(client, login, overdue):
    found = clock_of("issue", overdue[0].id, "first_response")
    assert login(client, overdue[1]).get(f"/follow-up/{found.id}/postpone").status_code == 403
    browser = login(client, make_person("manager"))
    data = {"due_at": "2026-11-26 12:00", "reason": "Storm"}
    assert browser.post(f"/follow-up/{found.id}/postpone", data=data).status_code == 303
    assert clock_of("issue", overdue[0].id, "first_response").due_at == local("2026-11-26 12:00")


def test_the_bell_counts_and_its_page_lists_and_forgets(client, login, overdue):
    _issue, supervisor = overdue
    browser = login(client, supervisor)
    page = browser.get("/notifications")
    assert "首次回應" in page.text
    assert '<span class="dot">' in page.text
    newest = max(one.id for one in db.session.query(Letter).filter_by(person_id=supervisor.id))
    assert browser.post("/notifications/seen", data={"up_to": newest}).status_code == 303
    assert '<span class="dot">' not in browser.get("/notifications").text


def test_one_notification_is_marked_as_read(client, login, overdue):
    bell = letters("bell")[0]
    assert login(client, overdue[1]).post("/notifications/seen", data={"id": bell.id}).status_code == 303
    db.session.refresh(bell)
    assert bell.seen_at is not None


def test_nobody_marks_the_bell_of_somebody_else(client, login, overdue):
    bell = letters("bell")[0]
    login(client, make_person("supervisor")).post(
        "/notifications/seen", data={"id": bell.id, "up_to": bell.id}
    )
    db.session.refresh(bell)
    assert bell.seen_at is None


def test_today_lists_what_is_owed_and_says_what_to_do(client, login, overdue):
    issue, supervisor = overdue
    page = login(client, supervisor).get("/today").text
    assert issue.number in page
    assert "請回覆使用者" in page
    assert "我都看過了" in page


def test_today_of_somebody_without_work_is_empty_in_words(client, login, app):
    assert "今天沒有到期的事" in login(client, make_person("reporter")).get("/today").text


def test_the_ledger_says_who_was_chased_when_and_why(client, login, overdue):
    issue, supervisor = overdue
    page = login(client, supervisor).get(f"/chases?subject={issue.number}").text
    assert "林志偉" in page
    assert "逾期" in page
    assert "8 工作小時，自 2026年11月23日（一）09:00 起，到 2026年11月23日（一）17:00。" in page
    assert login(client, make_person("supervisor")).get("/chases?subject=Q-1").status_code == 404


def test_the_ledger_of_a_record_is_found_by_its_number(client, login, app):
    record, cast = make_record(state="assigned")
    tick(MONDAY)
    assert (
        record.primary_issue.number
        in login(client, cast.supervisor).get(f"/chases?subject={record.number}").text
    )


@pytest.mark.parametrize("role", ["engineer", "auditor"])
def test_the_ledger_of_a_record_opens_for_who_sees_the_record_alone(client, login, app, role):
    record, cast = make_record(state="assigned")
    tick(MONDAY + timedelta(days=2))
    seen = login(client, cast.engineer if role == "engineer" else make_person(role))
    [there] = re.findall(r'href="(/chases[^"]+)"', seen.get(f"/records/{record.number}").text)
    page = seen.get(there).text
    assert cast.engineer.name in page
    assert (f'href="/issues/{record.primary_issue.number}"' in page) == (role == "engineer")


def test_an_auditor_reads_in_the_ledger_that_the_reporter_was_asked_not_who_they_are(client, login, app):
    record, cast = make_record(state="user_confirm")
    tick(MONDAY + timedelta(days=4))
    there = f"/chases?subject={record.number}"
    assert cast.reporter.name in login(client, cast.supervisor).get(there).text
    page = login(client, make_person("auditor")).get(there).text
    assert "（已遮蔽）" in page and cast.reporter.name not in page


def test_the_ledger_in_english(client, login, overdue):
    issue, supervisor = overdue
    supervisor.locale = "en"
    page = login(client, supervisor).get(f"/chases?subject={issue.number}").text
    assert "8 working hours, from 23 Nov 2026, 09:00, until 23 Nov 2026, 17:00." in page


def test_the_scheduler_page_shows_nodes_and_what_would_be_sent(client, login, overdue, clock: Clock):
    clock.at("2026-11-24 17:30")
    browser = login(client, make_person("admin"))
    page = browser.get("/admin/scheduler").text
    assert overdue[0].number in page
    assert "林志偉" in page
    assert len(chases()) == 1
    assert login(client, overdue[1]).get("/admin/scheduler").status_code == 403


def test_the_scheduler_page_names_the_case_that_fails_and_says_what_ails_a_node(client, login, overdue):
    issue, _supervisor = overdue
    db.session.execute(
        update(Obligation).where(Obligation.state == "scheduled").values(stuck=4, wait_until=MONDAY)
    )
    db.session.execute(update(Tick).values(error="clock behind"))
    page = login(client, make_person("admin")).get("/admin/scheduler").text
    assert f'<span class="nowrap">{issue.number}</span> · 首次回應' in page
    assert "失敗 4 次" in page
    assert "時鐘比上次執行還慢" in page


def test_follow_up_is_a_table_too_with_what_a_spreadsheet_would_run_made_harmless(client, login, overdue):
    issue, supervisor = overdue
    issue.title = "=1+1"
    table = login(client, supervisor).get("/follow-up?format=csv")
    assert table.mimetype == "text/csv"
    assert issue.number in table.text
    assert "'=1+1" in table.text


def test_the_managers_rung_is_a_view_of_its_own(client, login, overdue, clock: Clock):
    issue, supervisor = overdue
    browser = login(client, supervisor)
    assert issue.number not in browser.get("/follow-up?show=manager").text
    clock.at("2026-11-27 16:00")
    tick(clock.now())
    page = browser.get("/follow-up?show=manager").text
    assert issue.number in page
    assert f"/decisions/{issue.number}" in page


def test_what_todays_list_does_not_show_is_not_marked_as_read(client, login, overdue):
    _issue, supervisor = overdue
    other = make_issue()
    browser = login(client, supervisor)
    page = browser.get("/today").text
    up_to = page.split('name="up_to" value="')[1].split('"')[0]
    browser.post("/notifications/seen", data={"up_to": up_to, "back": "today"})
    unread = {one.kind for one in db.session.query(Letter) if one.channel == "bell" and one.seen_at is None}
    assert "issue.new" in unread and not any(kind.startswith("chase.") for kind in unread)
    assert other.number in browser.get("/notifications").text


def test_each_wait_counts_what_the_view_holds_and_each_view_what_the_wait_holds(client, login, overdue):
    """The number beside a choice is how many rows it leads to, from every view to every wait."""
    answered, asked = make_issue(state="answered"), make_issue(state="waiting_user")
    make_record(state="assigned")
    tick(datetime(2026, 11, 24, 8, tzinfo=UTC))
    assert answered.number != asked.number
    actor, now, zone = actor_of(overdue[1]), datetime(2026, 11, 24, 8, tzinfo=UTC), ZoneInfo("Asia/Taipei")

    @cache
    def held(show: str, wait: str) -> int:
        return len(following.rows(following.running(actor, show, now, zone, wait), actor, 500))

    seen = {}
    for show in following.SHOWS:
        for wait in ("", *following.WAITS):
            counts = following.counts(actor, now, zone, show, wait)
            assert {view: counts[view] for view in following.SHOWS} == {
                view: held(view, wait) for view in following.SHOWS
            }
            assert {one: counts[one] for one in following.WAITS} == {
                one: held(show, one) for one in following.WAITS
            }
            seen[show, wait] = counts
    assert seen["overdue", ""]["reporter"] < seen["all", ""]["reporter"]
