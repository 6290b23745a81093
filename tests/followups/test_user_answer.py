"""Waiting for the user: asked again twice, then closed by the system or given back to a person."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.clock import MONDAY
from tests.factories.chases import chases, clock_of, fired, letters, local, tick, told
from tests.factories.issues import make_guest_issue, make_issue
from tests.factories.people import actor_of, make_person
from tests.factories.records import make_record
from tests.followups import hours
from tracker import rearm
from tracker.db import db
from tracker.followups import lines, queries
from tracker.issues import actions as issues
from tracker.issues import links
from tracker.issues.models import Ask
from tracker.outbox import leaving
from tracker.outbox.models import Letter

CLOSED_LATE = "2026-12-07 09:00"


def answered(kind: str = "data_correction", **changes):
    """An issue answered on Monday morning, its reporter and its supervisor."""
    supervisor = make_person("supervisor")
    issue = make_issue(state="answered", supervisor=supervisor, **changes)
    issue.kind = kind
    db.session.commit()
    return issue, supervisor


def through(until: str, *, start: str = "2026-11-23 09:00") -> None:
    """Tick in the morning and in the evening of each working day until then."""
    at, end = local(start), local(until)
    while at <= end:
        if at.weekday() < 5 and at.hour in (9, 10, 18):
            tick(at)
        at += timedelta(hours=1)


def test_the_user_is_asked_on_working_days_3_and_7_and_then_the_system_closes(app):
    issue, _supervisor = answered()
    through("2026-12-07 10:00")
    assert fired("user_answer") == [
        ("remind", 1, "11-26 09:00"),
        ("remind", 2, "12-02 09:00"),
        ("close_unanswered", 1, "12-07 09:00"),
    ]
    db.session.refresh(issue)
    assert (issue.state, issue.close_reason) == ("closed", "no_answer")
    assert db.session.query(Ask).one().count == 3


def test_the_reminders_go_to_the_user_in_plain_words(app):
    issue, _supervisor = answered()
    through("2026-11-26 09:00")
    (chase,) = chases("user_answer")
    assert told(chase) == {issue.reporter_id}
    (mail,) = letters("mail")
    assert "您的問題解決了嗎" in mail.body_text
    assert "S3" not in mail.subject_line + mail.body_text
    assert mail.body_text.startswith(f"{issue.reporter.name}，您好：")
    assert f"問題編號：{issue.number}\n主旨：{issue.title}" in mail.body_text


def test_a_case_that_was_closed_without_an_answer_and_reopened_does_not_wait_for_that_answer(app):
    issue, _supervisor = answered()
    through("2026-12-07 10:00")
    issues.carry_out(
        issue, "reopen", by=actor_of(issue.reporter), at=local("2026-12-08 10:00"), note="Again."
    )
    tick(local("2026-12-08 10:00"))
    clock = clock_of("issue", issue.id, "user_answer")
    assert clock.ended_at is not None
    tick(local("2026-12-21 10:00"))
    assert [step for step, _n, _at in fired("user_answer")] == ["remind", "remind", "close_unanswered"]


def test_a_how_to_is_asked_once(app):
    issue, _supervisor = answered("how_to")
    through("2026-12-02 09:00")
    assert [step for step, _n, _at in fired("user_answer")] == ["close_unanswered"]
    db.session.refresh(issue)
    assert issue.state == "closed"


@pytest.mark.parametrize("severity", ["S1", "S2"])
def test_a_grave_case_is_never_closed_by_the_system(app, severity):
    issue, supervisor = answered(severity=severity)
    through("2026-12-14 09:00")
    db.session.refresh(issue)
    assert issue.state == "answered"
    assert [step for step, _n, _at in fired("user_answer")] == ["remind", "remind", "no_answer", "weekly"]
    assert told(chases("user_answer")[2]) == {supervisor.id}


def test_a_question_before_the_answer_goes_back_to_its_owner(app):
    """Waiting for details has no closing move: a person decides, and goes on being told."""
    supervisor = make_person("supervisor")
    issue = make_issue(state="waiting_user", supervisor=supervisor)
    through("2026-12-14 09:00")
    db.session.refresh(issue)
    assert issue.state == "waiting_user"
    assert [step for step, _n, _at in fired("user_answer")] == ["remind", "remind", "no_answer", "weekly"]


def test_an_answer_ends_the_reminders(app):
    issue, _supervisor = answered()
    through("2026-11-26 09:00")
    issues.carry_out(issue, "solved", by=actor_of(issue.reporter), at=local("2026-11-27 10:00"))
    through(CLOSED_LATE, start="2026-11-27 11:00")
    assert len(chases("user_answer")) == 1
    assert chases("user_answer")[0].outcome == "ended"


def test_while_the_user_is_asked_the_handlers_clock_stands_still(app):
    issue, _supervisor = answered()
    tick(MONDAY)
    clock = clock_of("issue", issue.id, "next_update")
    assert (clock.due_at, clock.paused_since) == (None, MONDAY)
    db.session.refresh(issue)
    assert issue.next_due_clock == "user_answer"


def test_the_handlers_clock_goes_on_where_it_stopped_when_the_user_replies(app):
    supervisor = make_person("supervisor")
    issue = make_issue(state="waiting_user", supervisor=supervisor)
    tick(MONDAY)
    late = local("2026-11-30 09:00")
    issues.carry_out(issue, "reply", by=actor_of(issue.reporter), at=late, fields={"body": "On Friday."})
    tick(late)
    clock = clock_of("issue", issue.id, "next_update")
    assert (clock.epoch, clock.due_at) == (2, local("2026-12-02 18:00"))


def test_after_downtime_each_question_is_still_asked_before_the_case_is_closed(app):
    issue, _supervisor = answered()
    tick(MONDAY)
    tick(local("2026-12-21 09:00"))
    db.session.refresh(issue)
    assert issue.state == "answered"
    through("2026-12-30 18:00", start="2026-12-21 10:00")
    assert [step for step, _n, _at in fired("user_answer")] == ["remind", "remind", "close_unanswered"]


def test_other_hours_take_nothing_from_the_three_days_after_a_late_reminder(app):
    _issue, _supervisor = answered()
    tick(MONDAY)
    tick(local("2026-12-02 12:00"))
    hours.keep(10, 17)
    through("2026-12-04 18:00", start="2026-12-02 18:00")
    assert [step for step, _n, _at in fired("user_answer")] == ["remind"]
    tick(local("2026-12-07 12:00"))
    assert [step for step, _n, _at in fired("user_answer")] == ["remind", "remind"]


def test_another_severity_takes_nothing_from_the_three_days_after_a_late_reminder(app):
    issue, _supervisor = answered()
    tick(MONDAY)
    tick(local("2026-12-07 12:00"))
    issue.severity = "S2"
    rearm.mark("issue", issue.id, at=local("2026-12-07 12:05"))
    tick(local("2026-12-07 12:10"))
    assert [step for step, _n, _at in fired("user_answer")] == ["remind"]


def test_a_guest_is_reminded_by_mail_with_a_way_in(app):
    supervisor = make_person("supervisor")
    issue = make_guest_issue()
    by = actor_of(supervisor)
    issues.carry_out(issue, "ask", by=by, at=MONDAY, fields={"body": "On which day?"})
    db.session.commit()
    tick(MONDAY)
    tick(local("2026-11-26 09:00"))
    (mail,) = letters("mail")
    assert mail.address == "guest@example.test"
    assert mail.link.startswith("/i/")
    # Nobody has verified this address: nothing that was typed goes there.
    assert issue.number in mail.body_text and issue.title not in mail.body_text


def test_a_reporter_with_an_account_is_reminded_by_a_link_to_that_report_alone(app, monkeypatch):
    monkeypatch.setitem(app.config, "TRACKER", replace(app.config["TRACKER"], smtp_url="smtp://127.0.0.1:9"))
    issue, _supervisor = answered()
    tick(MONDAY)
    tick(local("2026-11-26 09:00"))
    bell, mail = letters("bell", "chase.remind")[-1], letters("mail", "chase.remind")[-1]
    assert (bell.person_id, bell.link) == (issue.reporter_id, f"/issues/{issue.number}")
    assert mail.person_id == issue.reporter_id and links.is_open(links.find(mail.link[3:]), issue, at=MONDAY)
    assert leaving.of_guest(mail) == "" and lines.line(mail, MONDAY) is None


def test_a_user_without_any_address_is_not_chased_but_the_owner_is_told(app):
    supervisor = make_person("supervisor")
    issue = make_guest_issue(reporter_email="")
    issues.carry_out(issue, "ask", by=actor_of(supervisor), at=MONDAY, fields={"body": "On which day?"})
    db.session.commit()
    tick(MONDAY)
    tick(local("2026-11-26 09:00"))
    assert told(chases("user_answer")[0]) == {supervisor.id}


def test_the_record_goes_to_review_when_its_users_do_not_answer(app):
    record, cast = make_record(state="user_confirm")
    through("2026-12-04 10:00")
    ahead = {one.clock.name: one.does for one in queries.next_steps(record.primary_issue)}
    assert ahead["user_answer"] == "review", "it is not said to close"
    through("2026-12-07 10:00", start="2026-12-04 11:00")
    db.session.refresh(record)
    assert record.state == "review"
    assert db.session.get(type(record.primary_issue), record.primary_issue_id).state == "answered"
    assert chases("user_answer")[-1].reason["did"] == "review"
    assert clock_of("issue", record.primary_issue_id, "user_answer").ended_at is not None
    told_of = db.session.query(Letter).filter(Letter.kind == "chase.close_unanswered").all()
    assert all("未獲回覆，逕送簽核" in letter.subject_line for letter in told_of), "nothing was closed"
    # What was to be done before it ended is not asked for any more.
    assert told_of and all("下一步" not in letter.body_text for letter in told_of)
    assert told(chases("user_answer")[-1]) == {cast.supervisor.id}
