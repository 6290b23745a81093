"""What the health pages tell, and to whom."""

import re
from pathlib import Path

import pytest

from tests.clock import MONDAY
from tests.factories.people import make_person
from tracker.accounts.actions import create_token
from tracker.accounts.actions.roles import revoke
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.followups.models import Instance, Tick

OPERATING = Path(__file__).resolve().parent.parent / "docs" / "operating.md"


def token_of(person, *scopes):
    _token, secret = create_token(person, name="graph", scopes=scopes, by=SYSTEM, at=MONDAY)
    db.session.commit()
    return {"Authorization": f"Bearer {secret}"}


def test_a_token_for_figures_reads_them_and_nothing_else(client):
    brings = token_of(make_person("admin"), "metrics")
    assert {"database", "migrations", "scheduler", "outbox", "audit"} == set(
        client.get("/readyz", headers=brings).json
    )
    text = client.get("/metrics", headers=brings)
    assert text.mimetype == "text/plain"
    for figure in ("tracker_outbox_waiting 0", "tracker_outbox_storm 0", "tracker_audit_broken 0"):
        assert f"{figure}\n" in text.text
    assert client.get("/api/v1/issues", headers=brings).status_code == 403
    assert client.get("/admin", headers=brings).status_code == 303


@pytest.mark.parametrize("scope", ["read", "write"])
def test_a_token_for_cases_learns_no_more_than_a_visitor(client, scope):
    brings = token_of(make_person("admin"), scope)
    assert set(client.get("/readyz", headers=brings).json) == {"database", "migrations"}
    assert client.get("/metrics", headers=brings).status_code == 401


def test_who_is_no_administrator_any_more_sees_no_figures(client):
    person = make_person("admin")
    make_person("admin")
    brings = token_of(person, "metrics")
    revoke(person, person.roles[0], by=SYSTEM, at=MONDAY)
    db.session.commit()
    assert client.get("/metrics", headers=brings).status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic abc", "Bearer nonsense", "bearer \udc80"])
def test_what_is_no_token_opens_nothing(client, header):
    given = {"Authorization": header.encode("utf-8", "surrogateescape").decode("latin-1")}
    assert client.get("/metrics", headers=given).status_code == 401
    assert set(client.get("/readyz", headers=given).json) == {"database", "migrations"}


def test_administrators_see_the_figures_on_the_page(client, login):
    assert "outbox" in login(client, make_person("admin")).get("/readyz").json
    assert client.get("/metrics").status_code == 200
    assert login(client, make_person("supervisor")).get("/metrics").status_code == 403


def test_operators_read_of_each_figure_what_it_says(client):
    """docs/operating.md names every figure of /metrics, and no figure that is not there once it is known."""
    db.session.add(Tick(node="a", started_at=MONDAY, last_at=MONDAY))
    db.session.add(Instance(mark="here", audited_at=MONDAY))
    brings = token_of(make_person("admin"), "metrics")
    told = set(re.findall(r"^(tracker_\w+) ", client.get("/metrics", headers=brings).text, re.MULTILINE))
    named = set(re.findall(r"`(tracker_\w+)`", OPERATING.read_text("utf-8")))
    assert named == told
