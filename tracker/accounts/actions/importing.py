"""People from a CSV file: a row adds a person or completes one; a bad row is named and skipped."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from sqlalchemy import select

from tracker.accounts import queries
from tracker.accounts.actions.people import create_person, save_person
from tracker.accounts.actions.roles import grant
from tracker.accounts.actions.settings import create_unit
from tracker.accounts.models import PeopleImport, Person, Unit
from tracker.accounts.people_file import Row, rows
from tracker.accounts.rules import Actor
from tracker.db import db

PROBLEMS_MOST = 500
# The row came in, but without the deputy that it names.
ALONE = "alone"
ADDED, CHANGED, SAME, BAD = "added", "changed", "same", "bad"


@dataclass(frozen=True)
class Outcome:
    """What became of one row; `problems` as in `people_file.Row`."""

    line: int
    what: str
    name: str
    problems: tuple[tuple[str, str], ...] = ()


@dataclass
class Known:
    """Who and what is there already, looked up once a file instead of once a row."""

    people: dict[tuple[str, str], int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)

    @classmethod
    def now(cls) -> "Known":
        """As the database stands; people without an address are known by name."""
        found = cls(units={name: unit_id for unit_id, name in db.session.execute(select(Unit.id, Unit.name))})
        for person_id, email, name in db.session.execute(select(Person.id, Person.email, Person.name)):
            found.people[("email", email) if email else ("name", name)] = person_id
        return found

    def person_of(self, row: Row) -> int | None:
        """The person this row speaks of."""
        return self.people.get(("email", row.email) if row.email else ("name", row.name))


def check_people(text: str) -> Iterator[Outcome]:
    """What importing would do, row by row; changes nothing.  Raises Unreadable."""
    known = Known.now()
    for row in rows(text):
        what = BAD if row.problems else ADDED if known.person_of(row) is None else CHANGED
        yield Outcome(row.line, what, row.name, row.problems)


def new_units(text: str) -> list[str]:
    """The units that importing would add, in order."""
    known = Known.now()
    wanted = dict.fromkeys(row.unit for row in rows(text) if row.unit and not row.problems)
    return [name for name in wanted if name not in known.units]


def import_people(text: str, *, after_line: int = 0, by: Actor, at: datetime) -> Iterator[Outcome]:
    """Take the rows in one by one; the door commits when it likes and may go on later after the last line it saw."""
    known = Known.now()
    for row in rows(text):
        if row.line > after_line:
            yield _take_in(row, known, by=by, at=at)


def link_deputies(text: str, *, by: Actor, at: datetime) -> Iterator[Outcome]:
    """Once all people are there: who stands in for whom.  A deputy is named by address or by name."""
    by_word = _by_word()
    known = Known.now()
    for row in rows(text):
        if row.deputy and not row.problems:
            own, deputy = known.person_of(row), by_word.get(row.deputy) or by_word.get(row.deputy.lower())
            able = deputy and queries.may_stand_in(db.session.get_one(Person, deputy), at)
            if own is None or not able or own == deputy:
                yield Outcome(row.line, BAD, row.name, ((ALONE, row.deputy),))
            else:
                save_person(db.session.get_one(Person, own), {"deputy_id": deputy}, by=by, at=at)


def without_deputy(text: str) -> list[Outcome]:
    """Who would come in without the deputy that their row names: nobody who can sign in is called so, here or there."""
    good = [row for row in rows(text) if not row.problems]
    names = _by_word().keys() | {word for row in good if row.email for word in (row.email, row.name)}
    return [
        Outcome(row.line, BAD, row.name, ((ALONE, row.deputy),))
        for row in good
        if row.deputy and not {row.deputy, row.deputy.lower()} & names - {row.name, row.email}
    ]


def _by_word() -> dict[str, int]:
    """Everybody with an account by address and, where it is the first of its kind, by name."""
    found: dict[str, int] = {}
    asked = select(Person.id, Person.name, Person.email).where(Person.active, Person.email.is_not(None))
    for person in db.session.execute(asked):
        found.setdefault(person.name, person.id)
        found[str(person.email)] = person.id
    return found


def carry_on(job: PeopleImport, *, rows_most: int, by: Actor, at: datetime) -> None:
    """Take in the next rows of a file; the last of them also links the deputies and ends the import."""
    done = list(islice(import_people(job.text, after_line=job.line, by=by, at=at), rows_most))
    _note(job, done)
    if len(done) < rows_most:
        _note(job, link_deputies(job.text, by=by, at=at), deputies=True)
        job.finished_at = at


def _note(job: PeopleImport, outcomes: Iterable[Outcome], *, deputies: bool = False) -> None:
    problems = list(job.problems)
    for one in outcomes:
        if not deputies:
            job.line = one.line
            job.added += one.what == ADDED
            job.changed += one.what == CHANGED
        if one.problems and len(problems) < PROBLEMS_MOST:
            problems.append([one.line, one.name, [list(problem) for problem in one.problems]])
    job.problems = problems


def _take_in(row: Row, known: Known, *, by: Actor, at: datetime) -> Outcome:
    if row.problems:
        return Outcome(row.line, BAD, row.name, row.problems)
    unit_id = _unit(row, known, by=by, at=at)
    person_id = known.person_of(row)
    if person_id is None:
        person = create_person(
            name=row.name, email=row.email, phone=row.phone, unit_id=unit_id, roles=row.roles, by=by, at=at
        )
        known.people[("email", row.email) if row.email else ("name", row.name)] = person.id
        return Outcome(row.line, ADDED, row.name)
    return Outcome(row.line, CHANGED if _complete(person_id, row, unit_id, by=by, at=at) else SAME, row.name)


def _complete(person_id: int, row: Row, unit_id: int | None, *, by: Actor, at: datetime) -> bool:
    """What the row leaves out stays; a role is added, never taken."""
    person = db.session.get_one(Person, person_id)
    given = {"name": row.name, "phone": row.phone, "unit_id": unit_id}
    changed = save_person(person, {key: value for key, value in given.items() if value}, by=by, at=at)
    everywhere = {one.role for one in person.roles if one.unit_id is None and one.system_id is None}
    for role in row.roles:
        if role not in everywhere:
            grant(person, role, by=by, at=at)
            changed = True
    return changed


def _unit(row: Row, known: Known, *, by: Actor, at: datetime) -> int | None:
    if not row.unit:
        return None
    if row.unit not in known.units:
        known.units[row.unit] = create_unit(name=row.unit, by=by, at=at).id
    return known.units[row.unit]
