"""The organisation's own rules: changed, switched, added, undone; what cannot be read changes nothing."""

import pytest
from sqlalchemy import select

from tests.clock import MONDAY
from tests.factories.chases import tick
from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_system, organisation
from tracker.db import db
from tracker.statutory import book, changing
from tracker.statutory.models import StatutoryBook, StatutoryClock, StatutoryFact

PAGE = "/admin/statutory"


@pytest.fixture
def browser(client, login, app, clock):
    organisation(public_body="no", critical_provider="no", finance_or_health="yes", eu="no")
    return login(client, make_person("admin"))


def seen() -> str:
    db.session.expire_all()
    latest = book.latest()
    return str(latest.id if latest else 0)


def write(browser, name, **changes):
    plain = {**book.in_force().get(name, {}), **changes}
    path = f"{PAGE}/rules/{name}" if name in book.in_force() else f"{PAGE}/new"
    return browser.post(path, data={"text": changing.written(plain), "note": "查證過"})


def test_the_page_lists_every_rule_with_its_source(browser):
    page = browser.get(PAGE).text
    for text in ("非法律意見", "數字須由專人查證", "查證日", "Regulation (EU) 2016/679 art. 33", "尚未施行"):
        assert text in page, text


def test_a_changed_rule_holds_for_clocks_that_begin_later(browser):
    make_issue(impact="personal_data")
    tick(MONDAY)
    assert write(browser, "tw-fsc", due={"kind": "hours", "n": 24}).status_code == 303
    make_issue(impact="personal_data")
    tick(MONDAY)
    rows = db.session.scalars(
        select(StatutoryClock).where(StatutoryClock.rule_id == "tw-fsc").order_by(StatutoryClock.id)
    )
    assert [(one.due_at - one.start_at).total_seconds() / 3600 for one in rows] == [72, 24]
    page = browser.get(f"{PAGE}/rules/tw-fsc").text
    assert "<del>" in page
    assert "與內建規則不同之處" in page


def test_the_last_change_is_undone_and_a_rule_reads_as_shipped_again(browser):
    write(browser, "tw-fsc", due={"kind": "hours", "n": 24})
    write(browser, "tw-fsc", due={"kind": "hours", "n": 12})
    assert browser.post(f"{PAGE}/undo", data={"seen": seen()}).status_code == 303
    assert book.in_force()["tw-fsc"]["due"]["n"] == 24
    assert browser.post(f"{PAGE}/rules/tw-fsc/restore").status_code == 303
    assert book.in_force()["tw-fsc"] == book.shipped()["tw-fsc"]
    assert db.session.query(StatutoryBook).count() == 4


def test_switching_off_starts_none_and_stops_none(browser):
    make_issue(impact="personal_data")
    tick(MONDAY)
    assert browser.post(f"{PAGE}/rules/tw-fsc/off").status_code == 303
    make_issue(impact="personal_data")
    tick(MONDAY)
    rows = db.session.scalars(select(StatutoryClock).where(StatutoryClock.rule_id == "tw-fsc")).all()
    assert [one.standing for one in rows] == ["running"]


def test_an_own_rule_is_kept_and_taken_out(browser):
    own = {"id": "own-ministry", "title": "告知本部",
           "recipient": "本部", "citation": "內規 7", "checked_on": "2026-11-01",
           "when": {"personal_data": ["yes"]}, "due": {"kind": "hours", "n": 4}}  # fmt: skip
    assert write(browser, "own-ministry", **own).status_code == 303
    make_issue(impact="personal_data")
    tick(MONDAY)
    assert "own-ministry" in {one.rule_id for one in db.session.scalars(select(StatutoryClock))}
    assert browser.post(f"{PAGE}/rules/own-ministry/restore").status_code == 303
    assert "own-ministry" not in book.in_force()


@pytest.mark.parametrize(
    ("text", "says"),
    [("id: [", "看不懂"), ("just words", "每行一個鍵"), ("id: tw-fsc\ndue: {kind: weeks}\n", "可用的值"),
     ("!!python/object/apply:os.system ['true']", "看不懂"), ("0000-00-00", "看不懂"), ("[" * 9000, "看不懂"),
     ("id: tw\nname: &a [tw]\nwhen: [*a, *a]", "看不懂")],
)  # fmt: skip
def test_what_cannot_be_read_changes_nothing_and_is_kept(browser, text, says):
    refused = browser.post(f"{PAGE}/rules/tw-fsc", data={"text": text})
    assert refused.status_code == 422
    assert says in refused.text
    assert text.split("\n")[0].split("'")[0] in refused.text
    assert db.session.query(StatutoryBook).count() == 0


def test_the_profile_answers_what_would_be_asked(browser):
    organisation(finance_or_health="no")
    system = make_system()
    make_issue(impact="personal_data", system=system)
    tick(MONDAY)
    row = db.session.scalars(select(StatutoryClock).where(StatutoryClock.rule_id == "tw-moda")).one()
    assert row.standing == "asked"
    data = {
        "organisation~0~org.digital_economy": "no",
        f"system~{system.id}~system.eu_tier": "high",
        "system~x~y": "z",
    }
    assert browser.post(f"{PAGE}/profile", data=data).status_code == 303
    tick(MONDAY)
    db.session.expire_all()
    assert row.standing == "lapsed"
    bad = browser.post(f"{PAGE}/profile", data={"organisation~0~org.digital_economy": "maybe"})
    assert bad.status_code == 422


def test_two_who_answer_the_profile_at_once_lose_nothing(browser):
    company, role = "organisation~0~org.digital_economy", "organisation~0~org.eu_role"
    old = {f"shown-{company}": "unknown", f"shown-{role}": "unknown", company: "unknown", role: "unknown"}
    assert f'name="shown-{company}" value="unknown"' in browser.get(PAGE).text
    assert browser.post(f"{PAGE}/profile", data={**old, company: "yes"}).status_code == 303
    assert browser.post(f"{PAGE}/profile", data={**old, role: "provider"}).status_code == 303
    late = browser.post(f"{PAGE}/profile", data={**old, company: "no"})
    assert late.status_code == 409
    assert "目前的內容" in late.text and f'name="shown-{company}" value="yes"' in late.text
    facts = db.session.scalars(select(StatutoryFact).where(StatutoryFact.kind == "organisation"))
    assert {one.name: one.value for one in facts} == {"org.digital_economy": "yes", "org.eu_role": "provider"}


def test_only_administrators_change_rules(client, login, app):
    for role in ("supervisor", "manager", "engineer", "reporter", "auditor"):
        other = login(client, make_person(role))
        for path in ("rules/tw-fsc", "rules/tw-fsc/off", "rules/tw-fsc/on", "rules/tw-fsc/restore"):
            assert other.post(f"{PAGE}/{path}", data={"text": "x"}).status_code in (403, 404), (role, path)
        assert other.get(f"{PAGE}/rules/tw-fsc").status_code in (403, 404), role
