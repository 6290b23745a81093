"""The app for its words and templates alone."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tracker import create_app
from tracker.config import Config


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An app inside a request; no database is touched."""
    folder = tmp_path_factory.mktemp("words")
    app = create_app(
        Config(data_dir=folder, database_url=f"sqlite:///{folder}/none", secret_key="words", testing=True)
    )
    with app.test_request_context("/"):
        yield app
