"""A caller of the API with somebody's token."""

import json
from typing import Any

from flask.testing import FlaskClient

from tests.clock import MONDAY
from tracker.accounts import actions
from tracker.accounts.models import Person
from tracker.accounts.rules import SYSTEM
from tracker.db import db


class Caller:
    """`Caller(client, person).post("/issues", {...})` → the answer of the call below /api/v1."""

    def __init__(self, client: FlaskClient, person: Person, *scopes: str) -> None:
        self.client = client
        _token, self.secret = actions.create_token(
            person, name="test", scopes=scopes or ("read", "write"), by=SYSTEM, at=MONDAY
        )
        db.session.commit()

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1{path}", headers=self._headers(headers))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(
            f"/api/v1{path}", json={} if body is None else body, headers=self._headers(headers)
        )

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.client.patch(f"/api/v1{path}", json=body, headers=self._headers(headers))

    def raw(self, path: str, body: bytes) -> Any:
        headers = self._headers({}) | {"Content-Type": "application/json"}
        return self.client.post(f"/api/v1{path}", data=body, headers=headers)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        given = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {self.secret}", **given}


def is_json(text: bytes) -> bool:
    """Whether Python reads it, which refuses less than the API."""
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        return isinstance(error, RecursionError)
    return True
