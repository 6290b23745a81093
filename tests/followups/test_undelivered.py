"""Letters that never arrived, and those that would come too late."""

from datetime import timedelta

from tests.factories.issues import make_issue
from tests.factories.outbox import letters, make_letter
from tests.factories.people import make_person
from tracker.db import db
from tracker.followups import undelivered
from tracker.issues.models import Message
from tracker.outbox import jobs, rules


def given_up(app, clock, **about):
    """A letter that the mail server refused for good."""
    written = make_letter(**about)
    jobs.deliver(clock.now(), send=lambda _envelope: rules.Outcome(rules.DEAD, "550 unknown"))
    return written


def bells(kind):
    return [one for one in letters() if one.channel == "bell" and one.kind == kind]


def test_administrators_hear_once_a_day_that_letters_were_given_up(app, clock):
    admin = make_person("admin")
    make_person("supervisor")
    given_up(app, clock)
    given_up(app, clock)
    for _ in range(2):
        assert undelivered.tell(clock.now()) == 2
    assert [(one.person_id, one.link) for one in bells("letters.dead")] == [(admin.id, undelivered.PAGE)]
    clock.advance(hours=24)
    undelivered.tell(clock.now())
    assert len(bells("letters.dead")) == 2


def test_who_handles_a_case_hears_of_each_letter_about_it(app, clock):
    handler = make_person("supervisor")
    issue = make_issue(assignee=handler)
    # The letter that the report itself wrote to its reporter.
    jobs.deliver(clock.now(), send=lambda _envelope: rules.Outcome(rules.DEAD, "550 unknown"))
    for _ in range(2):
        undelivered.tell(clock.now())
    assert [one.person_id for one in bells("issue.undelivered")] == [handler.id]
    assert issue.number in bells("issue.undelivered")[0].subject_line


def test_a_letter_of_yesterday_becomes_a_note_in_the_case(app, clock):
    handler = make_person("supervisor", locale="en")
    make_issue(reporter=make_person("reporter", name="王小明"), assignee=handler)
    written = next(one for one in letters() if one.channel == "mail")
    assert not undelivered.became_note(written, clock.now() + timedelta(hours=23))
    sent = []
    clock.advance(hours=25)
    late = clock.now()
    jobs.deliver(
        late, send=lambda one: sent.append(one), needed=lambda one: not undelivered.became_note(one, late)
    )
    assert sent == []
    assert [one.state for one in letters() if one.channel == "mail"] == [rules.CANCELLED]
    note = db.session.query(Message).one()
    assert (note.visibility, note.author_name, "王小明" in note.body) == ("internal", "system", True)
    assert "was a day old" in note.body


def test_what_may_have_arrived_and_what_goes_to_staff_is_never_late(app, clock):
    issue = make_issue()
    doubtful, staff = make_letter(subject=("issue", issue.id)), make_letter(kind="issue.handed_over")
    doubtful.doubts = 1
    later = clock.now() + timedelta(days=2)
    assert not undelivered.became_note(doubtful, later)
    assert not undelivered.became_note(staff, later)
