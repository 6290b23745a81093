"""What the record says of an event, its own answers above those on the issue."""

from tests.clock import MONDAY
from tests.factories.people import organisation
from tests.factories.records import make_cast, make_record
from tests.statutory.test_case import AGENCY, standings, tick
from tracker.records import actions as records
from tracker.statutory import actions, gathering


def test_the_record_itself_says_how_grave_an_event_is_and_what_happened(app):
    organisation(**AGENCY)
    record, cast = make_record(state="opened", cast=make_cast())
    actions.save_facts(
        record.primary_issue, {"cia_level": 1, "eu_triggers": ["death"]}, by=cast.as_manager, at=MONDAY
    )
    levels = {"security_event": "yes", "cia_integrity": 4, "cia_availability": 1}
    records.save(record, levels, by=cast.as_manager, at=MONDAY)
    told = gathering.incident(record.primary_issue, record, {"cia_level": 1, "eu_triggers": ["death"]})
    assert (told["cia_level"], told["eu_triggers"]) == (4, ("death",))
    tick(MONDAY)
    assert standings()["tw-csma-contain-high"] == "running"
    records.save(record, {"eu_triggers": ["rights"]}, by=cast.as_supervisor, at=MONDAY)
    assert gathering.incident(record.primary_issue, record, {})["eu_triggers"] == ("rights",)


def test_what_happened_makes_a_case_one_to_look_at(app):
    record, cast = make_record(state="opened", cast=make_cast())
    assert gathering.is_plain(record.primary_issue, record, {})
    records.save(record, {"eu_triggers": ["none"]}, by=cast.as_supervisor, at=MONDAY)
    assert gathering.is_plain(record.primary_issue, record, {})
    records.save(record, {"eu_triggers": ["death"]}, by=cast.as_supervisor, at=MONDAY)
    assert not gathering.is_plain(record.primary_issue, record, {})
