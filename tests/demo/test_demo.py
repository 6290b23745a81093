"""The demo shows every stage, holds together, and goes without a trace."""

from sqlalchemy import func, select

from tests.factories.demo import (
    SOME,
    fill_beside_a_real_case,
    fill_without_cases,
    make_real_case,
    rows,
)
from tests.factories.guides import make_article
from tracker import audit, demo
from tracker.accounts.models import Organisation, Person
from tracker.db import db
from tracker.duty import queries
from tracker.duty.models import DutySwap, Rota
from tracker.followups.models import Chase
from tracker.guides import finding, saying
from tracker.guides import queries as guides
from tracker.guides.models import Article, GuideWord, KnownIssue, Verdict
from tracker.hours.book import book
from tracker.hours.models import OwnDay
from tracker.inspections.models import InspectionRound
from tracker.issues.models import Issue
from tracker.outbox.models import Letter
from tracker.records import content
from tracker.records.models import Record
from tracker.records.whole import Whole


def count(model):
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_beside_a_real_case_it_shows_answers_and_a_grave_record_and_goes_without_a_trace(app, clock):
    """One test, since to make the demo takes longest."""
    before = fill_beside_a_real_case()
    answers_at_every_stage_are_shown(clock.now())
    two_known_issues_are_shown_and_found()
    a_grave_record_in_the_long_form_bears_both_signatures()
    assert demo.is_there()
    assert demo.remove() == len(SOME)
    db.session.commit()
    assert rows() == before
    assert not demo.is_there()
    assert db.session.get(Organisation, 1).name == ""
    assert list(audit.verify()) == []


def test_a_demo_person_who_worked_on_a_real_case_stays_with_a_closed_account(app, clock):
    fill_without_cases()
    make_real_case()
    person = db.session.scalars(select(Person).where(Person.email == "supervisor@demo.test")).one()
    issue = db.session.scalars(select(Issue)).one()
    audit.record("issue.accept", issue, by=demo.stage.people.actor_of(person, at=clock.now()), at=clock.now())
    demo.remove()
    db.session.commit()
    stayed = db.session.scalars(select(Person).where(Person.is_demo)).one()
    assert (stayed.email, stayed.active, stayed.password_hash) == ("supervisor@demo.test", False, None)
    assert list(audit.verify()) == []


def test_turns_rounds_and_a_day_of_its_own_are_shown(app, clock):
    fill_without_cases()
    rota = db.session.scalars(select(Rota)).one()
    assert queries.now_on_duty(rota, clock.now()).person is not None
    assert db.session.scalars(select(DutySwap.state)).all() == ["accepted"]
    rounds = db.session.scalars(select(InspectionRound).order_by(InspectionRound.turn)).all()
    assert [one.state for one in rounds] == ["done", "missed", "open"]
    assert {one.outcome for one in rounds[0].results} == {"fine", "finding"}
    told = select(Chase.subject_id).where(Chase.subject_kind == "inspection_round")
    assert rounds[1].id in db.session.scalars(told).all()
    (day,) = db.session.scalars(select(OwnDay)).all()
    assert (day.kind, day.day > clock.now().date()) == ("closed", True)
    assert book(clock.now()).default.day(day.day) != ()
    person = db.session.scalars(select(Person).where(Person.email == "engineer@demo.test")).one()
    assert book(clock.now()).calendar_for(person.id).day(day.day) == ()


def answers_at_every_stage_are_shown(now):
    answers = db.session.scalars(select(Article)).all()
    assert {one.newest.stage for one in answers} == {"draft", "reviewed", "published"}
    assert all(one.newest.title_zh and one.newest.title_en and one.newest.body_en for one in answers)
    due = db.session.scalars(select(Article).where(guides.due(now))).all()
    assert [one.system_id for one in due] == [None]
    assert max(len(one.versions) for one in answers) == 2
    spared = guides.verdicts(Article.kind_name, [one.id for one in answers])
    assert sum(one.solved for one in spared.values()) > 10


def two_known_issues_are_shown_and_found():
    problems = {one.stage: one for one in db.session.scalars(select(KnownIssue))}
    assert set(problems) == {"open", "solved"} and problems["solved"].solution_en
    # Those who said so, and the reporter of the issue that it was made from.
    assert guides.affected([problems["open"].id])[problems["open"].id] == 5
    letters = select(Letter).where(Letter.kind == "known.solved", Letter.channel == "mail")
    assert {one.state for one in db.session.scalars(letters)} == {"kept"}
    hits = finding.suggest("退費試算多算了 600 元", problems["open"].system_id)
    assert hits[0].guide_id == problems["open"].id


def test_what_readers_said_of_a_real_answer_stays_when_the_demo_goes(app, clock):
    fill_without_cases()
    real = make_article()
    saying.helped(real, "guest of the house", True, at=clock.now())
    db.session.commit()
    demo.remove()
    db.session.commit()
    assert db.session.scalars(select(Article.id)).all() == [real.id]
    assert count(Verdict) == 1 and set(db.session.scalars(select(GuideWord.guide_id))) == {real.id}


def a_grave_record_in_the_long_form_bears_both_signatures():
    record = db.session.scalars(select(Record).where(Record.severity == "S2")).one()
    assert record.state == "watching"
    assert set(content.standings(Whole(record))) == {"supervisor", "manager"}
    values = content.values(Whole(record))
    assert len(values["five_whys"]) == 3
    assert values["preventive_actions"] and values["similar_check"] and values["already_out"]
    done = [one["done_at"] is not None for one in values["effect_checks"]]
    assert done == [True, False, False]
