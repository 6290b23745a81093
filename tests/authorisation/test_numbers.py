"""A number beyond what a database holds names nothing: 404, never a fault."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.people import make_person

HUGE = "9" * 40
ADDRESSES = (
    "/escalations/{}", "/training/{}", "/follow-up/{}/postpone", "/admin/users/{}", "/admin/users?after={}",
    "/audit?before={}", "/register?after={}", "/register?year={}", "/search?q=ab&before={}", "/dashboard?period={}",
    "/escalations/together?ids={}", "/admin/calendar?added={}", "/duty/{}", "/inspections/rounds/{}", "/rechecks/{}",
)  # fmt: skip


@pytest.mark.parametrize("number", [HUGE, str(2**63), "9" * 5000, "²"])
def test_a_huge_number_in_an_address_is_not_found(
    app: Flask, client: FlaskClient, login: Callable, number: str
) -> None:
    for role in ("admin", "supervisor", "manager"):
        login(client, make_person(role))
        for address in ADDRESSES:
            assert client.get(address.format(number)).status_code in (200, 403, 404), address


def test_a_year_that_no_calendar_has_is_not_found(app: Flask, client: FlaskClient, login: Callable) -> None:
    login(client, make_person("manager"))
    for year in ("-1", "99999", HUGE):
        assert client.get(f"/register?year={year}").status_code == 404, year
    assert client.get("/register?year=2026").status_code == 200
