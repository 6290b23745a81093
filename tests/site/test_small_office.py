"""Two people, no mail server, nobody for IT: one reports, the other is everything else, by list and bell alone."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from tests.clock import Clock
from tests.factories.chases import letters, tick
from tests.factories.people import make_person, make_system
from tests.site import steps
from tests.site.desk import Desk
from tracker import scheduler
from tracker.db import db
from tracker.records.models import Record
from tracker.records.parts import Signature

REASON = "There are only two of us."


@pytest.mark.browser
def test_two_people_without_mail_bring_a_report_to_its_end(
    app: Flask, open_page: Callable[..., Page], clock: Clock
) -> None:
    boss = make_person(roles=("supervisor", "engineer", "manager", "admin"), name="林志偉")
    make_system(name="客服問答機器人", name_en="Support chatbot")
    reporter = Desk(open_page(make_person("reporter", name="陳美玲"), locale="en"), "en")
    desk = Desk(open_page(boss), "zh_Hant_TW")

    number = steps.reports(reporter, "Support chatbot")
    desk.goes("/today")
    desk.reads(number)
    # The bell rings at once, hours before anything is chased.
    desk.page.locator("header").get_by_role("link", name="則新通知").click()
    desk.reads(number)

    clock.advance(hours=9)
    tick(clock.now())
    scheduler.run_once(app, "letters", clock.now())
    desk.goes("/")
    desk.page.locator("header").get_by_role("link", name="則新通知").click()
    desk.reads(number)
    desk.goes("/today")
    desk.presses("I have seen all this")

    clock.at("2026-11-24 09:00")
    steps.confirms_the_need(desk, number)
    record = steps.escalates(desk, number, engineer="林志偉", due="2026-11-25 12:00")
    steps.corrects(desk, expected="2026-11-24 17:00")
    steps.asks_the_user(desk, record, same_person=REASON)
    steps.says_it_is_solved(reporter, number)
    steps.signs(desk, record, name="林志偉", same_person=REASON)
    clock.advance(days=15)
    tick(clock.now())
    desk.goes("/today")
    desk.reads(record)
    steps.closes(desk, record)
    scheduler.run_once(app, "letters", clock.now())

    kept = letters("mail", kind="")
    assert kept and {one.state for one in kept} == {"kept"}
    assert db.session.scalar(select(Record.state).where(Record.number == record)) == "closed"
    assert db.session.scalars(select(Signature.same_person_reason)).all() == [REASON]
