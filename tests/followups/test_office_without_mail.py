"""An office with no mail server and no IT staff: bell, start page and a printed list."""

from dataclasses import replace
from datetime import timedelta

from tests.clock import MONDAY, Clock
from tests.factories.chases import chases, letters, local, tick
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person
from tracker import scheduler
from tracker.issues import actions as issues


def test_letters_are_kept_and_never_sent_later(app, mail_sink):
    make_person("supervisor")
    make_issue()
    tick(local("2026-11-23 17:00"))
    scheduler.run_once(app, "letters", local("2026-11-23 17:01"))
    assert [one.state for one in letters("mail")] == ["kept"]
    assert [one.state for one in letters("bell")] == ["sent"]


def test_two_people_walk_through_a_day_by_bell_and_list(app, client, login, clock: Clock):
    """One person is supervisor, manager and administrator: each step reaches them once."""
    boss = make_person(roles=("supervisor", "manager", "admin"), email=None)
    issue = make_issue()
    for hours in (6, 8, 17, 26, 50, 74):
        clock.instant = MONDAY + timedelta(hours=hours)
        tick(clock.now())
        scheduler.run_once(app, "letters", clock.now())
    assert letters("mail") == []
    assert len(letters("bell")) == len(chases())
    assert {one.person_id for one in letters("bell")} == {boss.id}
    page = login(client, boss).get("/today").text
    assert issue.number in page
    newest = letters("bell")[-1].id
    client.post("/notifications/seen", data={"up_to": newest, "back": "today"})
    assert all(one.seen_at is not None for one in letters("bell"))


def test_with_a_mail_server_a_chase_leaves_as_a_letter(app, mail_sink):
    make_person("supervisor", email="lin@example.test", locale="en")
    issue = make_issue(title="Wrong return period")
    app.config["TRACKER"] = replace(
        app.config["TRACKER"], smtp_url=mail_sink.url, base_url="http://desk.test"
    )
    tick(local("2026-11-23 17:00"))
    scheduler.run_once(app, "letters", local("2026-11-23 17:00"))
    assert mail_sink.subjects[-1] == f"[{issue.number}][S3] Overdue: First response – Wrong return period"
    text = mail_sink.messages[-1].get_body(("plain",)).get_content()
    assert f"http://desk.test/issues/{issue.number}" in text
    assert "First response was due on 23 Nov 2026, 17:00." in text


def test_a_letter_of_work_done_meanwhile_does_not_leave(app, mail_sink):
    supervisor = make_person("supervisor")
    issue = make_issue()
    tick(local("2026-11-23 17:00"))
    issues.say(issue, "Done.", visibility="public", by=actor_of(supervisor), at=local("2026-11-23 17:01"))
    tick(local("2026-11-23 17:02"))
    app.config["TRACKER"] = replace(app.config["TRACKER"], smtp_url=mail_sink.url)
    scheduler.run_once(app, "letters", local("2026-11-23 17:03"))
    assert [one.state for one in letters("mail")] == ["cancelled"]
