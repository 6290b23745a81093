"""What is counted of the clocks of the law is found by their own few rows, however many cases there are."""

import pytest
from flask import Flask
from sqlalchemy import text

from tests.clock import MONDAY
from tests.factories.people import actor_of, make_person
from tracker.db import db
from tracker.statutory import queries


@pytest.mark.sqlite_only
def test_what_runs_out_soon_is_found_without_looking_through_all_cases(app: Flask) -> None:
    soon = queries.due_soon(actor_of(make_person("supervisor")), MONDAY)
    asked = str(soon.compile(db.engine, compile_kwargs={"literal_binds": True}))
    plan = [row.detail for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {asked}"))]
    assert any("ix_statutory_clock_due" in line for line in plan), plan
    assert not [line for line in plan if line.startswith("SCAN issue")], plan
