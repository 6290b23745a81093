"""The whole way of a record, in the short and in the long form."""

import pytest
from flask import Flask

from tests.factories.records import issues_of, make_record
from tracker.records import queries


@pytest.mark.parametrize("grave", [False, True])
def test_a_record_goes_from_draft_to_closed(app: Flask, grave: bool) -> None:
    record, _ = make_record(state="closed", grave=grave)
    assert (record.state, record.close_code) == ("closed", "solved")
    assert record.severity == ("S2" if grave else "S3")
    assert [issue.state for issue in issues_of(record)] == ["closed"]
    assert len(queries.Whole(record).checks) == (3 if grave else 1)
