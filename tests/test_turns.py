"""Writers on SQLite take turns: none is refused because others were luckier."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from tracker.db import Turns, prepare_sqlite, writing

WRITERS, ROUNDS, HOLD_S = 8, 8, 0.02


@pytest.fixture
def engine_of(tmp_path):
    """`engine_of()`: an engine on one file, which waits for a lock a tenth of a second and no longer."""
    made = []

    def make():
        engine = create_engine(f"sqlite:///{tmp_path}/one.sqlite3")
        prepare_sqlite(engine, durable=False, busy_ms=100)
        made.append(engine)
        return engine

    first = make()
    with first.begin() as connection:
        connection.execute(text("CREATE TABLE kept (writer INTEGER)"))
    yield make
    for engine in made:
        engine.dispose()


def test_eight_writers_at_once_are_all_served(engine_of):
    engine, begun = engine_of(), threading.Barrier(WRITERS)

    def write(writer):
        begun.wait()
        for _ in range(ROUNDS):
            with engine.begin() as connection:
                connection.execute(text("INSERT INTO kept VALUES (:writer)"), {"writer": writer})
                threading.Event().wait(HOLD_S)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM kept")) == WRITERS * ROUNDS


def test_turns_go_by_the_order_of_coming():
    turns, served = Turns(10), []
    first, threads = turns.take(), []

    def wait(n):
        mine = turns.take()
        served.append(n)
        turns.leave(mine)

    for n in range(5):
        threads.append(threading.Thread(target=wait, args=(n,)))
        threads[-1].start()
        while len(turns._line) < n + 2:
            threading.Event().wait(0.001)
    turns.leave(first)
    for thread in threads:
        thread.join()
    assert served == [0, 1, 2, 3, 4]


def test_who_waited_too_long_goes_on_and_holds_nobody_up():
    turns = Turns(0.01)
    first = turns.take()
    turns.leave(turns.take())
    turns.leave(first)
    assert not turns.take().is_set()


@pytest.mark.parametrize("end", ["commit", "rollback", "close", "invalidate", "fault"])
def test_a_turn_ends_with_its_transaction_however_that_ends(engine_of, end):
    engine = engine_of()
    connection = engine.connect()
    connection.execute(text("INSERT INTO kept VALUES (1)"))
    if end == "fault":
        with pytest.raises(OperationalError):
            connection.execute(text("INSERT INTO lost VALUES (1)"))
        connection.rollback()
    else:
        getattr(connection, end)()
    started = time.monotonic()
    with engine.begin() as other:
        other.execute(text("INSERT INTO kept VALUES (2)"))
    connection.close()
    assert time.monotonic() - started < 5


def test_a_refused_begin_keeps_nobody_waiting(engine_of):
    engine, other = engine_of(), engine_of()
    with other.begin(), pytest.raises(OperationalError, match="locked"), engine.begin():
        pass
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO kept VALUES (3)"))


def test_reading_waits_for_nobody(engine_of):
    engine = engine_of()
    with engine.begin() as writer:
        writer.execute(text("INSERT INTO kept VALUES (1)"))
        token = writing.set(False)
        with engine.connect() as reader:
            assert reader.scalar(text("SELECT count(*) FROM kept")) == 0
        writing.reset(token)
