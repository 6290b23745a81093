"""Every move as a page: a form without scripts, back to the issue, everything typed is kept when it is stopped."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.clock import MONDAY
from tests.factories.issues import make_guest_issue, make_issue
from tests.factories.people import actor_of, make_person
from tracker.accounts.models import Person
from tracker.accounts.rules import SYSTEM
from tracker.audit.models import Entry
from tracker.db import db
from tracker.issues import actions, rules, talk
from tracker.issues.models import Issue, IssueRecord, Message

Login = Callable[[FlaskClient, Person], FlaskClient]
PUBLIC_ENGLISH = {
    "received": "Received",
    "in_progress": "In progress",
    "waiting_for_you": "Waiting for you",
    "please_confirm": "Please confirm",
    "closed": "Closed",
}
PEOPLE_MOVES = [verb for verb, move in rules.WORKFLOW.items() if move.who != {"system"}]


@pytest.mark.parametrize("verb", PEOPLE_MOVES)
def test_each_move_has_a_form_and_looking_at_it_changes_nothing(
    client: FlaskClient, login: Login, verb: str
) -> None:
    start = sorted(rules.WORKFLOW[verb].starts)[0]
    issue = make_issue(state=start)
    page = login(client, make_person("supervisor")).get(f"/issues/{issue.number}/{verb}")
    assert page.status_code == 200 and f'action="/issues/{issue.number}/{verb}"' in page.text
    assert db.session.get(Issue, issue.id).state == start


def test_why_one_withdraws_is_optional_for_the_reporter_alone(client: FlaskClient, login: Login) -> None:
    issue = make_issue()
    for person, optional in ((issue.reporter, True), (make_person("supervisor"), False)):
        page = login(client, person).get(f"/issues/{issue.number}/withdraw").text
        assert ("（選填）" in page) == optional


def test_accepting_goes_back_to_the_issue(client: FlaskClient, login: Login) -> None:
    issue = make_issue()
    answer = login(client, make_person("supervisor")).post(f"/issues/{issue.number}/accept")
    assert (answer.status_code, answer.location) == (303, f"/issues/{issue.number}")
    assert db.session.get(Issue, issue.id).state == "confirming"


def test_missing_fields_are_named_with_links_and_the_rest_is_kept(client: FlaskClient, login: Login) -> None:
    issue = make_issue(state="confirming")
    page = login(client, make_person("supervisor")).post(
        f"/issues/{issue.number}/confirm",
        data={"need_statement": "Seven days <i>", "contact_summary": "They agreed."},
    )
    assert page.status_code == 409 and "Seven days &lt;i&gt;" in page.text and "They agreed." in page.text
    assert 'href="#issue_kind"' in page.text and 'href="#need_confirmed_how"' in page.text
    assert 'href="#contact_summary"' not in page.text
    assert db.session.get(Issue, issue.id).need_statement == ""


def test_words_typed_for_a_move_that_came_too_late_are_kept(client: FlaskClient, login: Login) -> None:
    issue = make_issue(state="confirming")
    actions.carry_out(issue, "withdraw", by=actor_of(issue.reporter), at=MONDAY)
    page = login(client, make_person("supervisor")).post(
        f"/issues/{issue.number}/ask", data={"body": "My long question"}
    )
    assert page.status_code == 409 and "My long question" in page.text


@pytest.mark.parametrize(
    ("state", "verb", "sent", "other"),
    [
        ("confirming", "ask", {"body": "哪一天？"}, {"body": "哪兩天？"}),
        ("confirming", "ask", {"body": "哪一天？", "need_statement": "七天"}, {"need_statement": "六天"}),
        ("confirmed", "answer", {"proposed_solution": "清\r\n好", "issue_kind": "how_to"}, {"proposed_solution": "開"}),
        ("waiting_user", "reply", {"body": "昨天"}, {"body": "前天"}),
        ("answered", "solved", {"satisfaction": "5"}, {"satisfaction": "1"}),
        ("confirmed", "escalate", {"escalation_reason": "要工程。"}, {"escalation_reason": "要別的。"}),
    ],
)  # fmt: skip
def test_a_move_sent_twice_by_one_is_made_once_and_says_so_as_the_first_time(
    client: FlaskClient, login: Login, state: str, verb: str, sent: dict[str, str], other: dict[str, str]
) -> None:
    issue = make_issue(state=state, supervisor=make_person("supervisor"), reporter=make_person("reporter"))
    here = f"/issues/{issue.number}/{verb}"
    login(client, issue.reporter if verb in ("reply", "solved", "unsolved") else issue.assignee)
    first = client.post(here, data=sent)
    said = db.session.query(Message).count()
    again = client.post(here, data=sent)
    assert (again.status_code, again.location) == (303, first.location)
    late = client.post(here, data={**sent, **other})
    assert late.status_code == 409 and db.session.query(Message).count() == said
    login(client, make_person("supervisor"))
    assert client.post(here, data=sent).status_code == 409


def test_a_move_of_somebody_else_s_role_is_403_and_of_the_unseen_404(
    client: FlaskClient, login: Login
) -> None:
    issue = make_issue()
    assert login(client, issue.reporter).post(f"/issues/{issue.number}/accept").status_code == 403
    assert client.get(f"/issues/{issue.number}/accept").status_code == 403
    assert login(client, make_person("reporter")).post(f"/issues/{issue.number}/accept").status_code == 404
    assert db.session.get(Issue, issue.id).state == "new"


def test_a_move_needs_its_token(app: object, client: FlaskClient, login: Login) -> None:
    issue = make_issue()
    app.config["WTF_CSRF_ENABLED"] = True
    assert login(client, make_person("supervisor")).post(f"/issues/{issue.number}/accept").status_code == 400
    assert db.session.get(Issue, issue.id).state == "new"


def test_the_reporter_says_solved_with_how_satisfied(client: FlaskClient, login: Login) -> None:
    issue = make_issue(state="answered")
    login(client, issue.reporter).post(f"/issues/{issue.number}/solved", data={"satisfaction": "5"})
    issue = db.session.get(Issue, issue.id)
    assert (issue.state, issue.satisfaction) == ("closed", 5)


def test_escalating_on_the_page_makes_the_record(client: FlaskClient, login: Login) -> None:
    issue = make_issue(state="confirmed", function_id=None)
    answer = login(client, make_person("supervisor")).post(
        f"/issues/{issue.number}/escalate", data={"escalation_reason": "The model itself is wrong."}
    )
    assert answer.status_code == 303
    assert db.session.get(Issue, issue.id).state == "escalated"
    record = db.session.query(IssueRecord).one()
    assert record.issue_id == issue.id and record.record_number in client.get(f"/issues/{issue.number}").text


def test_escalating_leads_to_the_record_and_says_that_no_engineer_knows_yet(
    client: FlaskClient, login: Login
) -> None:
    client.set_cookie("locale", "en")
    issue = make_issue(state="confirmed")
    answer = login(client, make_person("supervisor")).post(
        f"/issues/{issue.number}/escalate", data={"escalation_reason": "The model itself is wrong."}
    )
    number = db.session.query(IssueRecord).one().record_number
    assert answer.location == f"/records/{number}#f-moves"
    landed = client.get(answer.location).text
    assert "no engineer has been told yet" in landed and "Done." not in landed
    assert "No engineer has been told yet" in client.get(f"/issues/{issue.number}").text


def test_what_does_not_start_from_here_is_refused_without_its_code(client: FlaskClient, login: Login) -> None:
    issue = make_issue(state="escalated")
    page = login(client, make_person("supervisor")).get(f"/issues/{issue.number}/escalate")
    assert page.status_code == 409 and ">escalate<" not in page.text


@pytest.mark.parametrize("typed", ["11/22 14:30", "昨天 14:30", "１１／２２　１４：３０"])
def test_a_date_without_its_year_is_one_near_today(client: FlaskClient, login: Login, typed: str) -> None:
    issue = make_issue(state="confirming")
    login(client, make_person("supervisor")).post(f"/issues/{issue.number}/edit", data={"occurred_at": typed})
    assert f"{db.session.get(Issue, issue.id).occurred_at:%m-%d %H:%M}" == "11-22 06:30"


def test_a_number_is_found_in_any_width_and_case(client: FlaskClient, login: Login) -> None:
    issue = make_issue()
    login(client, issue.reporter)
    assert client.get("/issues/ｑ-２０２６１１-０００１").status_code == 200
    assert client.get("/issues/q-202611-0001").status_code == 200
    assert client.get("/issues/Q-202611-9999").status_code == 404


def test_my_reports_stand_under_their_tab_and_page_by_key(client: FlaskClient, login: Login) -> None:
    person = make_person("reporter")
    for state in ("new",) * 3 + ("waiting_user", "answered", "closed"):
        make_issue(reporter=person, state=state)
    make_issue()
    login(client, person)
    for tab, numbers in {"open": (1, 2, 3), "waiting": (4, 5), "closed": (6,)}.items():
        page = client.get(f"/my?state={tab}").text
        assert [n for n in range(1, 8) if f"Q-202611-000{n}" in page] == list(numbers)
    assert client.get("/my?state=nonsense&before=x").status_code == 200
    older = client.get("/my?state=open&before=3").text
    assert "Q-202611-0003" not in older
    assert "Q-202611-0002" in older
    assert "Q-202611-0004" in client.get("/my").text, "what waits for the reader comes first"


def test_the_staff_sees_notes_and_moves_the_reporter_sees_neither(client: FlaskClient, login: Login) -> None:
    issue, supervisor = make_issue(), make_person("supervisor")
    actions.say(issue, "An inner word.", visibility="internal", by=actor_of(supervisor), at=MONDAY)
    staff = login(client, supervisor).get(f"/issues/{issue.number}").text
    assert "An inner word." in staff and f"/issues/{issue.number}/escalate" in staff
    preview = client.get(f"/issues/{issue.number}?as=reporter").text
    own = login(client, issue.reporter).get(f"/issues/{issue.number}").text
    for page in (preview, own):
        assert "An inner word." not in page and f"/issues/{issue.number}/escalate" not in page


@pytest.mark.parametrize(
    ("state", "line"),
    [
        ("new", ["received", "in_progress", "please_confirm", "closed"]),
        ("waiting_user", ["received", "in_progress", "waiting_for_you", "please_confirm", "closed"]),
        ("answered", ["received", "in_progress", "please_confirm", "closed"]),
        ("closed", ["received", "in_progress", "please_confirm", "closed"]),
        ("withdrawn", ["received", "in_progress", "closed"]),
    ],
)
def test_the_steps_show_no_question_and_no_answer_that_never_came(
    client: FlaskClient, login: Login, state: str, line: list[str]
) -> None:
    issue = make_issue(state=state)
    page = (
        login(client, issue.reporter).get(f"/issues/{issue.number}", headers={"Accept-Language": "en"}).text
    )
    shown = page.split('class="steps"')[1].split("</ol>")[0]
    assert [name for name, words in PUBLIC_ENGLISH.items() if words in shown] == line


def test_confirming_begins_with_what_was_said_online_while_no_contact_is_noted(
    client: FlaskClient, login: Login
) -> None:
    issue, boss = make_issue(state="confirming"), make_person("supervisor")
    actions.carry_out(issue, "ask", by=actor_of(boss), at=MONDAY, fields={"body": "Which office?"})
    actions.carry_out(
        issue, "reply", by=actor_of(issue.reporter), at=MONDAY, fields={"body": "The north one."}
    )
    db.session.commit()
    page = login(client, boss).get(f"/issues/{issue.number}/confirm").text
    assert f"{boss.name}：Which office?" in page and f"{issue.reporter.name}：The north one." in page
    talk.log_contact(issue, by=actor_of(boss), at=MONDAY, channel="phone", summary="Called.")
    db.session.commit()
    assert "The north one." not in client.get(f"/issues/{issue.number}/confirm").text.split("<form", 2)[-1]


@pytest.mark.parametrize(("guest", "warned"), [(True, True), (False, False)])
def test_asking_somebody_whom_no_letter_reaches_says_so(
    client: FlaskClient, login: Login, guest: bool, warned: bool
) -> None:
    issue = make_guest_issue() if guest else make_issue()
    page = login(client, make_person("supervisor")).get(f"/issues/{issue.number}/ask").text
    assert ("系統無法通知這位回報者" in page) is warned


def test_the_form_of_an_issue_names_severities(client: FlaskClient, login: Login) -> None:
    issue = make_issue(state="confirming")
    login(client, make_person("supervisor"))
    page = client.get(f"/issues/{issue.number}/edit").text
    assert ">S1 重大<" in page and ">S4 低<" in page


def test_an_anomaly_just_come_in_is_answered_without_escalation_in_one_go_once_that_is_chosen(
    client: FlaskClient, login: Login
) -> None:
    issue, mine = make_issue(state="new"), login(client, make_person("supervisor"))
    path = f"/issues/{issue.number}/answer"
    sent = {"issue_kind": "anomaly", "proposed_solution": "清除快取。", "need_statement": "要查得到陶藝課",
            "escalation_reason": "只有一台電腦如此"}  # fmt: skip
    stopped = mine.post(path, data=sent)
    assert stopped.status_code == 409 and "受理並提供解決方案" in stopped.text
    # What is filled in is not called missing.
    assert "要查得到陶藝課</textarea>" in stopped.text and 'id="need_statement-error"' not in stopped.text
    # Whatever else is missing stops both.
    assert mine.post(path, data={**sent, "escalation_reason": "", "accept": "1"}).status_code == 409
    db.session.rollback()
    assert db.session.get_one(Issue, issue.id).state == "new"
    assert mine.post(path, data={**sent, "accept": "1"}).status_code == 303
    db.session.rollback()
    assert db.session.get_one(Issue, issue.id).state == "answered"
    acts = select(Entry.action).where(Entry.subject_kind == "issue", Entry.subject_id == issue.id)
    assert db.session.scalars(acts.order_by(Entry.seq)).all()[-2:] == ["issue.accept", "issue.answer"]


@pytest.mark.parametrize("sent", [{"fill": "1"}, {"issue_kind": "none of them"}])
def test_no_form_of_a_move_shows_a_follower_what_the_reporter_wrote(
    client: FlaskClient, login: Login, sent: dict[str, str]
) -> None:
    issue, follower = make_issue(state="confirming", description="My own words."), make_person("reporter")
    actions.follow(issue, follower.id, by=SYSTEM, at=MONDAY)
    db.session.commit()
    for verb in PEOPLE_MOVES:
        page = login(client, follower).post(f"/issues/{issue.number}/{verb}", data=sent)
        assert page.status_code == 403 and "My own words" not in page.text, verb
