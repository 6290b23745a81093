"""Monday 09:00 after 64 hours without power: everybody hears of all that is overdue, in a letter or two."""

import os
import sys
from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.clock import MONDAY
from tests.factories.chases import local
from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_system
from tracker.db import db
from tracker.followups import invariants, jobs, letters
from tracker.followups.models import Chase
from tracker.outbox import jobs as post
from tracker.outbox import rules
from tracker.outbox.models import Letter

FRIDAY, BACK = local("2026-11-27 17:00"), local("2026-11-30 09:00")
QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)


def storm(cases: int, people: int) -> dict[str, list[tuple[float, str]]]:
    """The office comes back after 64 hours; for two hours the postman goes round.  What each person got, and when."""
    owners = [make_person("supervisor", created_at=MONDAY).id for _ in range(people)]
    reporter, system = make_person("reporter", email=None), make_system()
    for number in range(cases):
        make_issue(reporter=reporter, system=system, at=FRIDAY, assignee_id=owners[number % people])
    jobs.tick(FRIDAY)
    # What was written when the cases came in has long been read.
    db.session.execute(
        update(Letter).where(Letter.channel == "mail", Letter.chase_id.is_(None)).values(state="kept")
    )
    db.session.commit()
    later = local("2026-12-01 09:00")
    got: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
    while jobs.tick(later):
        db.session.remove()
    for minute in range(0, 121, 5):
        now = later + timedelta(minutes=minute)

        def take(envelope, now=now):
            got[envelope.address].append(((now - later).total_seconds(), envelope.message_id))
            return rules.Outcome(rules.SENT)

        post.deliver(now, send=take, needed=letters.still_needed, limit=10_000)
        db.session.remove()
    return got


def check(got: dict[str, list[tuple[float, str]]], cases: int, people: int) -> tuple[int, int]:
    """At most two letters in the first quarter of an hour, six in any hour, and every obligation in one of them."""
    assert len(got) == people
    first = max(sum(at < QUARTER.total_seconds() for at, _name in mails) for mails in got.values())
    hours = [[at for at, _name in mails] for mails in got.values()]
    most = max(
        sum(0 <= other - at < HOUR.total_seconds() for other in mails) for mails in hours for at in mails
    )
    assert first <= 2
    assert most <= 6
    chases = set(db.session.scalars(select(Chase.id).where(Chase.clock == "first_response")))
    assert len(chases) == cases
    sent = select(Letter).where(
        Letter.channel == "mail", Letter.state == "sent", Letter.chase_id.is_not(None)
    )
    told = db.session.scalars(sent).all()
    arrived = {name for mails in got.values() for _at, name in mails}
    digests = db.session.scalars(select(Letter).where(Letter.kind == "digest"))
    names = {digest.id: digest.message_id for digest in digests}
    assert {one.chase_id for one in told} == chases
    assert all((one.message_id if one.digest_id is None else names[one.digest_id]) in arrived for one in told)
    assert invariants.broken(local("2026-12-01 11:00")) == []
    return first, most


def test_a_storm_is_told_in_two_letters_each_and_every_step_is_in_one(app):
    check(storm(cases=24, people=3), 24, 3)


@pytest.mark.drill
def test_a_great_storm_is_told_in_two_letters_each_and_every_step_is_in_one(app, engine):
    cases, people = int(os.environ.get("CASES", "10000")), 50
    got = storm(cases, people)
    first, most = check(got, cases, people)
    mails = Counter(len(each) for each in got.values())
    sys.stdout.write(
        f"\n{engine}: storm of {cases:,} overdue cases, {people} people: at most {first} letters each in the first "
        f"15 min, {most} in any hour, {sum(mails.elements())} in all; each of {cases:,} obligations in one that went\n"
    )
