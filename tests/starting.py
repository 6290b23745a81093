"""How a run starts and ends: how many workers, which tests first, what is compiled and collected."""

import gc
import importlib
import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests import postgres

# The one server of all workers: the thread that keeps it, and what lets it go.
SERVER = pytest.StashKey[tuple[threading.Thread, threading.Event]]()


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: a worker waits for Chromium and the databases a third of its time."""
    return len(os.sched_getaffinity(0)) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """In a fresh clone each worker compiles tests of its own first, and reads what the others have compiled."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    if not worker or session.config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    files = sorted(Path(__file__).parent.rglob("test_*.py"))
    for file in files[int(worker) :: int(os.environ["PYTEST_XDIST_WORKER_COUNT"])]:
        # What is wrong with one is said where it is collected.
        with suppress(Exception, pytest.skip.Exception):
            importlib.import_module(".".join(file.relative_to(session.config.rootpath).with_suffix("").parts))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones, in the browser, first: at the end of the run no worker then waits for another's."""
    items.sort(key=lambda item: "browser" not in getattr(item, "fixturenames", ()))


def pytest_collection_finish() -> None:
    """What is loaded by now stays: to look through all of it for garbage again and again took a twelfth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


def pytest_xdist_node_collection_finished(node: Any, ids: list[str]) -> None:
    """One PostgreSQL for all workers, which begin with other tests meanwhile; none for a run that needs none."""
    needed = any("postgresql" in each for each in ids) and "TRACKER_TEST_DATABASE_URL" not in os.environ
    if not needed or SERVER in node.config.stash:
        return
    folder, done = postgres.new_folder(node.workerinput["testrunuid"]), threading.Event()

    def serve() -> None:
        with postgres.running(workers=node.workerinput["workercount"], folder=folder):
            done.wait()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    node.config.stash[SERVER] = thread, done


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Look for garbage once; pytest looks five times over, and finds nothing then to look through."""
    gc.collect()
    gc.freeze()
    if SERVER in session.config.stash:
        thread, done = session.config.stash[SERVER]
        done.set()
        thread.join()
