"""Looks at a report with personal data are written down; what a form of the rules brings is never a fault."""

import pytest

from tests.factories.people import make_person
from tests.factories.records import make_record
from tracker.audit.models import Entry
from tracker.db import db


@pytest.mark.parametrize(("personal", "views"), [(True, 3), (False, 0)])
def test_each_look_at_a_report_with_personal_data_is_written_down(app, client, login, personal, views):
    record, cast = make_record(state="assigned")
    record.primary_issue.personal_data = personal
    db.session.commit()
    browser = login(client, cast.manager)
    for shape in ("", "?format=csv", "?format=json"):
        assert browser.get(f"/statutory/{record.number}/report{shape}").status_code == 200
    assert db.session.query(Entry).filter_by(action="issue.view", by_id=cast.manager.id).count() == views


@pytest.mark.parametrize("seen", ["9" * 5000, "9" * 30, "²", "-1", ""])
def test_a_version_that_nobody_saw_is_no_fault(client, login, seen):
    browser = login(client, make_person("admin"))
    for path in ("/admin/statutory/new", "/admin/statutory/rules/eu-aia-73-2"):
        assert browser.post(path, data={"text": "x", "note": "x", "seen": seen}).status_code in (409, 422), (
            path
        )
