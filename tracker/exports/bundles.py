"""A ZIP of many records: asked for on the register, made by the scheduler, kept for a day."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import and_, or_, select

from tracker import audit, outbox
from tracker.accounts import queries as people
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.config import Config
from tracker.db import claimed, db
from tracker.errors import DomainError, NotAllowed
from tracker.exports.cells import cell
from tracker.exports.formats import FORMATS, Wanted
from tracker.exports.models import CANCELLED, DONE, FAILED, GONE, WAITING, WORKING, Bundle
from tracker.exports.record_csv import BOM
from tracker.exports.saying import Tell
from tracker.records import queries as records
from tracker.records.models import Record
from tracker.records.whole import Whole

MOST = 500
KEPT = timedelta(days=1)
LEASE = timedelta(minutes=2)
INSIDE = ("pdf", "json")
INDEX = ("number", "file", "sha256")


def folder() -> Path:
    config: Config = current_app.config["TRACKER"]
    return config.data_dir / "bundles"


def path_of(bundle: Bundle) -> Path:
    return folder() / f"{bundle.id}.zip"


def ask(numbers: Sequence[str], *, by: Actor, at: datetime, locale: str, years: str) -> Bundle:
    """Ask for a ZIP of these records; who asks twice while one is being made gets that one."""
    if by.person_id is None:
        raise NotAllowed()
    if not numbers:
        raise DomainError(_("No record matches."))
    if len(numbers) > MOST:
        raise DomainError(
            _("These are more than %(most)s records, too many for one ZIP. Filter by year, system or state.", most=MOST)
        )  # fmt: skip
    mine = select(Bundle).where(Bundle.person_id == by.person_id, Bundle.stage.in_((WAITING, WORKING)))
    for one in db.session.scalars(mine.order_by(Bundle.id)):
        if one.numbers == list(numbers):
            return one
    made = Bundle(
        person_id=by.person_id, numbers=list(numbers), left_out=[], locale=locale, years=years, stage=WAITING,
        done=0, size=0, error="", asked_at=at,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    audit.record("bundle.ask", made, by=by, at=at, after={"n": len(numbers)})
    return made


def claim(now: datetime) -> Bundle | None:
    """Take one that waits, or that a node which died left behind; none when there is nothing to do."""
    free = or_(Bundle.stage == WAITING, and_(Bundle.stage == WORKING, Bundle.lease_until < now))
    return claimed(Bundle, free, stage=WORKING, lease_until=now + LEASE, done=0, left_out=[])


def files_of(number: str, person: Person, tell: Tell, at: datetime) -> dict[str, bytes]:
    """The files of one record as this person may have them now; empty when they may see it no longer."""
    actor = people.actor_of(person, at=at)
    found = db.session.scalars(records.by_number(actor, number)).one_or_none()
    if found is None:
        return {}
    wanted = Wanted(Whole(found), actor, tell, at)
    return {f"{number}.{form}": FORMATS[form].make(wanted) for form in INSIDE}


def step(bundle_id: int, number: str, *, there: bool, now: datetime) -> bool:
    """Write down that one more record is in the ZIP, or was left out; False when the ZIP is no longer wanted."""
    bundle = db.session.get_one(Bundle, bundle_id, populate_existing=True)
    if bundle.stage != WORKING:
        return False
    bundle.done, bundle.lease_until = bundle.done + 1, now + LEASE
    if not there:
        bundle.left_out = [*bundle.left_out, number]
        return True
    by = people.actor_of(bundle.person, at=now)
    record = db.session.scalars(records.visible(by).where(Record.number == number)).one()
    audit.record("record.export", record, by=by, at=now, after={"format": "zip"})
    return True


def finish(bundle: Bundle, size: int, now: datetime) -> None:
    """The file is there: ring for who asked."""
    bundle.stage, bundle.size, bundle.ended_at = DONE, size, now
    count = len(bundle.numbers) - len(bundle.left_out)
    outbox.post(
        channel="bell", kind="bundle.done", key=("bundle.done", bundle.id), subject=(Bundle.kind_name, bundle.id),
        subject_line=ngettext("The ZIP of %(num)s record is ready", "The ZIP of %(num)s records is ready", count),
        body_text=_("It can be downloaded for one day."), person_id=bundle.person_id, locale=bundle.locale,
        link=f"/jobs/{bundle.id}", at=now,
    )  # fmt: skip


def fail(bundle: Bundle, why: str, now: datetime) -> None:
    bundle.stage, bundle.error, bundle.ended_at = FAILED, why, now


def cancel(bundle: Bundle, now: datetime) -> None:
    """Stop what is under way; one that has ended stays as it is."""
    if bundle.is_under_way:
        bundle.stage, bundle.ended_at = CANCELLED, now


def forget(now: datetime) -> list[Path]:
    """The files to delete, a day after they were made."""
    old = select(Bundle).where(Bundle.stage.in_((DONE, FAILED, CANCELLED)), Bundle.ended_at < now - KEPT)
    found = db.session.scalars(old).all()
    for one in found:
        one.stage = GONE
    return [path_of(one) for one in found]


class Archive:
    """The ZIP while it is written: files, and at the end an index of them with their SHA-256."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self._index: list[tuple[str, str, str]] = []

    def add(self, number: str, files: dict[str, bytes]) -> None:
        for name, content in files.items():
            self._file.writestr(name, content)
            self._index.append((number, name, hashlib.sha256(content).hexdigest()))

    def close(self) -> None:
        out = io.StringIO()
        csv.writer(out).writerows([INDEX, *([cell(one) for one in line] for line in self._index)])
        self._file.writestr("index.csv", BOM + out.getvalue())


@contextmanager
def archive(path: Path) -> Iterator[Archive]:
    """A ZIP that stands under its name only when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_suffix(".part")
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as file:
            made = Archive(file)
            yield made
            made.close()
        unfinished.chmod(0o600)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
