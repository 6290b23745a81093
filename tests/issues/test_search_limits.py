"""Words that only staff may read find a case only for those who work on it."""

from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, make_unit
from tracker.db import db
from tracker.issues import actions, finding


def test_a_supervisor_of_another_unit_finds_nothing_by_inner_words_of_what_they_follow(app, clock):
    issue = make_issue()
    actions.say(
        issue, "zyzzyva", visibility="internal", by=actor_of(make_person("supervisor")), at=clock.now()
    )
    elsewhere = make_person("supervisor", unit_limit=make_unit())
    actions.follow(issue, elsewhere.id, by=actor_of(elsewhere), at=clock.now())
    db.session.commit()
    assert finding.find(actor_of(elsewhere), "zyzzyva").ids == []


def test_a_supervisor_who_works_on_it_finds_it_by_inner_words(app, clock):
    issue, supervisor = make_issue(), make_person("supervisor")
    actions.say(issue, "zyzzyva", visibility="internal", by=actor_of(supervisor), at=clock.now())
    db.session.commit()
    assert list(finding.find(actor_of(supervisor), "zyzzyva").ids) == [issue.id]
