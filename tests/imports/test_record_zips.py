"""Records with the bytes of their files, out as a ZIP and back into an empty installation."""

import hashlib
import io
import json
import struct
import tracemalloc
import zipfile

import pytest
from sqlalchemy import select

from tests.attachments import files, sounds
from tests.attachments.files import upload
from tests.factories.people import actor_of, make_person
from tests.factories.records import make_cast, make_record
from tests.imports import test_record_files
from tests.imports.test_record_files import exported
from tracker import attachments, clock
from tracker.attachments import queries as attached
from tracker.attachments.models import Attachment
from tracker.db import db
from tracker.exports import record_zip
from tracker.imports import record_bytes, record_writing
from tracker.imports.rows import BadRow
from tracker.issues import parties
from tracker.issues.models import Issue
from tracker.records.models import Record

empty = test_record_files.empty


def made(*, masked=False):
    """A closed record with a picture, a recording, and a text that a masked copy stands for."""
    record, cast = make_record(make_cast(), state="closed")
    by, at = actor_of(cast.supervisor), clock.now()
    issue = ("issue", record.primary_issue_id)
    attachments.store([upload(files.picture(), "畫面.png")], subject=issue, by=by, at=at)
    (call,) = attachments.store(
        [upload(sounds.wav(), "通話.wav")], subject=("record", record.id), by=by, at=at
    )
    call.transcript = "系統答錯了。"
    (text,) = attachments.store([upload("王小明".encode(), "名單.txt")], subject=issue, by=by, at=at)
    if masked:
        attachments.store_masked(text, upload("○○○".encode(), "名單.txt"), by=by, at=at)
    db.session.commit()
    return record, cast


def written(tmp_path, *, sealed=False):
    path = tmp_path / "records.zip"
    record_zip.write(path, lambda size: None, sealed=sealed)
    return path


def brought(path, *, keep=True):
    report = record_writing.Report()
    with record_bytes.opened(path, keep=keep) as (found, came):
        for report in record_writing.write(found, clock.now(), came):  # noqa: B007
            db.session.commit()
    db.session.expire_all()
    return report


def bytes_of(app):
    folder = app.config["TRACKER"].attachments_dir
    rows = db.session.scalars(select(Attachment).order_by(Attachment.id)).all()
    return [
        (one.filename, (folder / one.stored_name).read_bytes(), one.media_type, one.sealed) for one in rows
    ]


def changed(path, change):
    """The ZIP with what `change` makes of each entry; None leaves it out."""
    with zipfile.ZipFile(path) as old:
        entries = {one.filename: old.read(one) for one in old.infolist()}
    with zipfile.ZipFile(path, "w") as new:
        for name, content in entries.items():
            after = change(name, content)
            if after is not None:
                new.writestr(name, after)
    return path


def test_files_come_back_byte_for_byte_and_the_export_is_the_same(app, empty, tmp_path):
    made(masked=True)
    before, there = exported(), bytes_of(app)
    path = written(tmp_path)
    empty()
    report = brought(path)
    assert (report.added, report.bad, report.notes) == (1, [], [])
    assert exported() == before and len(there) == 4
    assert sorted(bytes_of(app)) == sorted(there)
    original = db.session.scalars(select(Attachment).where(Attachment.masked_of_id.is_not(None))).one()
    assert db.session.get_one(Attachment, original.masked_of_id).sealed
    assert list(attached.lost(app.config["TRACKER"].attachments_dir)) == []
    assert brought(path).known == 1


def test_of_a_sealed_case_the_files_go_along_only_when_that_was_asked_for(app, empty, tmp_path):
    record, _cast = made()
    parties.seal(record.primary_issue, at=clock.now())
    db.session.commit()
    with zipfile.ZipFile(written(tmp_path)) as archive:
        assert archive.namelist() == ["records.jsonl"]
    before, path = exported(evidence=True), written(tmp_path, sealed=True)
    empty()
    assert brought(path).notes == [] and exported(evidence=True) == before
    assert len(bytes_of(app)) == 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda name, content: content + b"x" if name.startswith("files/") else content, "is not what its digest says"),
        (lambda name, content: b"" if name.startswith("files/") else content, "is not what its digest says"),
        (lambda name, content: content.replace(b'"sha256": "', b'"sha256": "../') if "json" in name else content,
         "a file has no SHA-256"),
        (lambda name, content: None if "json" in name else content, "no JSON in the ZIP"),
    ],
)  # fmt: skip
def test_a_broken_digest_is_named_and_nothing_is_half_done(app, empty, tmp_path, change, said):
    made()
    path = changed(written(tmp_path), change)
    empty()
    folder = app.config["TRACKER"].attachments_dir
    before = {one for one in folder.rglob("*") if one.is_file()}
    report = brought(path)
    assert report.added == 0 and len(report.bad) == 1 and said in report.bad[0]
    assert not any(db.session.scalars(select(kind.id)).all() for kind in (Issue, Record, Attachment))
    assert {one for one in folder.rglob("*") if one.is_file()} == before


def test_a_damaged_entry_and_a_kind_that_is_not_taken_are_named(app, empty, tmp_path):
    made()
    path = written(tmp_path)
    (line,) = exported()
    script = b"<html><script>alert(1)</script>"
    digest = hashlib.sha256(script).hexdigest()
    old = line["attachments"][0]["sha256"]
    text = json.dumps(line).replace(old, digest)
    damaged = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo(f"files/{old}")
    damaged[entry.header_offset + 120] ^= 0xFF
    empty()
    path.write_bytes(damaged)
    assert "damaged in the ZIP" in brought(path).bad[0]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one.json", text)
        archive.writestr(f"files/{digest}", script)
    assert "畫面.png" in brought(path).bad[0]
    assert db.session.scalars(select(Attachment.id)).all() == []


class Closed(zipfile.ZipFile):
    """A ZIP that tells what is in it and lets nothing out."""

    def open(self, *given, **more):
        raise AssertionError("was unpacked")


def test_a_file_over_the_limit_is_refused_before_it_is_unpacked(app, tmp_path):
    path, sha256 = tmp_path / "records.zip", "0" * 64
    most = app.config["TRACKER"].upload_max_mib * record_bytes.MIB
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"files/{sha256}", bytes(most + 1))
    with Closed(path) as archive, pytest.raises(BadRow, match=r"畫面\.png is over 10 MiB"):
        record_bytes.Files(archive).check({"attachments": [{"name": "畫面.png", "sha256": sha256}]})


def understated(path, name, size):
    """The ZIP whose list says that this entry is no longer than that, whatever comes out of it."""
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo(name)
    content = path.read_bytes()
    assert content.count(struct.pack("<L", entry.file_size)) == 2
    path.write_bytes(content.replace(struct.pack("<L", entry.file_size), struct.pack("<L", size)))
    return path


def test_an_entry_that_holds_more_than_it_says_is_read_no_further(app, tmp_path):
    """A kibibyte by its own word, a hundred mebibytes in truth."""
    content = bytes(100 * record_bytes.MIB + 7)
    for name in ("records.jsonl", f"files/{hashlib.sha256(content).hexdigest()}"):
        path = tmp_path / "records.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        understated(path, name, 1024)
        tracemalloc.start()
        with record_bytes.opened(path) as (found, came):
            if name == "records.jsonl":
                ((_line, told),) = found
                assert "damaged" in str(told)
            else:
                with pytest.raises(BadRow, match="damaged"):
                    came.check({"attachments": [{"name": "畫面.png", "sha256": name.removeprefix("files/")}]})
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 4 * record_bytes.MIB


def test_no_name_of_a_zip_becomes_one_on_the_disk_and_a_zip_in_it_stays_closed(app, empty, tmp_path):
    made()
    path, (line,) = written(tmp_path), exported()
    empty()
    folder = app.config["TRACKER"].attachments_dir
    with zipfile.ZipFile(tmp_path / "inner.zip", "w") as inner:
        inner.writestr("records.json", json.dumps(line))
    there = {one for one in tmp_path.parent.rglob("*")}
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(tmp_path / "inner.zip", "inner.zip")
    assert "no JSON in the ZIP" in brought(path).bad[0]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../evil.json", json.dumps(line))
        for one in line["attachments"]:
            archive.writestr(f"files/../../../{one['sha256']}", b"x")
            archive.writestr(f"/{one['sha256']}", b"x")
    report = brought(path)
    assert report.added == 1 and "not in the ZIP" in report.notes[0]
    assert {one for one in tmp_path.parent.rglob("*")} == there and not list(folder.rglob("*x*"))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.write_bytes(path.read_bytes().replace(b"PK\x01\x02", b"PK\x01\x03")), "the ZIP is damaged"),
        (lambda path: zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2).writestr("a.json", "{}"), "is not read"),
    ],
)  # fmt: skip
def test_a_zip_that_cannot_be_read_is_named(app, tmp_path, spoil, said):
    path = tmp_path / "records.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("records.jsonl", "{}")
    spoil(path)
    with record_bytes.opened(path) as (found, _came):
        ((_line, told),) = found
    assert said in str(told)


def test_what_is_missing_is_noted_and_a_trial_keeps_nothing(app, empty, tmp_path):
    made()
    path = written(tmp_path)
    empty()
    folder = app.config["TRACKER"].attachments_dir
    before = {one for one in folder.rglob("*") if one.is_file()}
    with record_bytes.opened(path, keep=False) as (found, came):
        assert [one.added for one in record_writing.write(found, clock.now(), came)][-1] == 1
    db.session.rollback()
    assert {one for one in folder.rglob("*") if one.is_file()} == before
    changed(path, lambda name, content: None if name.startswith("files/") else content)
    assert "3 of its files are not in the ZIP" in brought(path).notes[0]


def test_a_page_and_a_call_give_one_record_with_its_files(client, login, app):
    record, cast = made(masked=True)
    number = record.number
    found = login(client, cast.supervisor).get(f"/records/{number}/export?format=zip")
    assert found.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(found.data)) as archive:
        digests = {name.removeprefix("files/") for name in archive.namelist() if name.startswith("files/")}
        facts = json.loads(archive.read(f"{number}.json"))
        assert all(hashlib.sha256(archive.read(f"files/{one}")).hexdigest() == one for one in digests)
    original = next(one["masked_of"] for one in facts["files"] if one["masked_of"])
    assert original not in digests and len(digests) == 3
    auditor = login(client, make_person("auditor")).get(f"/records/{number}/export?format=zip")
    with zipfile.ZipFile(io.BytesIO(auditor.data)) as archive:
        assert archive.namelist() == [f"{number}.json"]
    record = db.session.scalars(select(Record)).one()
    parties.seal(record.primary_issue, at=clock.now())
    db.session.commit()
    sealed = login(client, cast.supervisor).get(f"/records/{number}/export?format=zip")
    assert zipfile.ZipFile(io.BytesIO(sealed.data)).namelist() == [f"{number}.json"]
    whole = login(client, cast.supervisor).get(f"/records/{number}/export?format=zip&evidence=1")
    assert len(zipfile.ZipFile(io.BytesIO(whole.data)).namelist()) == 4
