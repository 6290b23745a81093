"""`tracker doctor`: is this installation as it should be?"""

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

import click
from flask_babel import force_locale
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from tracker import addresses, audit, clock, schema
from tracker.accounts import queries as people
from tracker.attachments import queries as attached
from tracker.audit.models import Entry
from tracker.cli.ground import config, with_app
from tracker.db import BUSY_MS, db
from tracker.exports import keeping
from tracker.followups import invariants, restoring
from tracker.followups import queries as followups
from tracker.outbox.models import Letter
from tracker.policies import queries as policies

OK, WARN, FAIL = "ok", "warn", "fail"
# The WAL-reset fault of SQLite 3.7.0 to 3.51.2 and where it was mended (sqlite.org/wal.html#walresetbug).
MENDED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": BUSY_MS}
GUESSABLE = ("secret", "changeme", "change-me", "dev", "development", "test", "password")
LEAST_FREE = 200 << 20
OLD = timedelta(hours=36)
TRAIL_CHECKED = 20_000
LOST_NAMED = 20
MOST_TRUSTED = 256


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's."""

    verdict: str
    what: str
    says: str


Check = Callable[[], Iterator[Finding]]


@click.command("doctor")
@with_app(reading=True, migrated=False)
def doctor_() -> None:
    """Check database, files, secrets, mail, backups, disk, trail and scheduler, a line each; exit 1 if one fails.

    \b
    Example:
      tracker doctor
    """
    failed = False
    for check in CHECKS:
        try:
            for one in check():
                failed = failed or one.verdict == FAIL
                print(f"{one.verdict:4}  {one.what}: {one.says}")
        except (SQLAlchemyError, OSError) as error:
            failed = True
            print(f"{FAIL:4}  {check.__name__.strip('_')}: {str(error).splitlines()[0]}")
            db.session.rollback()
    if failed:
        click.get_current_context().exit(1)


def _database() -> Iterator[Finding]:
    if not config().embedded:
        version = db.session.scalar(text("SHOW server_version"))
        yield Finding(OK, "database", f"PostgreSQL {version}")
        return
    version = sqlite3.sqlite_version
    if is_mended(sqlite3.sqlite_version_info):
        yield Finding(OK, "database", f"SQLite {version}")
    else:
        yield Finding(
            WARN,
            "database",
            f"SQLite {version} has the WAL-reset fault (mended in 3.51.3): serve with one process only "
            "and keep the backups, or use PostgreSQL",
        )
    for name, wanted in PRAGMAS.items():
        found = db.session.scalar(text(f"PRAGMA {name}"))
        yield Finding(OK if found == wanted else FAIL, f"pragma {name}", str(found))
    sound = db.session.scalar(text("PRAGMA quick_check(1)"))
    yield Finding(OK if sound == "ok" else FAIL, "integrity", str(sound))


def is_mended(version: tuple[int, ...]) -> bool:
    """Whether this SQLite lacks the WAL-reset fault, by its own line of releases or by being newer than all."""
    return version >= MENDED[0] or any(version[:2] == one[:2] and version >= one for one in MENDED)


def _migrations() -> Iterator[Finding]:
    current, head = schema.current(), schema.head()
    says = (
        current
        if current == head
        else f"at {current or 'nothing'}, the program at {head}: tracker db upgrade"
    )
    yield Finding(OK if current == head else FAIL, "migrations", says)


def _files() -> Iterator[Finding]:
    folder = config().data_dir
    for name in ("tracker.sqlite3", "secret_key"):
        path = folder / name
        if path.exists():
            mode = stat.S_IMODE(path.stat().st_mode)
            closed = not mode & stat.S_IRWXO
            yield Finding(
                OK if closed else FAIL,
                name,
                f"mode {mode:04o}" + ("" if closed else f", others can read it: chmod o-rwx {path}"),
            )
    yield Finding(OK if os.access(folder, os.W_OK) else FAIL, "data directory", str(folder))
    free = shutil.disk_usage(folder).free
    yield Finding(OK if free > LEAST_FREE else FAIL, "disk", f"{free >> 20} MiB free")


def _secrets() -> Iterator[Finding]:
    key = config().secret_key
    weak = bool(key) and (len(key) < 16 or key.lower() in GUESSABLE)
    says = (
        "too short or guessable: make 32 random bytes"
        if weak
        else "given"
        if key
        else "made by this installation"
    )
    yield Finding(FAIL if weak else OK, "secret key", says)


def _addresses() -> Iterator[Finding]:
    yield _address(config().base_url, addresses.settled())
    if config().smtp_url:
        yield Finding(OK, "mail", f"by a mail server, from {config().mail_from}")
    else:
        yield Finding(
            WARN,
            "mail",
            "no TRACKER_SMTP_URL: people are reached by start page, bell and the printable day's list",
        )


def _address(given: str, settled: str) -> Finding:
    """An address that nobody settled is learnt from requests: good for the page that answers, never for a letter."""
    if not settled:
        says = "not settled: letters carry no link (set TRACKER_BASE_URL, or confirm it under Organisation)"
        return Finding(WARN, "address", says)
    if settled.startswith("https://"):
        if given:
            return Finding(OK, "address", settled)
        says = f"{settled}: cookies are not marked secure; say it in TRACKER_BASE_URL as well"
        return Finding(WARN, "address", says)
    return Finding(
        WARN, "address", f"{settled}: plain http is for an office's own network only (TRACKER_BASE_URL)"
    )


def _proxies() -> Iterator[Finding]:
    """Sign-in limits count by network address: behind a proxy nobody knows of, all visitors have the same one."""
    trusted = config().trusted_proxies
    for one in trusted:
        if one.num_addresses > MOST_TRUSTED and not one.is_private:
            says = f"{one} trusts {one.num_addresses} addresses to say who calls: name your proxies alone"
            yield Finding(WARN, "proxy", says)
    if trusted:
        names = ", ".join(str(one) for one in trusted)
        yield Finding(OK, "proxy", f"{names} may say who calls; nobody else is believed")
    elif addresses.settled().startswith("https://"):
        says = (
            "https is answered by a proxy in front, and every visitor counts as that one address: the limits on "
            "sign-in and guests then hit all at once (set TRACKER_TRUSTED_PROXIES to the proxy's address)"
        )
        yield Finding(WARN, "proxy", says)
    else:
        yield Finding(OK, "proxy", "none: whoever connects is the caller")


def _letters() -> Iterator[Finding]:
    dead = db.session.scalar(select(func.count()).where(Letter.state == "dead")) or 0
    waiting = db.session.scalar(select(func.count()).where(Letter.state.in_(("pending", "deferred")))) or 0
    verdict = WARN if dead else OK
    yield Finding(verdict, "letters", f"{waiting} waiting, {dead} could not be delivered")
    if restoring.is_held():
        yield Finding(WARN, "restored copy", "letters and chases are held: tracker resume --since INSTANT")


def _attachments() -> Iterator[Finding]:
    lost = list(islice(attached.lost(config().attachments_dir), LOST_NAMED))
    for one in lost:
        yield Finding(FAIL, f"attachment {one.id}", f"the file {one.stored_name} is gone or cut short")
    if not lost:
        yield Finding(OK, "attachments", "every file is there")


def _backups() -> Iterator[Finding]:
    last, wanted = keeping.last_backup(), people.organisation().nightly_backup
    if last is None:
        yield Finding(WARN, "backup", "none yet" + ("" if wanted else ", and the nightly backup is off"))
        return
    old = clock.now() - last > OLD
    yield Finding(WARN if old else OK, "backup", f"last {last.astimezone(config().zone):%Y-%m-%d %H:%M}")


def _trail() -> Iterator[Finding]:
    total = db.session.scalar(select(func.count(Entry.id))) or 0
    broken = list(islice(audit.verify(), 1)) if total <= TRAIL_CHECKED else []
    says = (
        broken[0]
        if broken
        else f"{total} entries"
        + ("" if total <= TRAIL_CHECKED else "; check them all with tracker audit verify")
    )
    yield Finding(FAIL if broken else OK, "audit trail", says)


def _scheduler() -> Iterator[Finding]:
    last = followups.last_tick()
    if last is None:
        yield Finding(WARN, "scheduler", "has not run yet")
        return
    age = int((clock.now() - last).total_seconds())
    yield Finding(OK if age < 60 else WARN, "scheduler", f"last tick {age} s ago")


def _chasing() -> Iterator[Finding]:
    broken = invariants.broken(clock.now())
    with force_locale("en"):
        for breach in broken:
            yield Finding(FAIL, "chasing", str(breach))
    if not broken:
        yield Finding(OK, "chasing", "every promise of the chase engine holds")


def _policies() -> Iterator[Finding]:
    broken = policies.broken()
    for ref, why in broken:
        says = f"cannot be used ({why}); its cases go by the shipped normal one: activate another at /admin/chase"
        yield Finding(FAIL, f"chase policy {ref}", says)
    if not broken:
        yield Finding(OK, "chase policy", f"{policies.in_force()} is in force")


def _administrator() -> Iterator[Finding]:
    found = people.has_administrator()
    yield Finding(
        OK if found else WARN,
        "administrator",
        "there is one" if found else "none yet: tracker serve prints the link",
    )


CHECKS: tuple[Check, ...] = (
    _database, _migrations, _files, _secrets, _addresses, _proxies, _administrator, _letters, _attachments, _backups,
    _trail, _scheduler, _chasing, _policies,
)  # fmt: skip
