"""The program as people call it."""

import contextvars
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from urllib.request import urlopen

import pytest

from tracker.cli import main
from tracker.cli.program import COMMANDS

PASSWORD = "four plain words here"


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """Settings of an installation of its own."""
    for name in [name for name in os.environ if name.startswith("TRACKER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TRACKER_DATA_DIR", str(tmp_path / "var"))
    before = os.umask(0o077)
    yield monkeypatch
    os.umask(before)


@dataclass
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def tracker(environment, capsys):
    """`tracker("db", "check")` → what it said and its exit code."""

    def run(*words):
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            contextvars.Context().run(main, words)
        said = capsys.readouterr()
        return Done(ended.value.code, said.out, said.err)

    return run


def refused(done, code):
    assert done.returncode == code, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr


def test_the_help_names_every_command(tracker):
    words = tracker("--help").stdout
    assert all(name in words for name in COMMANDS)


def test_the_help_waits_for_neither_the_web_nor_the_database():
    loaded = (
        "import sys, tracker.cli; print({'flask', 'sqlalchemy', 'apiflask'} & set(sys.modules) or 'neither')"
    )
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "neither"


def test_what_the_database_refuses_is_said_in_one_line(tracker, tmp_path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "tracker.sqlite3").write_bytes(b"no database at all" * 100)
    assert "the database" in refused(tracker("user", "link", "kim@demo.test"), 1)


@pytest.mark.parametrize(
    "words",
    [
        ("frob",),
        ("serve", "--port", "many"),
        ("user", "add"),
        ("import", "nothing.jsonl", "--format", "jsonl"),
        ("chase",),
    ],
)
def test_wrong_usage_is_said_in_one_line(tracker, words):
    assert "--help" in refused(tracker(*words), 2)


def test_sqlite_is_served_by_one_process(tracker):
    assert "SQLite is served by one process" in refused(tracker("serve", "--workers", "2"), 2)


def test_a_wrong_setting_is_named(tracker, environment):
    environment.setenv("TRACKER_TIMEZONE", "Nowhere")
    assert "TRACKER_TIMEZONE" in refused(tracker("db", "check"), 2)


def test_a_small_office_lives_by_commands(tracker, tmp_path):
    refused(tracker("db", "check"), 1)
    assert tracker("db", "upgrade").returncode == 0
    assert tracker("db", "check").returncode == 0
    added = tracker(
        "user", "add", "kim@demo.test", "--name", "Kim", "--role", "supervisor", "--password", PASSWORD
    )
    assert added.returncode == 0, added.stderr
    assert "Kim" in refused(
        tracker("user", "add", "kim@demo.test", "--name", "K", "--role", "admin", "--password", PASSWORD), 1
    )
    token = tracker("token", "create", "kim@demo.test", "--scope", "read", "--scope", "write")
    assert re.fullmatch(r"trk_[\w-]{40,}", token.stdout.splitlines()[-1])
    assert "/login/link/" in tracker("user", "link", "kim@demo.test").stdout

    rows = tmp_path / "rows.jsonl"
    rows.write_text(
        '{"title": "a", "created_at": "2026-11-02"}\n{\n{"title": "=1+1", "created_at": "2026-11-03"}\n'
    )
    dry = tracker("import", str(rows), "--format", "jsonl", "--dry-run")
    assert (dry.returncode, dry.stdout) == (1, "would add 2, already there 0, skipped 1\n")
    assert "line 2" in dry.stderr
    assert tracker("import", str(rows), "--format", "jsonl").stdout == "added 2, already there 0, skipped 1\n"
    assert tracker("import", str(rows), "--format", "jsonl").stdout == "added 0, already there 2, skipped 1\n"

    lines = tracker("export", "issues", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line)["title"] for line in lines] == ["a", "=1+1"]
    assert "'=1+1" in tracker("export", "issues", "--format", "csv").stdout
    for what in ("records", "chases", "audit"):
        assert tracker("export", what, "--format", "csv").returncode == 0

    assert "would fire" in tracker("chase", "--once", "--dry-run").stdout
    assert tracker("chase", "--once", "--at", "2026-11-23T09:00+08:00").returncode == 0
    assert "chase" in tracker("jobs", "list").stdout
    assert tracker("jobs", "once", "prune").returncode == 0
    refused(tracker("jobs", "once", "nothing"), 2)
    assert "all whole" in tracker("audit", "verify").stdout
    doctor = tracker("doctor")
    assert doctor.returncode == 0, doctor.stdout
    assert "fail" not in doctor.stdout

    assert tracker("backup", str(tmp_path / "copy")).returncode == 0
    refused(tracker("backup", str(tmp_path / "copy")), 1)
    refused(tracker("restore", str(tmp_path / "copy")), 1)
    assert tracker("restore", str(tmp_path / "copy"), "--replace").returncode == 0
    assert "held" in tracker("doctor").stdout
    assert tracker("resume", "--since", "2026-11-23").returncode == 0
    assert len(tracker("export", "issues", "--format", "jsonl").stdout.splitlines()) == 2


def test_the_doctor_warns_of_a_proxy_that_nobody_named(environment, tracker, tmp_path, grounds):
    grounds("sqlite").database.copy(tmp_path / "var" / "tracker.sqlite3")
    assert "proxy: none" in tracker("doctor").stdout
    environment.setenv("TRACKER_BASE_URL", "https://tracker.example")
    assert "warn  proxy: https is answered by a proxy" in tracker("doctor").stdout
    environment.setenv("TRACKER_TRUSTED_PROXIES", "127.0.0.1, 8.8.0.0/16")
    said = tracker("doctor").stdout
    assert "warn  proxy: 8.8.0.0/16 trusts 65536 addresses" in said
    assert "ok    proxy: 127.0.0.1/32, 8.8.0.0/16 may say who calls" in said


def test_serving_prints_the_set_up_link_answers_and_ends_cleanly(environment):
    serve = ["serve", "--host", "127.0.0.1", "--port", "0"]
    command = [sys.executable, "-c", "from tracker.cli import main; main()", *serve]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as served:
        address = served.stdout.readline().split()[-1]
        said = [served.stdout.readline(), served.stdout.readline()]
        assert re.search(r"/setup/[\w-]{40,}", "".join(said))
        with urlopen(address.replace("localhost", "127.0.0.1") + "/healthz", timeout=20) as answer:
            assert answer.read().decode().strip() == "ok"
        served.send_signal(signal.SIGTERM)
        assert served.wait(timeout=30) == 0
        assert "Traceback" not in served.stderr.read()
