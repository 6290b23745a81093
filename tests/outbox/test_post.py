"""Writing letters: once per cause, recipient, channel and kind; taken back only while they rest."""

import pytest

from tests.clock import MONDAY
from tests.factories.outbox import letter, letters, make_letter, make_reader
from tracker import outbox
from tracker.db import db
from tracker.errors import DomainError

WRITTEN = {
    "channel": "mail",
    "kind": "chase.due",
    "key": ("record", 4, 1, "due"),
    "subject": ("record", 4),
    "subject_line": "[AR-202611-0004] 今天到期",
    "body_text": "請更新。",
    "at": MONDAY,
}


def test_one_cause_writes_one_letter_however_often_it_is_worked_through(app):
    first = outbox.post(**WRITTEN, address="wang@example.test")
    assert first is not None
    assert outbox.post(**WRITTEN, address="wang@example.test") is None
    assert len(letters()) == 1


@pytest.mark.parametrize(
    "other", [{"kind": "chase.overdue"}, {"key": ("record", 4, 2, "due")}, {"channel": "bell"}]
)
def test_another_kind_epoch_or_channel_is_another_letter(app, other):
    person = make_reader()
    outbox.post(**WRITTEN, person_id=person.id, address=person.email)
    assert outbox.post(**{**WRITTEN, **other}, person_id=person.id, address=person.email) is not None


def test_writing_does_not_commit(app):
    outbox.post(**WRITTEN, address="wang@example.test")
    db.session.rollback()
    assert letters() == []


def test_the_message_id_is_fixed_and_tells_nothing(app):
    made = make_letter()
    name, _, domain = made.message_id.strip("<>").partition("@")
    assert domain == "localhost"
    assert len(name) == 40
    assert made.idem_key not in made.message_id


def test_a_letter_of_an_undoable_act_rests_thirty_seconds(app, clock):
    made = make_letter(undoable=True)
    assert made.next_try == clock.advance(seconds=30)


def test_quiet_hours_are_the_callers_word(app, clock):
    assert make_letter(not_before=clock.advance(hours=10)).next_try == clock.now()


def test_a_mail_to_somebody_without_an_address_is_kept_to_be_read(app):
    assert make_letter(person_id=make_reader().id, address=None).state == "kept"


def test_what_rests_can_be_taken_back_and_what_was_sent_cannot(app, clock):
    resting, gone = make_letter(key=("issue", 1, "answer"), undoable=True), make_letter(channel="bell")
    assert outbox.cancel(at=clock.now(), ids=[resting.id, gone.id]) == 1
    assert [letter(one.id).state for one in (resting, gone)] == ["cancelled", "sent"]


def test_all_letters_of_one_cause_are_taken_back_together(app, clock):
    for address in ("a@example.test", "b@example.test"):
        make_letter(key=("issue", 1, "answer", 7), address=address, undoable=True)
    other = make_letter(key=("issue", 1, "answer", 8), undoable=True)
    assert outbox.cancel(at=clock.now(), cause=("issue", 1, "answer", 7)) == 2
    assert letter(other.id).state == "pending"


@pytest.mark.parametrize("field", ["subject_line", "name"])
@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r"])
def test_a_line_end_in_a_header_is_refused(app, field, break_):
    with pytest.raises(DomainError):
        make_letter(**{field: f"one{break_}Bcc: all@example.test"})


@pytest.mark.parametrize(
    "address", ["no-at", "two@@signs.test", "a b@c.test", "a@b.test, c@d.test", "<a@b.test>", "a@b\n.test"]
)
def test_what_is_no_address_is_refused(app, address):
    with pytest.raises(DomainError):
        make_letter(address=address)


@pytest.mark.parametrize("address", ["a@b.test", "王@例子.台灣", "o'neil+tag@sub.example.test"])
def test_any_syntactic_address_is_taken(app, address):
    assert make_letter(address=address).state == "pending"


def test_a_masked_case_empties_its_letters_and_keeps_that_they_were_sent(app):
    made = make_letter(channel="bell", subject_line="[Q-1] 秘密", body_text="A123456789")
    assert outbox.withhold(subject=("issue", 1)) == 1
    after = letter(made.id)
    assert (after.subject_line, after.body_text, after.withheld, after.state) == (
        "[Q-1] 秘密",
        "",
        True,
        "sent",
    )
    outbox.withhold(subject=("issue", 1), subject_lines=True)
    assert letter(made.id).subject_line == ""


def test_after_a_restore_old_letters_are_not_sent_again(app, clock):
    old = make_letter()
    clock.advance(hours=1)
    new = make_letter(at=clock.now())
    assert outbox.cancel_older(since=clock.now(), at=clock.now()) == 1
    assert [letter(one.id).state for one in (old, new)] == ["cancelled", "pending"]
