"""The pages of rotas, as people fill them: made, changed, overridden, swapped, undone; without JavaScript."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.clock import MONDAY
from tests.factories.duty import make_rota
from tests.factories.people import make_person, make_system
from tests.factories.records import make_record
from tracker.db import db
from tracker.duty import queries
from tracker.duty.models import DutyOverride, DutySwap, Rota
from tracker.records import queries as records

TUESDAY = MONDAY + timedelta(days=1)
WEEKLY = {
    "name": "Nights", "rhythm": "weekly", "minute": "09:00", "weekday": "0", "zone": "Asia/Taipei",
    "first_day": "115/11/23",
}  # fmt: skip


@pytest.fixture
def crew(app):
    return [make_person("engineer", name=name) for name in ("Ann", "Ben", "Cho")]


@pytest.fixture
def as_(app, login):
    return lambda person: login(app.test_client(), person)


def place(*people):
    return {f"place-{one.id}": str(number) for number, one in enumerate(people, 1)}


def test_a_supervisor_makes_a_rota_and_sees_who_is_on_duty(as_, crew):
    boss = as_(make_person("supervisor"))
    assert "/duty/new" in boss.get("/duty").get_data(as_text=True)
    answer = boss.post("/duty/new", data=WEEKLY | place(crew[1], crew[0]))
    assert answer.status_code == 303
    rota = db.session.scalars(select(Rota)).one()
    page = boss.get(f"/duty/{rota.id}").get_data(as_text=True)
    assert "目前值班：" in page
    assert page.count("Ben") > 7
    assert queries.on_duty(rota.id, MONDAY + timedelta(days=8)).name == "Ann"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "請填"), ({"first_day": "someday"}, "115/11/22"),
        ({"rhythm": "custom", "custom": "nine"}, "nine"),
        ({"place-1": "x"}, "整數"), ({"zone": "Mars"}, "時區"),
    ],
)  # fmt: skip
def test_what_was_typed_stays_and_what_is_wrong_is_said(as_, crew, typed, words):
    boss = as_(make_person("supervisor"))
    answer = boss.post("/duty/new", data=WEEKLY | place(crew[0]) | {"note": "The phone is at desk 3"} | typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in page
    assert "The phone is at desk 3" in page


def test_it_is_changed_from_a_form_that_shows_what_stands(as_, crew):
    rota, boss = make_rota(*crew), as_(make_person("supervisor"))
    assert f'name="place-{crew[0].id}" value="1"' in boss.get(f"/duty/{rota.id}/edit").get_data(as_text=True)
    same = WEEKLY | {"name": "Days", "rhythm": "custom", "custom": "週一 09:00\n週五 18:00"}
    assert boss.post(f"/duty/{rota.id}/edit", data=same | place(*crew[:2])).status_code == 303
    assert "週五 18:00" in boss.get(f"/duty/{rota.id}").get_data(as_text=True)
    assert "週五 18:00" in boss.get(f"/duty/{rota.id}/edit").get_data(as_text=True)


def test_an_override_is_set_shown_with_who_and_undone(as_, crew, clock):
    rota, boss = make_rota(*crew), as_(make_person("supervisor", name="Boss"))
    typed = {"person_id": crew[2].id, "starts_at": "2026-11-23 09:00", "ends_at": "2026-11-24 09:00"}
    assert boss.post(f"/duty/{rota.id}/override", data=typed).status_code == 303
    row = db.session.scalars(select(DutyOverride)).one()
    page = boss.get(f"/duty/{rota.id}").get_data(as_text=True)
    assert "代替 Ann" in page
    assert "由 Boss 設定" in page
    assert boss.post(f"/duty/{rota.id}/override/{row.id}/undo").status_code == 303
    assert "由 Boss 復原" in boss.get(f"/duty/{rota.id}").get_data(as_text=True)
    assert as_(crew[0]).post(f"/duty/{rota.id}/override/{row.id}/undo").status_code == 403
    bad = boss.post(
        f"/duty/{rota.id}/override", data=typed | {"ends_at": "yesterday", "reason": "Kept words"}
    )
    assert bad.status_code == 422
    assert "Kept words" in bad.get_data(as_text=True)


def test_a_swap_from_asking_to_taking(as_, crew):
    rota, ann, ben = make_rota(*crew), as_(crew[0]), as_(crew[1])
    mine = f"{MONDAY.isoformat()}|{TUESDAY.isoformat()}"
    assert ann.post(f"/duty/{rota.id}/swap", data={"mine": mine, "to": crew[1].id}).status_code == 303
    swap = db.session.scalars(select(DutySwap)).one()
    assert "接受代班" in ben.get(f"/duty/{rota.id}").get_data(as_text=True)
    assert "Ann 想請您代" in ben.get("/duty").get_data(as_text=True)
    assert ann.post(f"/duty/{rota.id}/swap/{swap.id}/accept").status_code == 403
    assert ben.post(f"/duty/{rota.id}/swap/{swap.id}/accept").status_code == 303
    assert queries.on_duty(rota.id, MONDAY).name == "Ben"
    assert ben.post(f"/duty/{rota.id}/swap/{swap.id}/decline").status_code == 409


def test_the_address_is_shown_once(as_, crew):
    make_rota(*crew)
    ann = as_(crew[0])
    page = ann.post("/duty/feed").get_data(as_text=True)
    assert "/duty/feed/" in page
    assert "/duty/feed/" not in ann.get("/duty").get_data(as_text=True).replace('action="/duty/feed', "")
    assert ann.post("/duty/feed/revoke").status_code == 303


def test_the_form_that_escalates_offers_the_rota_that_the_system_names(as_, crew):
    rota = make_rota(*crew)
    record, cast = make_record(state="opened", system=make_system(rota_id=rota.id))
    boss = as_(cast.supervisor)
    page = boss.get(f"/records/{record.number}/assign").get_data(as_text=True)
    assert f'selected value="rota:{rota.id}"' in page
    typed = {"to": f"rota:{rota.id}", "due_at": "2026-11-25 17:00", "summary": "An old policy is cited."}
    assert boss.post(f"/records/{record.number}/assign", data=typed).status_code == 303
    made = records.open_escalation(record)
    page = as_(crew[0]).get(f"/escalations/{made.id}").get_data(as_text=True)
    assert "目前值班：Ann" in page
    assert as_(crew[1]).get(f"/escalations/{made.id}").status_code == 404


def test_a_small_office_is_not_shown_rotas_until_it_has_one(as_):
    boss = make_person(roles=("supervisor", "engineer"))
    assert 'href="/duty"' not in as_(boss).get("/escalations").get_data(as_text=True)
    make_rota(boss, by=boss)
    assert 'href="/duty"' in as_(boss).get("/escalations").get_data(as_text=True)
