"""The nightly backup, and the files that people asked for."""

import logging
from datetime import datetime
from functools import partial

from flask_babel import force_locale

from tracker import clock
from tracker.accounts import queries as people
from tracker.accounts.models import Person
from tracker.db import db, writing
from tracker.errors import DomainError
from tracker.exports import bundles, keeping
from tracker.exports.models import Bundle
from tracker.exports.saying import Tell
from tracker.web import dates

log = logging.getLogger(__name__)


def nightly_backup(now: datetime) -> None:
    """Back up once a night, unless the organisation switched it off; safe to call as often as one likes."""
    wanted = people.organisation().nightly_backup
    db.session.rollback()
    if wanted and keeping.is_due(now):
        keeping.make(now)


def make_bundles(now: datetime) -> int:
    """Delete old ZIPs, make those that wait; answers how many were made.  Safe to run twice and on several nodes."""
    old = bundles.forget(now)
    db.session.commit()
    for path in old:
        path.unlink(missing_ok=True)
    made = 0
    while (bundle := bundles.claim(now)) is not None:
        bundle_id = bundle.id
        db.session.commit()
        made += _make(bundle_id, now)
    db.session.rollback()
    return made


def _make(bundle_id: int, now: datetime) -> bool:
    """Make one ZIP, record by record; what goes wrong stands on its page."""
    try:
        return _fill(bundle_id, now)
    except Exception as error:
        db.session.rollback()
        log.exception("the ZIP %s was not made", bundle_id)
        why = error.text if isinstance(error, DomainError) else ""
        bundles.fail(db.session.get_one(Bundle, bundle_id), why, now)
        db.session.commit()
        return False


def _fill(bundle_id: int, now: datetime) -> bool:
    bundle = db.session.get_one(Bundle, bundle_id)
    path, numbers, person_id = bundles.path_of(bundle), list(bundle.numbers), bundle.person_id
    years, locale = bundle.years, bundle.locale
    db.session.rollback()
    tell = Tell(
        partial(dates.datetime_words, era=years),
        partial(dates.date_words, era=years),
        partial(dates.month_words, era=years),
    )
    with force_locale(locale), bundles.archive(path) as archive:
        for number in numbers:
            files = _read(number, person_id, tell, now)
            archive.add(number, files)
            wanted = bundles.step(bundle_id, number, there=bool(files), now=max(now, clock.now()))
            db.session.commit()
            if not wanted:
                return False
    with force_locale(locale):
        bundles.finish(db.session.get_one(Bundle, bundle_id), path.stat().st_size, now)
    db.session.commit()
    return True


def _read(number: str, person_id: int, tell: Tell, now: datetime) -> dict[str, bytes]:
    """One record's files, read without keeping others from writing meanwhile."""
    token = writing.set(False)
    try:
        return bundles.files_of(number, db.session.get_one(Person, person_id), tell, now)
    finally:
        db.session.rollback()
        writing.reset(token)
