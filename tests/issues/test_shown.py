"""The issue of a page: read as columns, and yet the row that the session holds."""

from typing import Any

import pytest
from sqlalchemy import inspect

from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, make_system
from tracker.db import db
from tracker.errors import NotFound
from tracker.issues.models import Issue
from tracker.issues.views.loading import issue_of
from tracker.systems.models import AISystem


def everything(row: Any) -> dict[str, Any]:
    """The value of each column."""
    return {one.key: getattr(row, one.key) for one in inspect(type(row)).column_attrs}


def test_it_is_the_row_with_its_system_and_its_people(app: Any) -> None:
    supervisor, system = make_person("supervisor"), make_system(functions=("A",), version="1")
    issue = make_issue(state="confirmed", supervisor=supervisor, system=system)
    issue.function = system.functions[0]
    db.session.commit()
    read = [issue, issue.system, issue.function, issue.reporter, issue.assignee]
    number, was = issue.number, [everything(one) for one in read]
    actor = actor_of(supervisor)
    db.session.expunge_all()
    with app.test_request_context():
        found = issue_of(number, actor)
        shown = [found, found.system, found.function, found.reporter, found.assignee]
        assert [everything(one) for one in shown] == was
        assert all(one in db.session for one in shown) and not db.session.dirty
        assert db.session.get(AISystem, found.system_id) is found.system
        assert [one.role for one in found.assignee.roles] == ["supervisor"]
        assert db.session.get(Issue, found.id) is found


def test_nobody_reads_what_is_not_theirs_and_what_is_missing_is_none(app: Any) -> None:
    issue = make_issue()
    mine, others = actor_of(issue.reporter), actor_of(make_person("reporter"))
    with app.test_request_context():
        found = issue_of(issue.number, mine)
        assert (found.function, found.assignee) == (None, None) and found.reporter.id == mine.person_id
        with pytest.raises(NotFound):
            issue_of(issue.number, others)
