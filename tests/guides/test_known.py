"""Known issues: 我也遇到 counts once, and everybody whom one met is told once when it is solved."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.clock import MONDAY, Clock
from tests.factories.guides import KNOWN, make_known
from tests.factories.issues import make_guest_issue, make_issue
from tests.factories.people import actor_of, make_person, make_system, organisation
from tracker import outbox
from tracker.accounts.models import Attempt, Person
from tracker.db import db
from tracker.guides import known, queries
from tracker.guides.models import Affected, KnownIssue
from tracker.issues import actions, links
from tracker.issues.models import ReportDraft
from tracker.outbox.models import Letter

pytestmark = pytest.mark.usefixtures("app")
Login = Callable[[FlaskClient, Person], FlaskClient]


def count(one: KnownIssue) -> int:
    return queries.affected([one.id])[one.id]


def test_one_tap_counts_a_person_once(client: FlaskClient, login: Login) -> None:
    one, person = make_known(), make_person("reporter")
    login(client, person)
    for _ in range(2):
        assert client.post(f"/known/{one.id}/me-too").location.endswith(f"/known/{one.id}?counted=1")
    assert count(one) == 1 and db.session.query(Affected).one().person_id == person.id


def test_a_file_that_is_not_kept_with_the_words_is_named(client: FlaskClient, login: Login) -> None:
    one, here = make_known(), login(client, make_person("reporter"))
    typed = {"description": "It says 30 days.", "files": (BytesIO(b"<html></html>"), "page.html")}
    page = here.get(here.post(f"/known/{one.id}/me-too", data=typed).location).text
    assert (
        "page.html" in page
        and db.session.query(ReportDraft).one().fields["description"] == "It says 30 days."
    )


def test_a_guest_counts_once_a_browser_and_no_address_of_theirs_is_kept(client: FlaskClient) -> None:
    one = make_known()
    for _ in range(2):
        assert client.post(f"/known/{one.id}/me-too").status_code == 303
    said = db.session.query(Affected).one()
    assert said.person_id is None and said.voter.startswith("guest ")
    organisation(guests_may_report=False)
    assert "/login" in client.post(f"/known/{one.id}/me-too").location


def test_a_guest_without_cookies_counts_once_a_network_and_day(app: Flask, clock: Clock) -> None:
    one, other = make_known(), make_known(title_zh="別的問題", body_zh="內文。")
    met, first, later = f"/known/{one.id}/me-too", "203.0.113.7", "2001:db8:1:2::7"

    def press(path: str, address: str) -> str:
        guest = app.test_client(use_cookies=False)
        return str(guest.post(path, environ_overrides={"REMOTE_ADDR": address}).location)

    assert press(met, first).endswith("?counted=1")
    assert [press(met, first)[-16:] for _ in range(5)] == ["?counted=network"] * 5
    assert count(one) == 1
    press(met, "203.0.113.8")
    press(f"/known/{other.id}/me-too", first)
    assert (count(one), count(other)) == (2, 1)
    # Of IPv6 a network has as many addresses as it likes.
    press(met, later)
    press(met, "2001:db8:1:2:3:4:5:6")
    assert count(one) == 3
    clock.advance(days=1, minutes=1)
    press(met, first)
    assert count(one) == 4
    kept = " ".join(one.key for one in db.session.query(Attempt)) + repr(db.session.query(Affected).all())
    assert first not in kept and later not in kept


def test_a_guest_of_a_network_that_counts_already_is_told_so(app: Flask, client: FlaskClient) -> None:
    one = make_known()
    client.post(f"/known/{one.id}/me-too")
    second = app.test_client()
    page = second.get(second.post(f"/known/{one.id}/me-too").location).text
    assert "訪客每個網路只算一次" in page and "我也遇到</button>" not in page
    # The browser that was counted hears the same as before.
    again = client.get(client.post(f"/known/{one.id}/me-too").location).text
    assert count(one) == 1 and "已算上您" in again


def test_who_reported_it_counts_without_saying_so_and_only_once() -> None:
    person, supervisor = make_person("reporter"), actor_of(make_person("supervisor"))
    first, second = make_issue(reporter=person), make_issue(reporter=person)
    one = make_known(issue=first)
    known.link(one, second.number, by=supervisor, at=MONDAY)
    known.link(one, make_guest_issue().number, by=supervisor, at=MONDAY)
    known.me_too(one, f"person {person.id}", by=actor_of(person), at=MONDAY)
    assert count(one) == 2


def test_what_was_typed_stays_for_who_wants_to_report_all_the_same(client: FlaskClient, login: Login) -> None:
    one = make_known()
    login(client, make_person("reporter"))
    client.post(f"/known/{one.id}/me-too", data={"description": "退貨天數還是錯的", "impact": "blocked"})
    draft = db.session.query(ReportDraft).one()
    assert draft.fields["description"] == "退貨天數還是錯的"
    assert f"/report/draft/{draft.id}" in client.get(f"/known/{one.id}?counted=1").text


def test_a_draft_is_nothing_to_have_met(client: FlaskClient, login: Login) -> None:
    one = make_known(published=False)
    assert login(client, make_person("reporter")).post(f"/known/{one.id}/me-too").status_code == 404
    assert login(client, make_person("supervisor")).post(f"/known/{one.id}/me-too").status_code == 409


def test_solving_it_tells_each_of_them_once_by_bell_and_mail(client: FlaskClient, login: Login) -> None:
    person, english = make_person("reporter"), make_person("reporter", locale="en")
    texts = {"title_zh": "退貨天數答錯", "body_zh": "七天。", "title_en": "Wrong days", "body_en": "Seven."}
    one = make_known(issue=make_issue(reporter=person), **texts)
    supervisor = make_person("supervisor")
    known.link(one, make_guest_issue(system=one.system).number, by=actor_of(supervisor), at=MONDAY)
    for someone in (person, english):
        known.me_too(one, f"person {someone.id}", by=actor_of(someone), at=MONDAY)
    login(client, supervisor)
    assert client.post(f"/known/{one.id}/solve", data={}).status_code == 422
    assert client.post(f"/known/{one.id}/solve", data={"solution_zh": "已更新文件。"}).status_code == 303
    letters = db.session.query(Letter).filter_by(kind="known.solved").all()
    assert sorted((letter.person_id, letter.channel) for letter in letters if letter.person_id) == sorted(
        (someone.id, channel) for someone in (person, english) for channel in ("bell", "mail")
    )
    assert [letter.address for letter in letters if letter.person_id is None] == ["guest@example.test"]
    assert {letter.subject_line for letter in letters} == {"已解決：退貨天數答錯", "Solved: Wrong days"}
    assert all(
        "It says 30 days" not in letter.body_text and letter.link == f"/known/{one.id}" for letter in letters
    )
    assert client.post(f"/known/{one.id}/solve", data={"solution_zh": "再一次"}).status_code == 409


def test_a_guest_reads_it_in_the_language_in_which_they_were_first_written_to() -> None:
    one = make_known(title_zh="退貨天數答錯", body_zh="七天。", title_en="Wrong days", body_en="Seven.")
    outbox.post(
        channel="mail", kind="issue.received", key=("first",), at=MONDAY, address="guest@example.test", locale="en",
        subject=("issue", 1), subject_line="Received", body_text="It says 30 days", link="/",
    )  # fmt: skip
    supervisor = actor_of(make_person("supervisor"))
    known.link(one, make_guest_issue(system=one.system).number, by=supervisor, at=MONDAY)
    known.solve(one, solution_zh="已更新文件。", by=supervisor, at=MONDAY)
    letter = db.session.query(Letter).filter_by(kind="known.solved", address="guest@example.test").one()
    assert (letter.locale, letter.subject_line) == ("en", "Solved: Wrong days")
    assert "已更新文件。\nThis answer is written in another language only." in letter.body_text


def test_those_whose_report_was_joined_with_one_about_it_are_counted_and_told_too() -> None:
    boss = actor_of(make_person("supervisor"))
    one = make_known(issue=(target := make_issue()))
    joined, guest = make_issue(system=one.system), make_guest_issue(system=one.system)
    for part, into in ((guest, joined), (joined, target)):
        actions.carry_out(part, "merge", by=boss, at=MONDAY, fields={"into": into.number})
    assert count(one) == 3
    assert known.solve(one, solution_zh="好了。", by=boss, at=MONDAY) == 3
    told = {one.person_id or one.address for one in db.session.query(Letter).filter_by(kind="known.solved")}
    assert told == {target.reporter_id, joined.reporter_id, "guest@example.test"}


def test_who_holds_a_receipt_alone_reads_on_their_own_page_that_it_is_solved(client: FlaskClient) -> None:
    boss, report = actor_of(make_person("supervisor")), make_guest_issue(reporter_email="")
    address = "/i/" + links.make(report, at=MONDAY)
    one = make_known(issue=report)
    assert f'<a href="/known/{one.id}">' in client.get(address).text
    known.solve(one, solution_zh="新錄音的時間正確了。", by=boss, at=MONDAY)
    db.session.commit()
    assert "新錄音的時間正確了。" in client.get(address).text
    report.personal_data = True
    db.session.commit()
    assert "新錄音的時間正確了。" not in client.get(address).text


def test_taking_it_back_cancels_the_letters_that_rest_and_solving_it_again_tells_again() -> None:
    person, supervisor = make_person("reporter"), actor_of(make_person("supervisor"))
    one = make_known(issue=make_issue(reporter=person))
    assert known.solve(one, solution_zh="好了。", by=supervisor, at=MONDAY) == 1
    known.reopen(one, by=supervisor, at=MONDAY)
    db.session.commit()
    mail = db.session.query(Letter).filter_by(kind="known.solved", channel="mail").one()
    assert mail.state == "cancelled" and one.stage == "open"
    assert known.solve(one, solution_zh="這次好了。", by=supervisor, at=MONDAY) == 1


def test_a_solved_one_is_suggested_no_more_and_listed_for_a_month(client: FlaskClient) -> None:
    one, supervisor = make_known(), actor_of(make_person("supervisor"))
    ask = {"description": "退貨天數答錯了"}
    assert f"/known/{one.id}" in client.post("/report/suggest", data=ask).text
    known.solve(one, solution_zh="好了。", by=supervisor, at=MONDAY)
    db.session.commit()
    assert client.post("/report/suggest", data=ask).text.strip() == ""
    assert f'/known/{one.id}"' in client.get("/known").text and "好了" in client.get(f"/known/{one.id}").text


def test_writers_make_change_link_and_take_down(client: FlaskClient, login: Login) -> None:
    issue, supervisor = make_issue(workaround="先人工確認"), make_person("supervisor")
    login(client, supervisor)
    assert "先人工確認" in client.get(f"/known/new?issue={issue.number}").text
    about = {"about": f"s{issue.system_id}"}
    there = client.post(f"/known/new?issue={issue.number}", data={**KNOWN, **about}).location
    one = db.session.query(KnownIssue).one()
    assert (one.issue_id, one.stage, count(one)) == (issue.id, "draft", 1)
    client.post(f"{there}/publish")
    client.post(f"{there}/edit", data={**KNOWN, "body_zh": "改看公告。", **about})
    other = make_issue()
    client.post(f"{there}/link", data={"number": other.number})
    assert other.number in client.get(there).text
    client.post(f"{there}/link", data={"number": "Q-209901-0001"})
    assert "Q-209901-0001" in client.get(there).text
    client.post(f"{there}/unlink", data={"number": other.number})
    login(client, make_person("reporter"))
    page = client.get(there).text
    assert "改看公告" in page and issue.number not in page and other.number not in page
    assert client.get("/known/new").status_code == client.post(f"{there}/withdraw").status_code == 403
    login(client, supervisor).post(f"{there}/withdraw")
    assert login(client, make_person("reporter")).get(there).status_code == 404


def test_a_supervisor_of_another_system_does_not_write_it(client: FlaskClient, login: Login) -> None:
    one = make_known()
    login(client, make_person("supervisor", system_limit=make_system()))
    for path, data in (("edit", {**KNOWN, "about": f"s{one.system_id}"}), ("solve", {"solution_zh": "好了"}),
                       ("withdraw", {}), ("link", {"number": make_issue().number})):  # fmt: skip
        assert client.post(f"/known/{one.id}/{path}", data=data).status_code in (403, 404), path
