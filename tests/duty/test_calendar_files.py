"""Calendar files: RFC 5545's folding and escapes, names that outlast changes, addresses that can be revoked."""

import re
from datetime import timedelta

import pytest
from flask_babel import force_locale

from tests.clock import MONDAY
from tests.factories.duty import make_rota
from tests.factories.people import actor_of, make_person
from tracker.db import db
from tracker.duty import feeds, ical, overriding

BASE = "https://desk.example.test"


@pytest.fixture
def crew(app):
    return [make_person("engineer", name=name) for name in ("Ann", "Ben")]


def events(text):
    unfolded = text.replace("\r\n ", "")
    return [
        dict(line.partition(":")[::2] for line in block.strip().splitlines())
        for block in re.findall(r"BEGIN:VEVENT\r\n(.*?)END:VEVENT", unfolded, re.S)
    ]


def whole(rota, at=MONDAY):
    with force_locale("en"):
        return events(ical.calendar(rota.name, ical.events(rota, at, BASE), language="en"))


def test_lines_are_folded_at_75_octets_and_no_character_is_cut():
    line = "SUMMARY:" + "值班，" * 60
    parts = list(ical.folded(line))
    assert all(len(part.encode()) <= 75 for part in parts)
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == line


def test_signs_that_mean_something_are_escaped():
    assert ical.text("a;b,c\\d\ne") == "a\\;b\\,c\\\\d\\ne"


def test_a_file_ends_its_lines_as_the_standard_asks(crew):
    text = ical.calendar("R", ical.events(make_rota(*crew), MONDAY, BASE), language="en")
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")


def test_a_change_keeps_the_name_of_the_shift_and_raises_its_sequence(crew):
    rota = make_rota(*crew)
    before = {one["UID"]: one for one in whole(rota)}
    row = overriding.override(
        rota, crew[1], starts_at=MONDAY, ends_at=MONDAY + timedelta(days=1),
        by=actor_of(make_person("supervisor")), at=MONDAY + timedelta(minutes=5),
    )  # fmt: skip
    after = {one["UID"]: one for one in whole(rota)}
    changed = [
        uid for uid in before if before[uid]["SUMMARY;LANGUAGE=en"] != after[uid]["SUMMARY;LANGUAGE=en"]
    ]
    assert set(before) == set(after)
    assert [after[uid]["DTSTART"] for uid in changed] == ["20261123T010000Z"]
    assert all(int(after[uid]["SEQUENCE"]) > int(before[uid]["SEQUENCE"]) for uid in changed)
    overriding.undo(row, rota, by=actor_of(make_person("supervisor")), at=MONDAY + timedelta(minutes=9))
    again = {one["UID"]: one for one in whole(rota)}
    assert all(int(again[uid]["SEQUENCE"]) > int(after[uid]["SEQUENCE"]) for uid in changed)


def test_a_change_in_the_middle_parts_the_shift_and_each_part_has_its_own_name(crew):
    rota = make_rota(*crew)
    noon = MONDAY + timedelta(hours=3)
    overriding.override(
        rota, crew[1], starts_at=noon, ends_at=noon + timedelta(hours=2), by=actor_of(make_person("supervisor")),
        at=MONDAY,
    )  # fmt: skip
    first = [one for one in whole(rota) if one["DTSTART"].startswith(("20261123", "20261124T00"))]
    assert [one["SUMMARY;LANGUAGE=en"].split(": ")[1] for one in first] == ["Ann", "Ben", "Ann"]
    assert len({one["UID"] for one in whole(rota)}) == len(whole(rota))


def test_a_secret_address_opens_ones_own_shifts_until_it_is_revoked(app, client, crew):
    rota = make_rota(*crew)
    secret = feeds.new_feed(crew[0], by=actor_of(crew[0]), at=MONDAY)
    db.session.commit()
    answer = client.get(f"/duty/feed/{secret}.ics")
    assert answer.mimetype == "text/calendar"
    mine = events(answer.get_data(as_text=True))
    assert len(mine) > 80
    assert all(rota.name in one["SUMMARY;LANGUAGE=zh-Hant-TW"] for one in mine)
    assert len(events(client.get(f"/duty/feed/{secret}/{rota.id}.ics").get_data(as_text=True))) > len(mine)
    feeds.revoke_feed(crew[0], by=actor_of(crew[0]), at=MONDAY)
    assert client.get(f"/duty/feed/{secret}.ics").status_code == 404
    assert client.get(f"/duty/feed/{secret}/{rota.id}.ics").status_code == 404
    assert client.get("/duty/feed/nonsense.ics").status_code == 404


def test_a_new_address_ends_the_old_one_and_a_closed_account_ends_all(app, client, crew):
    old = feeds.new_feed(crew[0], by=actor_of(crew[0]), at=MONDAY)
    new = feeds.new_feed(crew[0], by=actor_of(crew[0]), at=MONDAY)
    db.session.commit()
    assert client.get(f"/duty/feed/{old}.ics").status_code == 404
    assert client.get(f"/duty/feed/{new}.ics").status_code == 200
    crew[0].active = False
    assert client.get(f"/duty/feed/{new}.ics").status_code == 404


def test_an_address_opens_nothing_once_its_owner_may_read_no_rota(app, client, crew):
    rota = make_rota(*crew)
    secret = feeds.new_feed(crew[0], by=actor_of(crew[0]), at=MONDAY)
    crew[0].roles[0].role = "reporter"
    db.session.commit()
    assert client.get(f"/duty/feed/{secret}.ics").status_code == 404
    assert client.get(f"/duty/feed/{secret}/{rota.id}.ics").status_code == 404


def test_an_address_that_is_a_secret_travels_on_to_no_other_site(client):
    for path in ("/duty/feed/nonsense.ics", "/unsubscribe/nonsense"):
        assert client.get(path).headers["Referrer-Policy"] == "no-referrer", path
