"""`tracker serve --workers`: several processes on one socket, watched by the one that started them."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.request import urlopen

import pytest

from tracker.cli import workers

MAIN = [sys.executable, "-c", "from tracker.cli import main; main()"]


@contextmanager
def serving(environment, *options):
    """The program itself; yields the process and its address."""
    command = [*MAIN, "serve", "--host", "127.0.0.1", "--port", "0", *options]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as one:
        try:
            yield one, one.stdout.readline().split()[-1].replace("localhost", "127.0.0.1")
        finally:
            one.terminate()


def children(pid):
    """The processes that this one started, without Python's own that keeps account of shared things."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(one) for one in found if b"resource_tracker" not in Path(f"/proc/{one}/cmdline").read_bytes()]


def until(what, seconds=60):
    """Wait for other processes to get there."""
    end = monotonic() + seconds
    while not what():
        assert monotonic() < end, "it did not come to pass"
        sleep(0.05)


def answers(address):
    with urlopen(address + "/readyz", timeout=60) as answer:
        return answer.status == 200


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes the way Linux shows them")
@pytest.mark.postgresql_only
def test_many_processes_answer_one_that_dies_is_replaced_and_all_end_together(app, tmp_path):
    given = {
        "TRACKER_DATABASE_URL": app.config["TRACKER"].database_url,
        "TRACKER_DATA_DIR": str(tmp_path),
        "TRACKER_SECRET_KEY": "of this test",
    }
    environment = {**os.environ, **given}
    with serving(environment, "--workers", "2") as (parent, address):
        assert answers(address)
        until(lambda: len(children(parent.pid)) == 3)
        first, old_enough = children(parent.pid), monotonic() + workers.SHORT_LIFE_S
        # What dies at once after its start is taken for broken.
        until(lambda: monotonic() > old_enough)
        os.kill(first[0], signal.SIGKILL)
        until(lambda: first[0] not in children(parent.pid) and len(children(parent.pid)) == 3)
        assert answers(address)
        parent.send_signal(signal.SIGTERM)
        assert parent.wait(timeout=60) == 0
        until(lambda: not any(Path(f"/proc/{one}").exists() for one in first))
