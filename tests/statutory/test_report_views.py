"""The report of a case with personal data holds its evidence: each look at it is written down."""

import pytest

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
