"""Without any one of its guards the engine fails a test: none of them is there for show."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.drills.mutants import MUTANTS

ROOT = Path(__file__).resolve().parent.parent.parent
COPIED = ("tracker", "migrations")


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_the_guard_stands_where_the_drill_takes_it_away(mutant):
    assert (ROOT / mutant.file).read_text("utf-8").count(mutant.old) == 1
    assert mutant.new != mutant.old
    file, _sep, name = mutant.tests.partition("::")
    assert f"def {name}" in (ROOT / file).read_text("utf-8")


@pytest.fixture(scope="session")
def copy(tmp_path_factory):
    """The house with rooms and migrations of its own, all else shared."""
    folder = tmp_path_factory.mktemp("mutants")
    for path in ROOT.iterdir():
        if path.name in COPIED:
            shutil.copytree(path, folder / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        elif not path.name.startswith("."):
            (folder / path.name).symlink_to(path)
    return folder


@pytest.mark.drill
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_without_this_guard_a_test_fails(mutant, copy):
    path = copy / mutant.file
    whole = path.read_text("utf-8")
    path.write_text(whole.replace(mutant.old, mutant.new), "utf-8")
    command = [
        "-m",
        "pytest",
        "-q",
        "-x",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(copy),
        mutant.tests,
    ]
    try:
        done = subprocess.run(
            [sys.executable, *command], cwd=copy, env=os.environ | {"PYTHONPATH": str(copy)}, capture_output=True,
            text=True, check=False, timeout=300,
        )  # fmt: skip
    finally:
        path.write_text(whole, "utf-8")
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    sys.stdout.write(f"\nwithout “{mutant.name}”: {failed[:1] or 'NOTHING FAILED'}")
    assert done.returncode == 1, done.stdout[-2000:] + done.stderr[-2000:]
    assert failed
