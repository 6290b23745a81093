"""What the reporter was promised: a page that has the clocks at hand says the same as one that asks for it."""

import pytest
from flask import Flask

from tests.clock import MONDAY
from tests.factories.issues import ROUTES, make_issue
from tracker.db import db
from tracker.followups import actions as followups
from tracker.followups import queries as followup_queries
from tracker.issues.views import promises


@pytest.mark.parametrize("state", sorted(set(ROUTES) - {"merged", "escalated"}))
def test_the_clocks_of_a_case_say_what_was_promised(app: Flask, state: str) -> None:
    issue = make_issue(state=state)
    followups.rearm_now("issue", issue.id, MONDAY)
    db.session.commit()
    steps = followup_queries.next_steps(issue, by_law=True)
    by_clocks = promises.among(step.clock for step in steps)
    assert by_clocks == promises.of(issue)
    ours, theirs = by_clocks.ours is not None, by_clocks.theirs is not None
    assert (ours, theirs) == {
        "waiting_user": (False, True), "answered": (False, True), "closed": (False, False), "withdrawn": (False, False),
    }.get(state, (True, False))  # fmt: skip
