"""Over a real line: what arrives, and what each answer of a server comes to."""

import socket
import threading
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic

import pytest

from tests.factories.outbox import letter, letters, make_letter, make_reader
from tracker.db import db
from tracker.outbox import jobs, rules, smtp
from tracker.outbox.mails import Envelope
from tracker.outbox.smtp import Courier, Server

ENVELOPE = Envelope(
    address="wang@example.test",
    name="王小明",
    subject="[Q-202611-0417] 需要您補充一件事",
    text="您好",
    html="<p>您好</p>",
    message_id="<one@localhost>",
    language="zh-Hant-TW",
)


@pytest.fixture
def mailing(make_app, mail_sink):
    """An app that sends through the sink."""
    app = make_app(
        smtp_url=mail_sink.url, mail_from="AI 客服 <tracker@example.test>", base_url="http://t.example.test"
    )
    with app.app_context():
        yield app
        db.session.remove()


@contextmanager
def talking(*answers):
    """A server that says these lines, one after each line it hears (after the whole text, for DATA), then hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_talk, args=(server, answers))
        thread.start()
        yield f"smtp://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


def _talk(server, answers):
    line, _ = server.accept()
    with line, line.makefile("rb") as heard:
        for number, answer in enumerate(answers):
            line.sendall(answer.encode() + b"\r\n")
            text = answer.startswith("354") and number
            while (said := heard.readline()) and text and said != b".\r\n":
                pass


def outcome(url, clock, envelope=ENVELOPE):
    with Courier(Server.from_url(url), "tracker@example.test", now=clock.now) as courier:
        return courier(envelope)


def test_a_letter_arrives_whole_and_says_that_a_machine_wrote_it(mailing, mail_sink, clock):
    made = make_letter(
        name="王小明",
        subject_line="[Q-202611-0417] 需要您補充一件事：發生的日期",
        body_text="您好。\n.\n結束",
    )
    began = monotonic()
    assert jobs.deliver(clock.now()) == {"sent": 1}
    took = timedelta(seconds=monotonic() - began)
    (mail,) = mail_sink.messages
    assert mail["Subject"] == "[Q-202611-0417] 需要您補充一件事：發生的日期"
    assert mail["From"] == "AI 客服 <tracker@example.test>"
    assert mail["To"] == "王小明 <wang@example.test>"
    assert mail["Message-ID"] == made.message_id
    assert made.message_id.endswith("@example.test>")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["List-Unsubscribe"] is None
    assert mail["X-Chase-Attempt"] is None
    assert clock.now() <= mail["Date"].datetime <= clock.now() + took
    text = mail.get_body(("plain",)).get_content()
    assert "您好。\n.\n結束" in text.replace("\r\n", "\n")
    assert "http://t.example.test/issues/Q-202611-0001" in text
    assert mail_sink.envelopes[0].rcpt_tos == ["wang@example.test"]


def test_many_letters_go_over_one_line(mailing, mail_sink, clock):
    for number in range(5):
        make_letter(address=f"p{number}@example.test")
    assert jobs.deliver(clock.now()) == {"sent": 5}
    assert len(set(mail_sink.peers)) == 1


def test_a_digest_can_be_ended_with_one_click_where_no_duty_forbids_it(mailing, mail_sink, clock):
    person = make_reader()
    for _ in range(3):
        make_letter(person_id=person.id, event="mine")
    jobs.deliver(clock.now())
    mail = mail_sink.messages[0]
    assert mail["List-Unsubscribe"].startswith("<http://t.example.test/unsubscribe/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    ("answer", "state"), [("451 try later", "deferred"), ("554 spam", "dead"), ("250 ok", "sent")]
)
def test_the_servers_answer_to_the_text_decides(mailing, mail_sink, clock, answer, state):
    mail_sink.answers.append(answer)
    made = make_letter()
    assert jobs.deliver(clock.now()) == {state: 1}
    assert letter(made.id).last_error == ("" if state == "sent" else answer)


def test_a_letter_after_a_refused_one_still_goes(mailing, mail_sink, clock):
    mail_sink.answers += ["554 spam", "451 later"]
    for number in range(3):
        make_letter(address=f"p{number}@example.test")
    jobs.deliver(clock.now())
    assert sorted(one.state for one in letters()) == ["dead", "deferred", "sent"]


def test_a_server_that_is_away_loses_nothing(make_app, clock):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    app = make_app(smtp_url=f"smtp://127.0.0.1:{port}")
    with app.app_context():
        made = make_letter()
        assert jobs.deliver(clock.now()) == {"deferred": 1}
        assert "ConnectionRefusedError" in letter(made.id).last_error
        db.session.remove()


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ([], rules.DEFERRED),
        (["421 busy"], rules.DEFERRED),
        (["220 hi", "250 hi", "550 we know you not"], rules.DEFERRED),
        (["220 hi", "250 hi", "250 ok", "550 nobody here"], rules.DEAD),
        (["220 hi", "250 hi", "250 ok", "450 greylisted"], rules.DEFERRED),
        (["220 hi", "250 hi", "250 ok", "250 ok", "451 no room"], rules.DEFERRED),
        (["220 hi", "250 hi", "250 ok", "250 ok", "354 go on"], rules.UNKNOWN),
        (["220 hi", "250 hi", "250 ok", "250 ok", "354 go on", "250 kept"], rules.SENT),
    ],
)
def test_where_the_line_breaks_decides_whether_the_letter_may_have_arrived(clock, answers, state):
    with talking(*answers) as url:
        assert outcome(url, clock).state == state


def test_a_server_that_says_nothing_is_cut_off(clock):
    with socket.create_server(("127.0.0.1", 0)) as server:
        silent = Server("127.0.0.1", server.getsockname()[1])
        courier = Courier(silent, "tracker@example.test", now=clock.now, seconds=0.2)
        assert courier(ENVELOPE).state == rules.DEFERRED


def test_a_resend_is_flagged_for_those_who_look(clock):
    again = Envelope(**{**ENVELOPE.__dict__, "attempt": 2, "doubtful": True})
    assert smtp.written(again, "tracker@example.test", clock.now())["X-Chase-Attempt"] == "2"


def test_a_line_end_never_gets_into_a_header(clock):
    forged = Envelope(**{**ENVELOPE.__dict__, "subject": "hi\r\nBcc: all@example.test"})
    with pytest.raises(ValueError):
        smtp.written(forged, "tracker@example.test", clock.now())


@pytest.mark.parametrize("address", ["o'neil+tag@example.test", "a..b@example.test", "王@例子.台灣"])
def test_odd_addresses_can_be_written_to(clock, address):
    assert smtp.written(Envelope(**{**ENVELOPE.__dict__, "address": address}), "t@example.test", clock.now())[
        "To"
    ]


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("smtp://mail.example.test", Server("mail.example.test", 25)),
        ("smtp://u%40x:p%2Fw@mail.example.test", Server("mail.example.test", 587, "u@x", "p/w")),
        ("smtps://mail.example.test", Server("mail.example.test", 465, implicit_tls=True)),
        ("smtp://10.0.0.2:2525?verify=no", Server("10.0.0.2", 2525, verify=False)),
    ],
)
def test_the_address_of_a_server(url, wanted):
    assert Server.from_url(url) == wanted


@pytest.mark.parametrize("url", ["http://mail", "smtp://", "mail.example.test:25", "smtp://mail:port"])
def test_what_is_no_address_of_a_server_is_refused(url):
    with pytest.raises(ValueError):
        Server.from_url(url)
