"""The pages of statutory deadlines in a real browser: nothing overflows, axe finds nothing."""

import pytest

from tests.browser import axe, overflows, shot
from tests.clock import MONDAY
from tests.factories.chases import tick
from tests.factories.people import make_person, organisation
from tests.factories.records import make_cast, make_record
from tracker.records import actions as records


@pytest.mark.parametrize(
    ("locale", "dark", "width"), [("zh_Hant_TW", False, 1280), ("en", True, 360)], ids=["wide", "narrow"]
)
def test_pages_of_statutory_deadlines(open_page, live, clock, locale, dark, width):
    organisation(public_body="no", critical_provider="no", finance_or_health="yes", eu="unknown")
    record, cast = make_record(state="assigned", cast=make_cast())
    records.save(record, {"personal_data": "yes"}, by=cast.as_supervisor, at=MONDAY)
    tick(MONDAY)
    admin = make_person("admin")
    number = record.number
    window = open_page(locale=locale, dark=dark, width=width, axe=True)
    for person, paths in (
        (cast.supervisor, [f"/statutory/{number}", f"/records/{number}", "/statutory"]),
        (admin, ["/admin/statutory", "/admin/statutory/rules/tw-fsc"]),
    ):
        page = live.hand_to(person, window)
        for path in paths:
            page.goto(path)
            shot(page, f"statutory{path.replace(number, 'N').replace('/', '-')}-{locale}")
            assert not overflows(page), path
            assert axe(page) == [], path
