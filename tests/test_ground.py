"""The ground that the tests stand on does what the tests take for granted."""

import smtplib
import socket

import pytest
from sqlalchemy import String, bindparam, literal, select, text

from tests.factories.people import make_person
from tests.network import OutsideWorld
from tracker.accounts.models import Unit
from tracker.db import db, dialect
from tracker.planned import in_text, spelled_out, unlooked


@pytest.fixture
def writing_app(make_app):
    app = make_app()

    @app.post("/forgets")
    def forgets():
        db.session.add(Unit(name="never stored"))
        db.session.flush()
        return "done"

    @app.post("/commits")
    def commits():
        db.session.add(Unit(name="stored"))
        db.session.commit()
        return "done"

    app.config["WTF_CSRF_ENABLED"] = False
    return app


def units() -> list[str]:
    return [unit.name for unit in db.session.query(Unit)]


def test_what_a_view_forgets_to_commit_is_lost(writing_app):
    writing_app.test_client().post("/forgets")
    assert units() == []


def test_the_test_sees_what_a_request_has_written(writing_app):
    assert units() == []
    writing_app.test_client().post("/commits")
    assert units() == ["stored"]


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_starts_with_an_empty_database_and_fresh_numbers(app, turn):
    assert units() == []
    unit = Unit(name=turn)
    db.session.add(unit)
    db.session.commit()
    assert unit.id == 1


def test_two_clients_are_two_people(app, login):
    one, two = login(app.test_client(), make_person("supervisor")), app.test_client()
    with one.session_transaction() as first, two.session_transaction() as second:
        assert "_user_id" in first
        assert "_user_id" not in second


def test_what_postgresql_has_prepared_outlives_a_rollback(app):
    if dialect() == "sqlite":
        pytest.skip("SQLite keeps what it has planned with the connection")
    asked = text("SELECT name FROM pg_prepared_statements WHERE statement LIKE '%these words%'")
    with db.engine.connect() as connection:
        for _time in range(7):
            kept = connection.scalars(asked).all()
            connection.rollback()
    assert kept


def test_a_word_that_is_spelled_out_is_the_same_word(app):
    words = ["it's 100 % :this", "", "'';--"]
    asked = [literal(one) for one in words]
    assert list(db.session.execute(spelled_out(select(*asked, in_text(7)))).one()) == [*words, 7]
    bound = select(unlooked(bindparam("given", type_=String())))
    assert db.session.scalar(spelled_out(bound), {"given": "it's"}) == "it's"


def test_the_outside_world_cannot_be_reached():
    with socket.socket() as alone, pytest.raises(OutsideWorld):
        alone.connect_ex(("192.0.2.1", 80))
    with pytest.raises(OutsideWorld):
        socket.create_connection(("example.test", 80), timeout=1)
    with pytest.raises(OutsideWorld):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_the_mail_sink_receives_and_refuses(mail_sink):
    host, port = mail_sink.url.removeprefix("smtp://").split(":")
    mail_sink.answers.append("451 later")
    with smtplib.SMTP(host, int(port)) as server:
        with pytest.raises(smtplib.SMTPDataError):
            server.sendmail("from@example.test", ["to@example.test"], "Subject: refused\r\n\r\n")
        server.sendmail("from@example.test", ["to@example.test"], "Subject: kept\r\n\r\n")
    assert mail_sink.subjects == ["kept"]


def test_the_clock_stands_still_until_told_otherwise(clock):
    start = clock.now()
    assert clock.now() == start
    assert (clock.advance(days=2, hours=1) - start).total_seconds() == 49 * 3600
    assert clock.at("2026-12-01 08:30").isoformat() == "2026-12-01T00:30:00+00:00"
