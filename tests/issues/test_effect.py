"""What each move of an issue leaves behind: messages, asks, instants, confirmations, followers, the trail."""

from typing import Any

import pytest

from tests.clock import MONDAY, Clock
from tests.factories.issues import bring_to, make_issue
from tests.factories.people import actor_of, make_person
from tracker.accounts.rules import SYSTEM
from tracker.audit.models import Entry, TextVersion
from tracker.db import db
from tracker.errors import DomainError, Missing, NotAllowed
from tracker.issues import actions, queries, rules
from tracker.issues.models import Ask, Contact, Issue, Message, Participant
from tracker.outbox.models import Letter

pytestmark = pytest.mark.usefixtures("app")

CONFIRM = {
    "need_statement": "Seven days",
    "issue_kind": "anomaly",
    "need_confirmed_how": "phone",
    "contact_channel": "phone",
    "contact_summary": "They agreed.",
}


def letters_to(person_id: int) -> list[str]:
    found = db.session.query(Letter).filter_by(person_id=person_id, channel="bell").order_by(Letter.id)
    return [letter.kind for letter in found]


def test_the_first_move_takes_the_issue() -> None:
    supervisor = make_person("supervisor")
    issue = make_issue(state="waiting_user", supervisor=supervisor)
    assert issue.assignee_id == supervisor.id
    actions.carry_out(issue, "reply", by=actor_of(make_person("supervisor")), at=MONDAY, fields={"body": "x"})
    assert issue.assignee_id == supervisor.id


def test_a_question_is_a_public_message_an_ask_and_the_first_response() -> None:
    issue = make_issue(state="waiting_user")
    message = db.session.query(Message).one()
    assert (message.visibility, message.act, message.from_reporter, message.body) == (
        "public",
        "ask",
        False,
        "On which day?",
    )
    assert db.session.query(Ask).one().kind == "question"
    assert issue.first_response_at == issue.last_update_at == MONDAY
    assert letters_to(issue.reporter_id) == ["issue.received", "issue.ask"]


def test_the_reply_ends_the_question_and_tells_the_handler() -> None:
    supervisor = make_person("supervisor")
    issue = make_issue(state="waiting_user", supervisor=supervisor)
    actions.carry_out(issue, "reply", by=actor_of(issue.reporter), at=MONDAY, fields={"body": "On Monday."})
    assert db.session.query(Ask).one().answered_at == MONDAY
    assert issue.state == "confirming" and letters_to(supervisor.id) == ["issue.new", "issue.reply"]
    assert db.session.query(Message).order_by(Message.id.desc()).first().from_reporter


def test_a_reply_entered_by_the_supervisor_is_the_user_s_word() -> None:
    issue = make_issue(state="waiting_user")
    actions.carry_out(
        issue,
        "reply",
        by=actor_of(make_person("supervisor", name="Sue")),
        at=MONDAY,
        fields={"body": "Monday."},
    )
    message = db.session.query(Message).order_by(Message.id.desc()).first()
    assert message.from_reporter and message.author_name == issue.reporter.name
    entry = db.session.query(Entry).filter_by(action="issue.reply").one()
    assert (entry.by_name, entry.on_behalf) == ("Sue", issue.reporter.name)


def test_confirming_keeps_the_supervisor_s_words_beside_the_user_s() -> None:
    issue = make_issue(state="confirmed")
    assert (
        issue.need_statement == "The right number of days."
        and issue.description == "It says 30 days, it is 7."
    )
    assert (issue.need_confirmed_how, issue.need_confirmed_at) == ("phone", MONDAY)
    assert issue.need_confirmed_by == issue.reporter.name
    assert db.session.query(Contact).one().summary == "They agreed."
    kept = {
        version.field: version.body
        for version in db.session.query(TextVersion).filter_by(subject_kind="issue")
    }
    assert (
        kept["need_statement"] == "The right number of days."
        and kept["description"] == "It says 30 days, it is 7."
    )


def test_silence_confirms_only_after_three_asks() -> None:
    issue = make_issue(state="waiting_user")
    fields = CONFIRM | {"need_confirmed_how": "no_answer"}
    actor = actor_of(make_person("supervisor"))
    with pytest.raises(Missing):
        actions.carry_out(issue, "confirm", by=actor, at=MONDAY, fields=fields)
    db.session.query(Ask).one().count = 3
    actions.carry_out(issue, "confirm", by=actor, at=MONDAY, fields=fields)
    assert issue.state == "confirmed" and issue.need_confirmed_how == "no_answer"


def test_a_direct_answer_keeps_the_user_s_words_as_the_need() -> None:
    issue = make_issue(state="answered")
    assert issue.need_statement == issue.description and issue.need_confirmed_how == "answered_directly"
    assert issue.escalation_needed is False
    assert db.session.query(Ask).one().kind == "solved"
    assert letters_to(issue.reporter_id)[-1] == "issue.answer"


def test_an_anomaly_is_answered_without_escalation_only_with_the_reason() -> None:
    issue = make_issue(state="confirmed")
    actor = actor_of(make_person("supervisor"))
    fields = {"proposed_solution": "Corrected at once.", "escalation_reason": "A typing mistake in one page."}
    actions.carry_out(issue, "answer", by=actor, at=MONDAY, fields=fields)
    assert (issue.state, issue.escalation_needed) == ("answered", False)
    assert issue.escalation_reason == "A typing mistake in one page."


def test_solved_closes_and_takes_the_satisfaction() -> None:
    issue = make_issue(state="answered")
    actions.carry_out(issue, "solved", by=actor_of(issue.reporter), at=MONDAY, fields={"satisfaction": "4"})
    assert (issue.state, issue.closed_at, issue.user_confirmed, issue.satisfaction) == (
        "closed",
        MONDAY,
        "solved",
        4,
    )
    assert db.session.query(Ask).one().answered_at == MONDAY


def test_unsolved_goes_back_to_confirming_with_the_reason_in_the_talk() -> None:
    issue = make_issue(state="answered")
    actions.carry_out(issue, "unsolved", by=actor_of(issue.reporter), at=MONDAY, note="Still wrong.")
    assert (issue.state, issue.user_confirmed) == ("confirming", "not_solved")
    assert db.session.query(Message).order_by(Message.id.desc()).first().body == "Still wrong."


def test_the_system_closes_after_three_asks_never_the_grave_ones() -> None:
    issue = make_issue(state="answered", kind="anomaly")
    ask = db.session.query(Ask).one()
    for count, severity in ((2, "S3"), (3, "S2"), (3, "S1")):
        ask.count, issue.severity = count, severity
        with pytest.raises(Missing):
            actions.carry_out(issue, "close", by=SYSTEM, at=MONDAY)
    issue.severity = "S3"
    actions.carry_out(issue, "close", by=SYSTEM, at=MONDAY)
    assert (issue.state, issue.close_reason, issue.user_confirmed) == ("closed", "no_answer", "no_answer")
    assert letters_to(issue.reporter_id)[-1] == "issue.closed"


def test_a_how_to_question_is_closed_after_one_ask() -> None:
    issue = make_issue(state="answered")
    actions.carry_out(issue, "close", by=SYSTEM, at=MONDAY)
    assert issue.state == "closed"


def test_reopening_counts_and_ends_after_30_days(clock: Clock) -> None:
    issue = make_issue(state="closed")
    late = clock.advance(days=31)
    with pytest.raises(Missing) as stopped:
        actions.carry_out(issue, "reopen", by=actor_of(issue.reporter), at=late)
    assert stopped.value.keys == ("within_30_days",)
    actions.carry_out(issue, "reopen", by=actor_of(issue.reporter), at=MONDAY)
    assert (issue.state, issue.reopened_count, issue.closed_at) == ("confirming", 1, None)


def test_merging_lets_the_reporter_follow_the_other() -> None:
    target, issue = make_issue(), make_issue()
    fields = {"into": target.number.lower()}
    actions.carry_out(issue, "merge", by=actor_of(make_person("supervisor")), at=MONDAY, fields=fields)
    assert (issue.state, issue.merged_into_id, issue.closed_at) == ("merged", target.id, MONDAY)
    assert db.session.query(Participant).one().person_id == issue.reporter_id
    assert queries.may_view(actor_of(issue.reporter), target)


@pytest.mark.parametrize("into", ["Q-202611-9999", "itself", "unseen", "Robert'); --"])
def test_nothing_is_merged_into_itself_or_the_unknown(into: str) -> None:
    make_person("supervisor")
    issue, unseen = make_issue(), make_issue(restricted=True)
    number = {"itself": issue.number, "unseen": unseen.number}.get(into, into)
    with pytest.raises(DomainError) as refused:
        actions.carry_out(
            issue, "merge", by=actor_of(make_person("supervisor")), at=MONDAY, fields={"into": number}
        )
    assert "into" in refused.value.fields and issue.state == "new"


@pytest.mark.parametrize(
    ("verb", "state", "fields"),
    [
        ("answer", "new", {"proposed_solution": "x", "issue_kind": "no such kind"}),
        ("solved", "answered", {"satisfaction": "6"}),
        ("confirm", "confirming", CONFIRM | {"need_confirmed_how": "by dream"}),
        ("ask", "new", {"body": ["a", "list"]}),
        ("ask", "new", {"body": "x", "nonsense": "y"}),
        ("ask", "new", {"body": "x" * 20_001}),
    ],
)
def test_values_that_cannot_be_read_are_named(verb: str, state: str, fields: dict[str, Any]) -> None:
    issue = make_issue(state=state)
    with pytest.raises(DomainError) as refused:
        actions.carry_out(issue, verb, by=actor_of(make_person("supervisor")), at=MONDAY, fields=fields)
    assert len(refused.value.fields) == 1 and issue.state == state


def test_every_move_stands_in_the_trail_without_free_text() -> None:
    issue = make_issue(state="answered")
    actions.carry_out(issue, "unsolved", by=actor_of(issue.reporter), at=MONDAY, note="My secret reason")
    entry = db.session.query(Entry).filter_by(action="issue.unsolved").one()
    assert (entry.before["state"], entry.after["state"]) == ("answered", "confirming")
    assert "secret" not in str(entry.after) and entry.after["note"]["digest"]


def test_the_record_s_own_moves_are_the_system_s_alone() -> None:
    issue = make_issue(state="escalated")
    with pytest.raises(NotAllowed):
        actions.carry_out(issue, "deliver", by=actor_of(make_person("supervisor")), at=MONDAY)
    issue.proposed_solution = "Corrected."
    actions.carry_out(issue, "deliver", by=SYSTEM, at=MONDAY)
    assert issue.state == "answered" and db.session.query(Message).one().body == "Corrected."
    actions.carry_out(issue, "finish", by=SYSTEM, at=MONDAY)
    actions.carry_out(issue, "relapse", by=SYSTEM, at=MONDAY)
    assert (issue.state, issue.closed_at) == ("escalated", None)


def test_a_state_can_be_reached_for_every_test() -> None:
    for state in rules.STATES:
        assert bring_to(make_issue(), state).state == state
    assert db.session.query(Issue).count() == len(rules.STATES) + 1
