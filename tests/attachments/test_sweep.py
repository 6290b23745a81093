"""Rows and bytes: what was rolled back or removed is swept away, what is lost is named."""

import os

import pytest

from tests.attachments import files
from tests.attachments.files import upload
from tests.attachments.test_store import WANG, store
from tracker import attachments
from tracker.attachments import jobs, queries
from tracker.db import db


@pytest.fixture
def folder(app):
    return app.config["TRACKER"].attachments_dir


def age(folder, clock):
    """Let the clock be where all files are a day and a bit old."""
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (clock.now().timestamp(), clock.now().timestamp()))
    clock.advance(hours=25)


def test_the_file_of_a_row_that_was_rolled_back_is_swept_a_day_later(app, clock, folder):
    (kept,) = store(clock, upload(files.picture(), "kept.png"))
    attachments.store([upload(b"a", "lost.txt")], subject=("issue", 1), by=WANG, at=clock.now())
    db.session.rollback()
    (folder / ".incoming-half").write_bytes(b"half")
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 3
    age(folder, clock)
    clock.advance(hours=-2)
    assert jobs.sweep(clock.now()) == 0
    clock.advance(hours=2)
    assert jobs.sweep(clock.now()) == 2
    assert jobs.sweep(clock.now()) == 0
    assert [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()] == [
        kept.stored_name
    ]


def test_the_bytes_of_a_removed_file_go_and_its_row_stays(app, clock, folder):
    (kept,) = store(clock, upload(b"a", "a.txt"))
    attachments.discard(kept, at=clock.now())
    db.session.commit()
    age(folder, clock)
    assert jobs.sweep(clock.now()) == 1
    assert list(db.session.scalars(queries.of("issue", 1))) == []
    assert kept.removed_at is not None


def test_sweeping_a_folder_that_was_never_made_is_harmless(app, clock):
    assert jobs.sweep(clock.now()) == 0


def test_a_row_whose_file_is_gone_or_cut_is_named(app, clock, folder):
    whole, gone, cut = store(clock, *(upload(b"text", f"{n}.txt") for n in range(3)))
    (folder / gone.stored_name).unlink()
    (folder / cut.stored_name).write_bytes(b"te")
    assert [one.id for one in queries.lost(folder)] == [gone.id, cut.id]
    assert whole.removed_at is None
