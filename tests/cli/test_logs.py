"""What the log may hold: no secret of an address, no row that the database quotes."""

import logging
import sys

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from tests.clock import MONDAY
from tracker.cli import logs
from tracker.db import db
from tracker.issues.models import Idempotency
from tracker.web import errors

SECRET = "A123456789-and-what-they-told-us"


def test_an_error_of_the_database_is_told_without_the_rows_it_quotes(app: Flask) -> None:
    failed = _failed()
    for form in (logs.Discreet(), logs.JSONLines()):
        told = form.format(failed)
        assert SECRET not in told
        assert "IntegrityError" in told and "a fault of ours" in told and "test_logs.py" in told


def _failed() -> logging.LogRecord:
    """A fault of ours that came of a refused row."""
    row = {"owner": "guest", "key": SECRET, "body_sha256": "", "status": 201, "answer": {}, "at": MONDAY}
    try:
        try:
            db.session.execute(insert(Idempotency), [row, row])
        except IntegrityError as error:
            db.session.rollback()
            raise RuntimeError("a fault of ours") from error
    except RuntimeError:
        return logging.LogRecord("tracker", logging.ERROR, __file__, 1, "failed", None, sys.exc_info())
    raise AssertionError("nothing was refused")


@pytest.mark.parametrize(
    "path", [f"/i/{SECRET}", f"/login/link/{SECRET}", f"/e/{SECRET}", f"/duty/feed/{SECRET}.ics"]
)
def test_a_fault_is_noted_with_its_route_and_not_with_the_secret_in_its_address(
    app: Flask, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    with app.test_request_context(path):
        assert errors.unexpected(RuntimeError("a fault")).status_code == 500
    assert "fault" in caplog.text and "<" in caplog.text and SECRET not in caplog.text
