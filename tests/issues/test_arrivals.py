"""A new report rings for those who may take it in: who hears of it, of how many, and when it is over."""

from typing import Any

import pytest

from tests.clock import MONDAY
from tests.factories.issues import make_guest_issue, make_issue
from tests.factories.people import actor_of, make_person, make_system, make_unit
from tracker import outbox
from tracker.db import db
from tracker.issues import actions, arrivals
from tracker.outbox.models import Letter

pytestmark = pytest.mark.usefixtures("app")


def notes(person: Any, *, unread: bool = True) -> list[Letter]:
    mine = db.session.query(Letter).filter(
        Letter.person_id == person.id, Letter.kind.startswith(arrivals.ONE)
    )
    db.session.expire_all()
    return [one for one in mine.order_by(Letter.id) if not (unread and one.seen_at)]


def test_a_report_rings_once_for_each_who_may_take_it_in_and_writes_no_mail() -> None:
    wang, chen = make_person("supervisor"), make_person("supervisor", locale="en")
    issue = make_guest_issue()
    for person, word in ((wang, "新回報"), (chen, "new report")):
        (note,) = notes(person)
        assert note.channel == "bell" and note.link == f"/issues/{issue.number}"
        assert issue.number in note.subject_line and word in note.subject_line


def test_only_those_who_triage_the_system_hear_of_it() -> None:
    system, unit = make_system(), make_unit()
    people = {
        "here": make_person("supervisor", system_limit=system),
        "there": make_person("supervisor", system_limit=make_system()),
        "unit": make_person("supervisor", unit_limit=unit),
        "elsewhere": make_person("supervisor", unit_limit=make_unit()),
        "manager": make_person("manager"),
        "gone": make_person("supervisor", active=False),
    }
    make_issue(system=system, reporter=make_person("reporter", unit_id=unit.id))
    assert [name for name, person in people.items() if notes(person)] == ["here", "unit"]


def test_neither_who_reports_nor_who_writes_it_down_is_told() -> None:
    reporter, clerk, other = (make_person("supervisor") for _ in range(3))
    make_issue(reporter=reporter)
    told = actions.Intake(system=make_system(), description="By phone.", impact="blocked", reporter=reporter)
    actions.open_issue(fields=told, by=actor_of(clerk), at=MONDAY)
    assert [len(notes(one)) for one in (reporter, clerk, other)] == [0, 1, 2]


def test_who_wants_to_hear_nothing_of_cases_is_left_alone() -> None:
    silent, asked = (make_person("supervisor", wishes={"cases": wish}) for wish in ("off", "site"))
    make_issue()
    assert [len(notes(one)) for one in (silent, asked)] == [0, 1]


@pytest.mark.parametrize("impact", ["harm", "personal_data"])
def test_what_alarms_rings_by_its_urgent_notice_alone(impact: str) -> None:
    supervisor = make_person("supervisor")
    make_issue(impact=impact)
    assert notes(supervisor) == []


def test_many_reports_ring_as_one_more_note_until_they_are_read() -> None:
    supervisor = make_person("supervisor")
    for _ in range(arrivals.EACH + 3):
        make_issue()
    assert [one.kind for one in notes(supervisor)] == [arrivals.ONE] * arrivals.EACH + [arrivals.MANY]
    assert notes(supervisor)[-1].link == "/inbox/triage"
    outbox.mark_all_seen(person_id=supervisor.id, up_to=notes(supervisor)[-1].id, at=MONDAY)
    make_issue()
    assert [one.kind for one in notes(supervisor)] == [arrivals.ONE]


@pytest.mark.parametrize("way", ["accept", "assign", "withdraw"])
def test_once_somebody_has_it_the_others_need_not_look(way: str) -> None:
    wang, chen = make_person("supervisor"), make_person("supervisor")
    issue = make_issue()
    if way == "assign":
        actions.assign(issue, chen, by=actor_of(wang), at=MONDAY)
    else:
        by = issue.reporter if way == "withdraw" else wang
        actions.carry_out(issue, way, by=actor_of(by), at=MONDAY, note="A mistake.")
    assert notes(chen) == notes(wang) == [] and len(notes(chen, unread=False)) == 1


def test_a_part_that_was_split_off_is_with_its_supervisor_already() -> None:
    wang, chen = make_person("supervisor"), make_person("supervisor")
    issue = make_issue(state="confirming", supervisor=wang)
    actions.split(issue, description="Another matter.", by=actor_of(wang), at=MONDAY)
    assert notes(chen) == []
