"""Letters about issues: who gets which, in which language, and what never stands in them."""

import re

import pytest

from tests.clock import MONDAY
from tests.factories.issues import bring_to, make_guest_issue, make_issue
from tests.factories.people import actor_of, make_person, make_system
from tracker.accounts.rules import SYSTEM, Actor
from tracker.db import db
from tracker.followups import actions as followups
from tracker.issues import actions, letters
from tracker.issues.models import Issue
from tracker.outbox import mails
from tracker.outbox.models import Letter
from tracker.web.dates import datetime_words

pytestmark = pytest.mark.usefixtures("app")


def letters_to(person_id: int | None, channel: str = "mail") -> list[Letter]:
    return db.session.query(Letter).filter_by(person_id=person_id, channel=channel).order_by(Letter.id).all()


@pytest.mark.parametrize(("locale", "word"), [("zh_Hant_TW", "問題編號"), ("en", "Issue number")])
@pytest.mark.parametrize("verb", letters.LETTER_OF)
def test_each_letter_speaks_its_reader_s_language_and_names_the_number(
    verb: str, locale: str, word: str
) -> None:
    reporter = make_person("reporter", locale=locale)
    issue = make_issue(reporter=reporter)
    letters.tell_reporter(issue, verb, cause="test", by=SYSTEM, at=MONDAY, said="In our words.")
    first, letter = letters_to(reporter.id)
    assert first.kind == "issue.received"
    assert letter.subject_line.startswith(f"[{issue.number}] ") and word in letter.body_text
    assert letter.link == f"/issues/{issue.number}" and letter.locale == locale
    assert "\n\n\n" not in letter.body_text


def test_the_first_letter_names_the_time_that_the_page_promises(app: object) -> None:
    given = {"system": make_system(), "description": "It says 30 days.", "impact": "wrong_content"}
    guest = actions.Intake(reporter_name="Guest", reporter_email="guest@example.test", **given)
    for intake, by in ((actions.Intake(**given), actor_of(make_person("reporter"))), (guest, Actor())):
        issue = actions.open_issue(fields=intake, by=by, at=MONDAY, clocks=followups.first_clocks)
        (letter,) = db.session.query(Letter).filter_by(subject_id=issue.id, channel="mail")
        assert f"我們會在 {datetime_words(issue.next_due_at)} 前回覆。" in letter.body_text.splitlines()
        assert "\n\n\n" not in letter.body_text


def test_a_question_stands_in_the_letter_unless_the_case_is_sealed() -> None:
    supervisor = actor_of(make_person("supervisor"))
    for impact, stands in (("blocked", True), ("personal_data", False)):
        issue = make_issue(impact=impact)
        actions.carry_out(issue, "ask", by=supervisor, at=MONDAY, fields={"body": "Which <b>Wang</b>?"})
        assert ("Which <b>Wang</b>?" in letters_to(issue.reporter_id)[-1].body_text) is stands


def test_who_wants_no_mail_gets_the_bell_alone() -> None:
    reporter = make_person("reporter", mail_wish="off")
    make_issue(reporter=reporter, state="waiting_user")
    assert letters_to(reporter.id) == [] and len(letters_to(reporter.id, "bell")) == 2


def test_followers_hear_of_it_without_its_words() -> None:
    issue, follower = make_issue(), make_person("reporter")
    actions.follow(issue, follower.id, by=SYSTEM, at=MONDAY)
    actions.carry_out(
        issue, "ask", by=actor_of(make_person("supervisor")), at=MONDAY, fields={"body": "Secret?"}
    )
    (letter,) = letters_to(follower.id)
    assert "Secret?" not in letter.body_text and issue.title not in letter.body_text


def test_who_did_it_is_not_told() -> None:
    reporter = make_person("reporter")
    issue = make_issue(reporter=reporter, state="answered")
    before = len(letters_to(reporter.id))
    actions.carry_out(issue, "solved", by=actor_of(reporter), at=MONDAY)
    assert len(letters_to(reporter.id)) == before


def test_a_guest_without_an_address_gets_nothing_and_one_with_gets_a_link_each_time() -> None:
    silent, issue = make_guest_issue(reporter_email=""), make_guest_issue()
    for one in (silent, issue):
        bring_to(one, "waiting_user")
    sent = letters_to(None)
    assert [letter.subject_id for letter in sent] == [issue.id] * 2
    assert len({letter.link for letter in sent}) == 2 and all(
        letter.link.startswith("/i/") for letter in sent
    )
    assert all("On which day" not in letter.body_text for letter in sent)


def test_a_name_of_several_lines_cannot_write_headers() -> None:
    reporter = make_person("reporter", name="Lin\r\nBcc: all@example.test")
    make_issue(reporter=reporter)
    assert letters_to(reporter.id)[0].name == "Lin Bcc: all@example.test"
    assert db.session.query(Issue).count() == 1


@pytest.mark.parametrize(
    ("locale", "why"),
    [("zh_Hant_TW", "通知您，是因為|收到這封信"), ("en", "You are told this|You get this letter")],
)
def test_a_letter_says_once_why_one_gets_it_and_leaves_no_gaps(locale: str, why: str) -> None:
    issue = make_issue(reporter=make_person("reporter", locale=locale))
    laid_out = mails.envelope(*letters_to(issue.reporter_id))
    assert len(re.findall(why, laid_out.text)) == len(re.findall(why, laid_out.html)) == 1
    assert "\n\n\n" not in laid_out.text


def test_news_say_what_happened_and_a_solution_comes_before_the_question_whether_it_helps() -> None:
    issue, by = make_issue(), actor_of(make_person("supervisor", name="林志偉"))
    letters.tell_reporter(issue, "escalate", cause="a", by=by, at=MONDAY)
    letters.tell_reporter(issue, "answer", cause="b", by=by, at=MONDAY, said="七天內可退。")
    _, news, answer = letters_to(issue.reporter_id)
    assert "工程人員" in news.subject_line and "工程人員" in news.body_text
    said, asked = answer.body_text.index("七天內可退。\n— 林志偉"), answer.body_text.index("告訴我們是否解決")
    assert said < asked
