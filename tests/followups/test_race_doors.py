"""A door and a firing at the same time, stopped at each point: close, reassign and merge against the fire step."""

import contextvars
import threading
from collections.abc import Callable

import pytest

from tests.clock import MONDAY
from tests.factories.chases import chases, letters, local, obligations, told
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person
from tests.followups import faults
from tracker import failpoints
from tracker.accounts.models import Person
from tracker.db import db, locked
from tracker.followups import invariants, jobs
from tracker.issues import actions as issues
from tracker.issues import parties
from tracker.issues.models import Issue

pytestmark = pytest.mark.postgresql_only

DUE = local("2026-11-23 17:00")
LATER = local("2026-11-23 17:05")
BEFORE_THE_LOCK = ("fire.select", "fire.selected", "fire.lock")
WITH_THE_LOCK = ("fire.locked", "fire.write", "fire.written", "tick.commit")


class Scene:
    """A case whose first response is due, its supervisor, another one, and a case to merge it into."""

    def __init__(self) -> None:
        self.owner, self.other = make_person("supervisor").id, make_person("supervisor").id
        self.issue = make_issue(assignee_id=self.owner).id
        self.target = make_issue(severity="S4").number
        jobs.tick(MONDAY)
        db.session.remove()

    def close(self) -> None:
        self._move("withdraw", note="It was nothing.")

    def merge(self) -> None:
        self._move("merge", fields={"into": self.target})

    def reassign(self) -> None:
        issue, by = self._locked()
        parties.assign(issue, db.session.get_one(Person, self.other), by=by, at=DUE)
        db.session.commit()

    def _move(self, verb: str, **given: object) -> None:
        issue, by = self._locked()
        issues.carry_out(issue, verb, by=by, at=DUE, **given)
        db.session.commit()

    def _locked(self):
        issue = db.session.scalars(locked(db.select(Issue).where(Issue.id == self.issue))).one()
        return issue, actor_of(db.session.get_one(Person, self.owner), DUE)


def race(app, door: Callable[[], None], point: str) -> bool:
    """The door runs when the firing has come to `point`; whether it was done before the firing went on."""
    done = threading.Event()

    def run() -> None:
        with app.app_context():
            door()
            db.session.remove()
        done.set()

    thread = threading.Thread(target=lambda: contextvars.Context().run(run))
    first: list[bool] = []

    def meet() -> None:
        thread.start()
        first.append(done.wait(0.4 if point in WITH_THE_LOCK else 20))

    with failpoints.armed(faults.at(point, meet)):
        jobs.tick(DUE)
    thread.join(20)
    db.session.remove()
    jobs.tick(LATER)
    db.session.remove()
    assert done.is_set()
    assert invariants.broken(LATER) == []
    return first[0]


@pytest.mark.parametrize("verb", ["close", "merge"])
@pytest.mark.parametrize("point", BEFORE_THE_LOCK)
def test_a_case_ended_before_its_lock_is_had_is_not_chased(app, verb, point):
    scene = Scene()
    assert race(app, getattr(scene, verb), point)
    assert [one for one in chases() if one.subject_id == scene.issue] == []
    assert [one.reason for one in obligations(state="superseded") if one.subject_id == scene.issue] == [
        "ended"
    ]


@pytest.mark.parametrize("verb", ["close", "merge"])
@pytest.mark.parametrize("point", WITH_THE_LOCK)
def test_a_case_that_is_being_chased_ends_after_it(app, verb, point):
    scene = Scene()
    assert not race(app, getattr(scene, verb), point)
    (chase,) = [one for one in chases() if one.subject_id == scene.issue]
    assert (chase.outcome, told(chase)) == ("ended", {scene.owner})
    assert obligations("first_response", "scheduled")[-1].subject_id != scene.issue


@pytest.mark.parametrize("point", BEFORE_THE_LOCK)
def test_a_case_handed_over_before_its_lock_is_had_is_the_new_ones(app, point):
    scene = Scene()
    assert race(app, scene.reassign, point)
    assert [told(one) for one in chases() if one.subject_id == scene.issue] == [{scene.other}]


@pytest.mark.parametrize("point", WITH_THE_LOCK)
def test_a_case_that_is_being_chased_is_handed_over_after_it(app, point):
    scene = Scene()
    assert not race(app, scene.reassign, point)
    both = [told(one) for one in chases() if one.subject_id == scene.issue]
    assert both == [{scene.owner}, {scene.other}]
    assert len({one.idem_key for one in letters()}) == len(letters())
