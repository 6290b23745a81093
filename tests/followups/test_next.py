"""What happens next on a case, in words and in few queries."""

from sqlalchemy import event

from tests.clock import MONDAY
from tests.factories.chases import tick
from tests.factories.issues import make_issue
from tests.factories.people import make_person
from tests.factories.records import make_record
from tests.issues.test_cost import counted
from tracker.db import db
from tracker.followups import queries, words


def test_what_happens_next_costs_a_fixed_number_of_queries(app):
    for _ in range(3):
        make_person("supervisor")
    record, cast = make_record(state="assigned")
    tick(MONDAY)
    issue = record.primary_issue
    assert issue.title
    statements = []
    listen = (db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    event.listen(*listen)
    steps = queries.next_steps(issue)
    event.remove(*listen)
    assert steps[0].clock.name == "acknowledge"
    assert words.owner_name("acknowledge", steps[0].subject) == cast.engineer.name
    assert len(statements) <= 7, statements


def test_the_staffs_page_says_what_happens_next_within_its_statements(client, login, app):
    supervisor = make_person("supervisor", name="林志偉")
    issue = make_issue(state="confirmed", supervisor=supervisor)
    tick(MONDAY)
    login(client, supervisor)
    path = f"/issues/{issue.number}"
    db.session.commit()
    with counted() as statements:
        page = client.get(path).text
    assert "接下來會發生什麼" in page
    assert "通知 林志偉" in page
    assert len(statements) <= 15, "\n\n".join(statements)
