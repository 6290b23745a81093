"""What costs little to send costs little to refuse."""

import pytest
from flask.testing import FlaskClient

from tracker.web.limits import FIELDS_MOST


@pytest.mark.sqlite_only
@pytest.mark.parametrize("form", ["a&" * FIELDS_MOST, "description=" + "x" * 4_300_000])
def test_a_form_that_costs_more_to_read_than_to_send_is_not_read(client: FlaskClient, form: str) -> None:
    answer = client.post("/login", data=form, content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.mimetype) == (413, "text/html")
    assert client.post("/login", data="a&" * 99).status_code != 413
