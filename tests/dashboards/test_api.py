"""The six questions over the API."""

import pytest

from tests.api.caller import Caller
from tests.factories.issues import make_issue
from tests.factories.people import make_person
from tracker.dashboards import jobs


def test_each_number_comes_with_its_list(client, app, clock):
    make_issue(state="waiting_user")
    jobs.tally(clock.now())
    answer = Caller(client, make_person("manager")).get("/dashboard?period=4w").json
    reporters = next(one for one in answer["waiting"] if one["party"] == "reporter")
    assert reporters["ages"][0]["count"] == 1
    assert reporters["ages"][0]["url"].startswith("/dashboard/cases?measure=waiting%3Areporter")
    assert answer["open"]["count"] == 1


@pytest.mark.parametrize(("query", "field"), [("period=9y", "period"), ("system=nothing", "system")])
def test_nonsense_is_named(client, app, query, field):
    answer = Caller(client, make_person("manager")).get(f"/dashboard?{query}")
    assert answer.status_code == 422
    assert field in answer.json["errors"]


def test_a_reporter_gets_no_numbers(client, app):
    assert Caller(client, make_person("reporter")).get("/dashboard").status_code == 403
