"""Whether an answer helped: what guests of one network say of it counts once a day."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.clock import Clock
from tests.factories.guides import make_article
from tracker.guides import queries

pytestmark = pytest.mark.usefixtures("app")


def test_guests_of_a_network_say_once_a_day_whether_it_helped_and_may_change_it(
    app: Flask, client: FlaskClient, clock: Clock
) -> None:
    made = make_article()

    def said() -> tuple[int, int, int]:
        counts = queries.verdicts(made.kind_name, [made.id])[made.id]
        return counts.helpful, counts.unhelpful, counts.solved

    client.post(f"/kb/{made.id}/helpful", data={"helpful": "no"})
    client.post(f"/kb/{made.id}/helpful", data={"helpful": "yes"})
    for verb in ("helpful", "helpful", "solved"):
        guest = app.test_client(use_cookies=False)
        answer = guest.post(f"/kb/{made.id}/{verb}", data={"helpful": "no"})
        assert answer.status_code == 303
        assert verb == "solved" or "訪客每個網路只算一次" in guest.get(answer.location).text
    assert said() == (1, 0, 0)
    client.post(f"/kb/{made.id}/solved")
    assert said() == (1, 0, 1)
    clock.advance(days=1, minutes=1)
    app.test_client(use_cookies=False).post(f"/kb/{made.id}/helpful", data={"helpful": "no"})
    assert said() == (1, 1, 1)
