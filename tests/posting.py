"""Sending forms as a browser does: with the token that the page carries."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def send(client: FlaskClient, url: str, fields: dict[str, Any] | None = None, **options: Any) -> TestResponse:
    """Post these fields with this visitor's token; any page has one, in the form that switches the language."""
    found = TOKEN.search(client.get("/help").text)
    assert found is not None
    return client.post(url, data={"csrf_token": found[1], **(fields or {})}, **options)
