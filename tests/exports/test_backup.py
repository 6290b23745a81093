"""A backup comes back whole, also on the other engine, and sends nothing by itself."""

import gzip
import json
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from tests.factories.people import make_person, make_system, make_unit
from tracker import audit, index, schema
from tracker.accounts.actions import make_sign_in_link
from tracker.accounts.models import Person, SignInLink, Unit
from tracker.accounts.rules import SYSTEM
from tracker.db import db, writing
from tracker.errors import DomainError
from tracker.exports import backup as copies
from tracker.exports import keeping
from tracker.exports import restore as returns
from tracker.exports.dump import file_digest, layout_of
from tracker.followups import restoring
from tracker.issues import actions
from tracker.issues.models import Evidence, Issue


def silent(_steps):
    return lambda size: None


def make_case(at):
    """A report with evidence, people who refer to each other, a file."""
    boss = make_person("supervisor", name="陳主任")
    unit = make_unit(name="客服部", head_id=boss.id)
    person = make_person("reporter", unit_id=unit.id, deputy_id=boss.id)
    intake = actions.Intake(
        system=make_system(key="chat", functions=("查詢",)), description="引用了不存在的法規", impact="wrong_content",
        reporter=person, evidence={"input": "問", "seed": 3},
    )  # fmt: skip
    issue = actions.open_issue(fields=intake, by=SYSTEM, at=at)
    db.session.commit()
    return issue.number


def back_up(folder, config, at):
    made = copies.backup(folder, attachments=config.attachments_dir, at=at, progress=silent)
    db.session.rollback()
    return made


def restore(folder, config, at, **options):
    try:
        returns.restore(
            folder,
            attachments=config.attachments_dir,
            at=at,
            progress=silent,
            **{"replace": False, **options},
        )
    finally:
        db.session.commit()


@pytest.fixture
def stored(config):
    path = config.attachments_dir / "ab" / "abcdef"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"a file")
    return path


def change(folder, **facts):
    """Write other facts into the manifest of a backup."""
    path = folder / copies.MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | facts))


def emptied(config):
    """An installation as it is after its first start."""
    with db.engine.begin() as connection:
        returns._empty(connection, layout_of(connection))
    db.session.expire_all()


def test_everything_comes_back(app, config, clock, tmp_path, stored):
    number = make_case(clock.now())
    made = back_up(tmp_path / "copy", config, clock.now())
    emptied(config)
    stored.unlink()
    restore(tmp_path / "copy", config, clock.now())
    issue = db.session.scalars(select(Issue)).one()
    assert (issue.number, issue.system.functions[0].name) == (number, "查詢")
    assert db.session.get(Evidence, issue.id).more == {"seed": 3}
    unit = db.session.scalars(select(Unit)).one()
    assert db.session.get(Person, unit.head_id).name == "陳主任"
    assert issue.reporter.deputy_id == unit.head_id
    assert stored.read_bytes() == b"a file"
    assert list(audit.verify()) == []
    assert db.session.scalars(index.newest("不存在的法規", index.STAFF)).all() == [issue.id]
    assert {name: facts["rows"] for name, facts in made["tables"].items()}["person"] == 2


def test_new_rows_get_new_ids_after_a_restore(app, config, clock, tmp_path):
    make_case(clock.now())
    back_up(tmp_path / "copy", config, clock.now())
    restore(tmp_path / "copy", config, clock.now(), replace=True)
    ids = set(db.session.scalars(select(Person.id)))
    assert make_person().id not in ids


def test_a_restored_copy_holds_its_letters_until_told_since_when(app, config, clock, tmp_path):
    make_case(clock.now())
    back_up(tmp_path / "copy", config, clock.now())
    restore(tmp_path / "copy", config, clock.now(), replace=True)
    assert restoring.is_held()
    restoring.resume(clock.now(), clock.now())
    assert not restoring.is_held()


def test_what_is_there_is_not_overwritten_unless_asked(app, config, clock, tmp_path):
    make_case(clock.now())
    back_up(tmp_path / "copy", config, clock.now())
    with pytest.raises(DomainError, match="not empty"):
        restore(tmp_path / "copy", config, clock.now())


def test_a_damaged_backup_changes_nothing(app, config, clock, tmp_path, stored):
    make_case(clock.now())
    back_up(tmp_path / "copy", config, clock.now())
    (tmp_path / "copy" / "attachments" / "ab" / "abcdef").write_bytes(b"another")
    with pytest.raises(DomainError, match="damaged"):
        restore(tmp_path / "copy", config, clock.now(), replace=True)
    assert db.session.scalar(select(func.count(Issue.id))) == 1


def test_a_backup_that_names_files_outside_of_itself_is_refused(app, config, clock, tmp_path):
    make_case(clock.now())
    back_up(tmp_path / "copy", config, clock.now())
    path = tmp_path / "copy" / copies.MANIFEST
    manifest = json.loads(path.read_text())
    manifest["attachments"] = {"../../evil": {"size": 1, "sha256": ""}}
    path.write_text(json.dumps(manifest))
    with pytest.raises(DomainError, match="outside"):
        restore(tmp_path / "copy", config, clock.now(), replace=True)


def test_a_backup_that_leads_outside_of_itself_is_refused(app, config, clock, tmp_path, stored):
    make_case(clock.now())
    back_up(tmp_path / "copy", config, clock.now())
    inside = tmp_path / "copy" / "attachments" / "ab" / "abcdef"
    inside.rename(tmp_path / "secret")
    inside.symlink_to(tmp_path / "secret")
    with pytest.raises(DomainError, match="nothing was restored"):
        restore(tmp_path / "copy", config, clock.now(), replace=True)


def test_a_backup_never_writes_into_a_folder_in_use(app, config, clock, tmp_path):
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "mine").write_text("keep")
    with pytest.raises(DomainError, match="not empty"):
        back_up(tmp_path / "copy", config, clock.now())


def test_the_night_makes_one_backup_and_old_ones_go(app, config, clock):
    app.config["TRACKER"] = replace(config, backup_keep=1)
    clock.at("2026-11-23 03:00")
    assert keeping.is_due(clock.now())
    keeping.make(clock.now())
    assert not keeping.is_due(clock.now())
    assert keeping.last_backup() == clock.now()
    assert not keeping.is_due(clock.at("2026-11-24 02:00"))
    assert keeping.is_due(clock.at("2026-11-24 09:15"))
    newest = keeping.make(clock.now())
    assert keeping.backups() == [newest] and keeping.last_backup() == clock.now()


@pytest.mark.parametrize(
    "manifest",
    [
        b"[]", b'"x"', b'{"format": 1}', b'{"format": 1, "revision": "0001", "tables": [], "attachments": {}}',
        b'{"format": 1, "revision": "0001", "tables": {"person": 3}, "attachments": {}}',
        b'{"format": 1, "revision": "0001", "tables": {"../x": {"rows": 0, "sha256": ""}}, "attachments": {}}',
        b'{"format": 1, "revision": 7, "tables": {}, "attachments": {}}', b"\xff\xfe", b"[" * 100_000,
    ],
)  # fmt: skip
@pytest.mark.sqlite_only
def test_a_manifest_that_is_none_is_refused_in_one_line(app, config, clock, tmp_path, manifest):
    (tmp_path / copies.MANIFEST).write_bytes(manifest)
    with pytest.raises(DomainError):
        restore(tmp_path, config, clock.now(), replace=True)


def test_a_backup_of_a_later_version_is_refused_before_anything_is_touched(app, config, clock, tmp_path):
    make_case(clock.now())
    back_up(tmp_path / "copy", config, clock.now())
    change(tmp_path / "copy", revision="9999")
    with pytest.raises(DomainError, match="9999"):
        restore(tmp_path / "copy", config, clock.now(), replace=True)
    assert db.session.scalar(select(func.count(Issue.id))) == 1


@pytest.mark.sqlite_only
def test_a_restore_that_fails_half_way_leaves_what_was_there(make_app, config, clock, tmp_path, grounds):
    """An older backup with a row that no database takes: the schema has been made anew by then."""
    grounds("sqlite").database.copy(tmp_path / "here.sqlite3")
    here = make_app(database_url=f"sqlite:///{tmp_path}/here.sqlite3", data_dir=tmp_path / "here")
    with here.app_context():
        number = make_case(clock.now())
        back_up(tmp_path / "copy", config, clock.now())
        file = tmp_path / "copy" / "tables" / "person.jsonl.gz"
        file.write_bytes(gzip.compress(b'{"id": 1}\n'))
        tables = {"person": {"rows": 1, "sha256": file_digest(file)}}
        change(tmp_path / "copy", revision="0001", tables=tables)
        with pytest.raises(IntegrityError):
            restore(tmp_path / "copy", config, clock.now(), replace=True)
        assert schema.current() == schema.head()
        db.session.rollback()
        assert db.session.scalars(select(Issue.number)).all() == [number]
        assert len(db.session.scalars(index.newest(number, index.STAFF)).all()) == 1
        assert [one.name for one in db.session.scalars(select(Unit))] == ["客服部"]
        db.session.remove()


def test_a_restore_ends_every_session_and_link_of_the_time_before(
    app, config, clock, tmp_path, client, login
):
    make_case(clock.now())
    person = make_person("supervisor")
    make_sign_in_link(person, by=SYSTEM, at=clock.now())
    db.session.commit()
    assert login(client, person).get("/inbox").status_code == 200
    back_up(tmp_path / "copy", config, clock.now())
    restore(tmp_path / "copy", config, clock.now(), replace=True)
    assert client.get("/inbox").status_code == 303
    assert db.session.scalar(select(func.count(SignInLink.id))) == 0


@pytest.mark.sqlite_only
def test_a_backup_by_the_button_keeps_nobody_from_writing(app, client, login):
    login(client, make_person("admin"))
    free = []

    def look(_connection):
        if not writing.get():
            with closing(sqlite3.connect(app.config["SQLALCHEMY_DATABASE_URI"][10:], timeout=0)) as other:
                other.execute("BEGIN IMMEDIATE")
                free.append(True)

    event.listen(db.engine, "begin", look)
    try:
        assert client.post("/admin/backup").status_code == 303
    finally:
        event.remove(db.engine, "begin", look)
    assert free
