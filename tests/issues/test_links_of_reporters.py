"""The link in a letter to a reporter who has an account: who gets it, what it opens, in whose name."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.clock import MONDAY, Clock
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person
from tests.factories.reporter_links import Case, ask, asked, keep_file, letters_to, mail_to
from tests.mail_sink import MailSink
from tracker import audit
from tracker.accounts.models import CaseLink, Person
from tracker.accounts.rules import SYSTEM
from tracker.attachments.models import Attachment
from tracker.audit.models import Entry
from tracker.db import db
from tracker.issues import actions, letters, links, parties
from tracker.issues.models import Issue, Message
from tracker.outbox import jobs, mails
from tracker.outbox.models import Letter

Login = Callable[[FlaskClient, Person], FlaskClient]


def test_the_reporter_s_mail_alone_holds_the_link(case: Case) -> None:
    follower = make_person("reporter")
    actions.follow(case.issue, follower.id, by=SYSTEM, at=MONDAY)
    actions.say(case.issue, "News.", visibility="public", by=actor_of(case.boss), at=MONDAY)
    letters.tell_handler(case.issue, "reply", cause="test", by=SYSTEM, at=MONDAY)
    page = f"/issues/{case.issue.number}"
    assert re.fullmatch(r"/i/[\w-]{40,}", case.link) and mail_to(case.reporter).link != case.link
    assert {one.link for one in letters_to(case.reporter, "bell")} == {page}
    assert (mail_to(follower).link, mail_to(case.boss).link) == (page, page)
    assert {one.person_id for one in db.session.query(CaseLink)} == {case.reporter.id}


def test_without_a_mail_server_no_link_is_made(app: Flask) -> None:
    case = asked()
    assert case.link == f"/issues/{case.issue.number}" and db.session.query(CaseLink).count() == 0


@pytest.mark.parametrize("kept_shut", [{"impact": "personal_data"}, {"restricted": True}])
def test_what_is_sealed_or_restricted_is_opened_by_a_sign_in(
    mailing: None, kept_shut: dict[str, Any]
) -> None:
    case = asked(**kept_shut)
    assert case.link == f"/issues/{case.issue.number}"


def test_a_part_split_from_a_restricted_report_opens_to_nobody(case: Case) -> None:
    parties.restrict(case.issue, by=actor_of(case.boss), at=MONDAY, reason="Personal.")
    part = actions.split(case.issue, description="Another thing.", by=actor_of(case.boss), at=MONDAY)
    assert mail_to(case.reporter).link == f"/issues/{part.number}"
    assert db.session.query(CaseLink).filter_by(revoked_at=None).count() == 0


def test_the_reporter_does_by_the_link_what_a_guest_may_and_the_trail_says_so(
    client: FlaskClient, case: Case, clock: Clock
) -> None:
    boss, link, before = actor_of(case.boss), case.link, len(letters_to(case.reporter, "bell"))
    for path in ("", "/reply", "/withdraw", "/note", "/calendar.ics"):
        assert client.get(link + path).status_code == 200
    assert case.issue.title in client.get(link).text and case.issue.state == "waiting_user"
    client.post(f"{link}/note", data={"body": "On Monday.", "files": (BytesIO(b"log"), "log.txt")})
    said = db.session.query(Message).order_by(Message.id.desc()).first()
    kept = db.session.query(Attachment).one()
    assert (said.author_id, said.author_name, said.from_reporter) == (
        case.reporter.id, case.reporter.name, True)  # fmt: skip
    assert kept.uploaded_by_id == case.reporter.id
    with client.get(f"{link}/files/{kept.id}") as got:
        assert got.data == b"log"
    solution = {"proposed_solution": "Use the manual.", "issue_kind": "how_to"}
    actions.carry_out(case.issue, "answer", by=boss, at=MONDAY, fields=solution)
    db.session.commit()
    client.post(f"{link}/unsolved", data={"note": "No."})
    actions.carry_out(case.issue, "answer", by=boss, at=MONDAY, fields=solution)
    db.session.commit()
    client.post(f"{link}/solved", data={"satisfaction": "4"})
    db.session.expire_all()
    assert (case.issue.state, case.issue.satisfaction) == ("closed", 4)
    client.post(f"{link}/reopen")
    client.post(f"{link}/withdraw")
    acts = ["issue.reply", "issue.unsolved", "issue.solved", "issue.reopen", "issue.withdraw"]
    trail = db.session.query(Entry).filter(Entry.action.in_(acts)).order_by(Entry.seq).all()
    assert [one.action for one in trail] == acts
    assert {(one.by_id, one.by_name, one.after["how"]) for one in trail} == {
        (case.reporter.id, case.reporter.name, "letter")
    }
    assert list(audit.verify()) == []
    # Two answers were written to them; of what they did themselves they are told nothing.
    assert len(letters_to(case.reporter, "bell")) == before + 2


def test_the_page_speaks_the_language_of_the_letter_unless_the_browser_has_another(
    client: FlaskClient, mailing: None
) -> None:
    case = asked(reporter=make_person("reporter", locale="en"))
    assert "You opened this report by the link of a letter" in client.get(case.link).text
    client.post("/me/locale", data={"locale": "zh_Hant_TW"})
    assert "您從信件裡的連結開啟這件回報" in client.get(case.link).text


def test_staff_see_that_it_came_by_a_letter(client: FlaskClient, login: Login, case: Case) -> None:
    client.post(f"{case.link}/note", data={"body": "On Monday."})
    page = f"/issues/{case.issue.number}"
    shown = login(client, case.boss).get(page).text
    assert "由信件裡的連結" in shown and f'href="{page}/links"' in shown
    client.post(f"{page}/links", data={"note": "It was passed on."})
    assert "連結已失效。" in client.get(page).text


def test_whoever_is_signed_in_goes_on_to_their_full_page_even_by_an_old_link(
    client: FlaskClient, login: Login, case: Case, clock: Clock
) -> None:
    login(client, case.reporter)
    for _ in range(2):
        answer = client.get(case.link)
        assert (answer.status_code, answer.location) == (303, f"/issues/{case.issue.number}")
        clock.advance(days=31)
    page = client.post(f"{case.link}/note", data={"body": "On Monday, I think."})
    assert page.status_code == 410 and "On Monday, I think." in page.text
    assert f'href="/issues/{case.issue.number}"' in page.text


@pytest.mark.parametrize("sees", [False, True])
def test_somebody_else_who_is_signed_in_acts_in_nobody_s_name(
    client: FlaskClient, login: Login, case: Case, sees: bool
) -> None:
    kept = keep_file(case, b"log", "log.txt")
    login(client, case.boss if sees else make_person("reporter"))
    for path in ("", "/note", "/withdraw", "/calendar.ics", f"/files/{kept.id}"):
        page = client.get(case.link + path)
        assert page.status_code == 403 and case.issue.title not in page.text
    page = client.post(f"{case.link}/note", data={"body": "It was Tuesday."})
    assert page.status_code == 403 and "It was Tuesday." in page.text
    assert case.reporter.name not in page.text
    assert (f'href="/issues/{case.issue.number}"' in page.text) is sees
    db.session.expire_all()
    assert case.issue.state == "waiting_user" and db.session.query(Message).count() == 1


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("zh_Hant_TW", "不用登入就能開啟這一件回報。請不要轉寄這封信。"),
        ("en", "without signing in. Do not forward this letter."),
    ],
)
def test_the_letter_says_what_the_link_opens_and_not_to_forward_it(
    mailing: None, locale: str, words: str
) -> None:
    case = asked(reporter=make_person("reporter", locale=locale))
    laid_out = mails.envelope(case.letter)
    assert laid_out.text.count(words) == laid_out.html.count(words) == 1 and "\n\n\n" not in laid_out.text
    assert laid_out.text.count(case.link) == 1 and "/reminders" not in laid_out.text + laid_out.unsubscribe
    follower = make_person("reporter", locale=locale)
    actions.follow(case.issue, follower.id, by=SYSTEM, at=MONDAY)
    actions.say(case.issue, "News.", visibility="public", by=actor_of(case.boss), at=MONDAY)
    assert words not in mails.envelope(mail_to(follower)).text


def test_a_letter_that_lists_several_says_it_once(case: Case) -> None:
    second = make_issue(reporter=case.reporter)
    ask(second, case.boss)
    digest = Letter(kind="digest", locale="en", subject_line="", body_text="", link="", event="", attempts=1, doubts=0,
                    message_id="<a@b>", person_id=case.reporter.id, subject_id=0, name="", address="a@b.test",
                    withheld=False)  # fmt: skip
    laid_out = mails.envelope(digest, [case.letter, mail_to(case.reporter)], locale="en")
    assert (
        laid_out.text.count("Do not forward this letter")
        == 1
        == laid_out.html.count("Do not forward this letter")
    )
    assert case.link in laid_out.text and mail_to(case.reporter).link in laid_out.html


def test_over_a_real_line_the_link_of_the_letter_is_walked(
    make_app: Callable[..., Flask], mail_sink: MailSink, clock: Clock
) -> None:
    app = make_app(smtp_url=mail_sink.url, base_url="https://t.example.test")
    with app.app_context():
        case = asked(reporter=make_person("reporter", locale="en"))
        reporter_id, issue_id = case.reporter.id, case.issue.id
        clock.advance(minutes=1)
        jobs.deliver(clock.now())
        db.session.remove()
    letter = next(one for one in mail_sink.messages if "We need one more thing" in one["subject"])
    plain = letter.get_body(("plain",)).get_content()
    (path,) = set(re.findall(r"https://t\.example\.test(/i/\S+)", plain))
    assert "Do not forward" in plain and path in letter.get_body(("html",)).get_content()
    client = app.test_client()
    page = client.get(path).text
    assert "On which day?" in page
    sent = {"body": "On Monday.", "csrf_token": re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]}
    assert client.post(f"{path}/note", data=sent).status_code == 303
    with app.app_context():
        assert db.session.get_one(Issue, issue_id).state == "confirming"
        assert db.session.query(Entry).filter_by(action="issue.reply").one().by_id == reporter_id
        db.session.remove()


@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize("active", [False, True])
@pytest.mark.parametrize("whose", ["theirs", "another's", "a guest's"])
@pytest.mark.sqlite_only
def test_when_a_letter_may_open_a_report(restricted: bool, sealed: bool, active: bool, whose: str) -> None:
    reporter_id = {"theirs": 7, "another's": 8, "a guest's": None}[whose]
    issue = Issue(reporter_id=reporter_id, restricted=restricted, personal_data=sealed)
    opens = links.may_open(issue, Person(id=7, active=active))
    assert opens is (whose == "theirs" and active and not restricted and not sealed)
