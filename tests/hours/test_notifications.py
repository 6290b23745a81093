"""What a person chooses to be told, with a real mail server at the other end; and the way out by a link in a mail."""

import re
from datetime import timedelta

import pytest

from tests.clock import MONDAY
from tests.factories.chases import letters, local, tick
from tests.factories.issues import make_issue
from tests.factories.outbox import make_letter
from tests.factories.people import make_person
from tests.outbox.test_deliver import Postbox
from tests.posting import send
from tracker import scheduler
from tracker.accounts import wishes
from tracker.db import db
from tracker.followups import lines
from tracker.hours import estimate, habits
from tracker.outbox import habits as events
from tracker.outbox import jobs, leaving
from tracker.outbox import queries as letter_queries

GRID = {
    "assigned": "now", "overdue": "digest", "others": "digest", "cases": "site", "mine": "off", "ended": "off",
    "quiet_from": "22:00", "quiet_until": "07:00", "quiet_days": ["0", "1", "2", "3", "4"], "timezone": "",
    "digest_at": "08:30", "rhythm": "daily",
}  # fmt: skip


def readers(now):
    return jobs.Readers(habits.habit, lambda letter: lines.line(letter, now))


def test_choices_are_saved_and_shown_again(client, login):
    person = make_person("supervisor")
    browser = login(client, person)
    assert send(browser, "/me/notifications", GRID).status_code == 303
    db.session.expire_all()
    assert (person.quiet_from, person.quiet_until, person.quiet_days) == (1320, 420, "01234")
    assert wishes.how(person, events.OVERDUE) == "digest"
    page = browser.get("/me/notifications").text
    assert re.search(r'name="overdue" value="digest" checked', page)
    assert 'value="22:00"' in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"assigned": "off"},
        {"overdue": "off"},
        {"ended": "now"},
        {"quiet_until": ""},
        {"quiet_until": "22:00"},
        {"timezone": "Mars"},
        {"digest_at": "24:00"},
        {"rhythm": "hourly"},
    ],
)
def test_a_duty_cannot_be_off_and_nonsense_is_refused(client, login, wrong):
    person = make_person("supervisor")
    assert send(login(client, person), "/me/notifications", {**GRID, **wrong}).status_code == 422
    db.session.expire_all()
    assert person.wishes == {}


def test_a_time_that_cannot_be_read_is_told_once_and_beside_itself(client, login):
    browser = login(client, make_person("supervisor"))
    page = send(browser, "/me/notifications", {**GRID, "quiet_from": "25:00", "digest_at": "8"}).text
    assert [page.count(f'id="{box}-error"') for box in ("quiet_from", "quiet_until", "digest_at")] == [
        1,
        0,
        1,
    ]
    assert page.split('id="digest_at-error"')[1].split("</p>")[0].count("09:00") == 1


@pytest.mark.parametrize(
    ("mail_wish", "event", "wanted"),
    [
        ("now", "mine", ("bell", "mail")),
        ("digest", "overdue", ("bell", "mail")),
        ("off", "mine", ("bell",)),
        ("off", "overdue", ("bell", "mail")),
        ("off", "others", ("bell",)),
        ("now", "ended", ("bell",)),
        ("off", "", ("bell", "mail")),
    ],
)
def test_the_one_wish_of_before_still_counts(app, mail_wish, event, wanted):
    assert wishes.channels(make_person(mail_wish=mail_wish), event) == wanted


def test_what_is_urgent_takes_every_channel(app):
    person = make_person(wishes=dict.fromkeys(events.EVENTS, "site"))
    assert wishes.channels(person, "overdue", urgent=True) == ("bell", "mail")


def test_off_leaves_not_even_a_bell(app):
    reporter = make_person("reporter", wishes={"mine": "off"})
    make_issue(reporter=reporter)
    assert letter_queries.unseen(reporter.id, MONDAY) == 0


def test_chases_wait_for_the_one_letter_and_the_ledger_says_so(client, login, app, clock):
    boss = make_person("supervisor", mail_wish="digest", locale="en")
    issues = [make_issue(severity="S3", assignee=boss) for _ in range(3)]
    tick(MONDAY)
    now = local("2026-11-24 11:00")
    tick(now)
    box = Postbox()
    jobs.deliver(now, send=box, readers=readers(now))
    chased = [one for one in letters("mail") if one.person_id == boss.id]
    assert len(chased) >= 3
    assert {one.held for one in chased} == {"digest"}
    assert [one for one in box if one.address == boss.email] == []
    morning = local("2026-11-25 09:30")
    tick(morning)
    jobs.deliver(morning, send=box, readers=readers(morning))
    mine = [one for one in box if one.address == boss.email]
    assert len(mine) == 1
    assert "3 overdue" in mine[0].subject
    for issue in issues:
        assert issue.number in mine[0].text
    assert "Next: " in mine[0].text
    sent = [one for one in letters("mail") if one.person_id == boss.id and one.state == "sent"]
    assert len({one.digest_id for one in sent}) == 1
    assert all(one.chase_id for one in sent)
    page = login(client, boss).get(f"/chases?subject={issues[0].number}").text
    assert "in one letter with others" in page


def test_s1_goes_at_once_though_everything_is_wanted_together_at_night(app, clock):
    boss = make_person("supervisor", mail_wish="digest", quiet_from=0, quiet_until=1439)
    make_issue(severity="S1", impact="harm", harm=True, assignee=boss)
    tick(MONDAY)
    box = Postbox()
    jobs.deliver(MONDAY, send=box, readers=readers(MONDAY))
    assert [one for one in box if one.address == boss.email]


def test_without_a_mail_server_bells_ring_and_nothing_is_held(app, clock):
    boss = make_person("supervisor", mail_wish="digest")
    make_issue(assignee=boss)
    tick(MONDAY)
    tick(local("2026-11-25 11:00"))
    scheduler.deliver(local("2026-11-25 11:00"))
    mails = [one for one in letters("mail") if one.person_id == boss.id]
    assert {one.state for one in mails} == {"kept"}
    assert letter_queries.unseen(boss.id, local("2026-11-25 11:00")) > 0


def test_the_estimate_counts_single_letters_and_one_letter_a_day(app):
    person = make_person("supervisor")
    for day in range(28):
        at = MONDAY - timedelta(days=day, hours=1)
        for channel in ("bell", "mail"):
            for n in range(2):
                key = ("x", day, n)
                make_letter(
                    person_id=person.id,
                    address=person.email,
                    channel=channel,
                    event="overdue",
                    key=key,
                    at=at,
                )
    habit = habits.of_person(person, MONDAY)
    count = estimate.letters_a_week
    assert count(person.id, {"overdue": "now"}, habit, MONDAY) == 14
    assert count(person.id, {"overdue": "digest"}, habit, MONDAY) == 5
    assert count(person.id, {"overdue": "site"}, habit, MONDAY) == 0


def test_the_preview_saves_nothing(client, login):
    person = make_person("supervisor")
    answer = send(login(client, person), "/me/notifications", {**GRID, "do": "preview"})
    assert answer.status_code == 200
    assert "還沒儲存" in answer.text
    assert "您每週約收到" in answer.text
    db.session.expire_all()
    assert person.wishes == {}


def unsubscribe_path(app, person, *names):
    with app.test_request_context():
        return leaving.path(person.id, names)


def test_one_click_ends_mails_of_a_kind_and_can_be_undone(app, client):
    person = make_person("reporter")
    path = unsubscribe_path(app, person, "mine")
    asked = client.get(path)
    assert asked.status_code == 200
    assert "您回報或關注的問題有進展" in asked.text
    db.session.expire_all()
    assert person.wishes == {}
    # As a mail program posts it: no token of ours, no session.
    done = client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    db.session.expire_all()
    assert wishes.how(person, "mine") == "site"
    undo = re.search(r'name="undo" value="([^"]+)"', done.text)[1]
    assert client.post(path, data={"undo": undo}).status_code == 200
    db.session.expire_all()
    assert wishes.how(person, "mine") == "now"


def test_addresses_that_we_never_wrote_are_not_there(app, client):
    person, other = make_person("reporter"), make_person("reporter")
    assert client.get("/unsubscribe/nonsense").status_code == 404
    assert client.post("/unsubscribe/nonsense").status_code == 404
    path = unsubscribe_path(app, person, "mine")
    theirs = client.post(unsubscribe_path(app, other, "mine"))
    undo = re.search(r'name="undo" value="([^"]+)"', theirs.text)[1]
    assert client.post(path, data={"undo": undo}).status_code == 404


def test_the_mail_carries_both_headers(make_app, mail_sink, clock):
    app = make_app(base_url="https://t.example.test", smtp_url=mail_sink.url)
    with app.app_context():
        person = make_person("reporter")
        make_letter(person_id=person.id, address=person.email, event="mine")
        jobs.deliver(clock.now())
    mail = mail_sink.messages[0]
    assert mail["List-Unsubscribe"].startswith("<https://t.example.test/unsubscribe/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
