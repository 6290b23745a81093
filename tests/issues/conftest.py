"""What several tests of issues stand on."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from tests.factories.reporter_links import Case, asked


@pytest.fixture
def mailing(app: Flask) -> Iterator[None]:
    """Letters leave by mail."""
    before = app.config["TRACKER"]
    app.config["TRACKER"] = replace(before, smtp_url="smtp://127.0.0.1:9", base_url="https://t.example.test")
    yield
    app.config["TRACKER"] = before


@pytest.fixture
def case(mailing: None) -> Case:
    """A report whose reporter was asked something by a letter with a link."""
    return asked()
