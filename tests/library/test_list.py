"""Finding a case by words, source, type and answer; the library counts nowhere else."""

import pytest
from sqlalchemy import select

from tests.factories.library import make_case
from tests.factories.people import actor_of, make_person
from tracker.db import db
from tracker.library import actions, queries, rules
from tracker.library.models import LibraryCase


def test_filters(app):
    sep = {"avid": {"sep_view": ["S0301: Information Leak", "S0403: Adversarial Example"]}}
    make_case(1, impact=sep)
    make_case(2, impact=None, description={"lang": "eng", "value": "Wrong sums."},
              problemtype={"type": "", "description": {"lang": "eng", "value": "Wrong sums"}})  # fmt: skip
    for wanted, found in (
        ({}, 2), ({"q": "patients"}, 1), ({"q": "AVID-2026-R0002"}, 1), ({"source": "avid"}, 2),
        ({"source": "atlas"}, 0), ({"type": "AN06"}, 1), ({"type": "AN07"}, 1), ({"type": "none"}, 1),
        ({"answer": "none"}, 2), ({"answer": "yes"}, 0),
    ):  # fmt: skip
        rows = db.session.scalars(queries.filtered(queries.newest_first(), wanted)).all()
        assert len(rows) == found, wanted


def test_a_case_stands_in_no_inbox_and_its_type_is_decided_by_people(client, login, app, clock):
    case, supervisor = make_case(impact=None), make_person("supervisor")
    page = login(client, supervisor)
    assert case.issue.title not in page.get("/inbox/all").text
    assert case.issue.title in page.get("/library").text
    actions.classify(case, "AN06", by=actor_of(supervisor), at=clock.now())
    db.session.commit()
    again = db.session.scalars(select(LibraryCase)).one()
    assert (again.anomaly_type, again.typed_by) == ("AN06", supervisor.name)


def test_a_second_import_completes_what_came_before_there_was_a_library(app):
    case = make_case()
    db.session.delete(case)
    db.session.commit()
    make_case()
    assert db.session.scalars(select(LibraryCase)).one().foreign_id == "AVID-2026-R0001"


def test_the_exported_collection_is_offered_on_the_page(client, login, app):
    make_case()
    answer = login(client, make_person("engineer")).get("/library/avid")
    assert answer.mimetype == "application/x-ndjson" and answer.text.count("\n") == 1


@pytest.mark.parametrize(
    ("techniques", "types"),
    [
        (["evade_model"], ("AN07",)),
        (["poison_data", "exfiltrate_via_cyber"], ("AN07", "AN15", "AN06")),
        ([], ()),
    ],
)
def test_techniques_tell_the_type(techniques, types):
    assert rules.types_of_atlas(techniques) == types
