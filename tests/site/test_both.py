"""Two people at one form of something stored: what they change apart is merged, what meets is shown twice."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from tests.attachments import sounds
from tests.clock import MONDAY
from tests.factories.duty import make_rota
from tests.factories.inspections import inspected
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, make_system, make_team, make_unit, organisation
from tests.factories.widgets import make_widget
from tests.posting import send
from tracker.accounts.models import Person
from tracker.accounts.rules import SYSTEM
from tracker.attachments.models import Attachment
from tracker.db import db
from tracker.hours.models import NamedCalendar
from tracker.systems import artefacts
from tracker.systems.actions import NewSystem, add_system
from tracker.tickets import actions as tools
from tracker.training import actions as training
from tracker.triage import macros, saved
from tracker.triage.models import Macro

BY: dict[str, Any] = {"by": SYSTEM, "at": MONDAY}


def system(_me: Person, _client: FlaskClient) -> str:
    return f"/admin/systems/{make_system().key}"


def version(_me: Person, _client: FlaskClient) -> str:
    bot = add_system(NewSystem(name="客服", key="bot", version="2.1"), **BY)
    db.session.commit()
    return f"/admin/systems/bot/versions/{bot.versions[0].id}"


def macro(_me: Person, _client: FlaskClient) -> str:
    given = {
        "name": "問步驟",
        "act": "ask",
        "body": "請問步驟？",
        "issue_kind": "",
        "system_id": None,
        "locale": "",
    }
    made = macros.save(Macro(), given, **BY)
    db.session.commit()
    return f"/admin/macros/{made.id}"


def view(me: Person, _client: FlaskClient) -> str:
    made = saved.save("我的", "all", {}, shared=True, by=actor_of(me), at=MONDAY)
    db.session.commit()
    return f"/views/{made.id}"


def tool(_me: Person, _client: FlaskClient) -> str:
    made = tools.add("GitLab", "gitlab", **BY)
    db.session.commit()
    return f"/admin/tools/{made.key}"


def plan(me: Person, _client: FlaskClient) -> str:
    return f"/inspections/plans/{inspected(me, me, make_system().id, MONDAY)['plan_id']}/edit"


def session(_me: Person, _client: FlaskClient) -> str:
    facts = {"held_on": date(2026, 11, 2), "topic": "入門", "trainer": "甲", "version_id": None}
    facts |= {"functions": "", "note": ""}
    made = training.hold_session(facts, people=[], names_only="", **BY)
    db.session.commit()
    return f"/training/{made.id}/edit"


def artefact(_me: Person, _client: FlaskClient) -> str:
    bot = make_system()
    given = {"kind": "prompt", "name": "提示詞", "owner_id": None, "version": "", "note": "", "active": True}
    made = artefacts.add(bot, given, **BY)
    db.session.commit()
    return f"/systems/{bot.key}/artefacts/{made.id}"


def transcript(_me: Person, client: FlaskClient) -> str:
    number = make_issue().number
    sent = {"files": (io.BytesIO(sounds.wav()), "通話.wav"), "body": "錄音"}
    assert send(client, f"/issues/{number}/note", sent, content_type="multipart/form-data").status_code == 303
    return f"/issues/{number}/files/{db.session.scalars(select(Attachment.id)).one()}/transcript"


def rota(me: Person, _client: FlaskClient) -> str:
    return f"/duty/{make_rota(me).id}/edit"


def facts(_me: Person, _client: FlaskClient) -> str:
    return f"/statutory/{make_issue(impact='personal_data').number}"


def calendar(_me: Person, _client: FlaskClient) -> str:
    return f"/admin/calendar/{db.session.scalars(select(NamedCalendar.id)).one()}"


def hours(me: Person, client: FlaskClient) -> str:
    return calendar(me, client) + "/hours"


def at(path: str, make: Callable[..., Any], **given: Any) -> Callable[[Person, FlaskClient], str]:
    return lambda _me, _client: path.format(make(**given).id)


# How each comes to be, a box with two texts that meet in it, and what a third person puts into another box.
FORMS: dict[str, tuple[Callable[[Person, FlaskClient], str], tuple[str, str, str], tuple[str, str] | None]] = {
    "system": (system, ("description", "他寫的", "我寫的"), ("functions", "訂單")),
    "version": (version, ("limits", "他寫的", "我寫的"), ("released_on", "2026-11-05")),
    "organisation": (at("/admin/organisation", organisation), ("name", "他的", "我的機關"), ("keep_years", "7")),
    "unit": (at("/admin/units/{}", make_unit), ("name", "他的", "我的單位"), ("head_id", "me")),
    "team": (at("/admin/teams/{}", make_team), ("name", "他的", "我的團隊"), ("members", "me")),
    "person": (at("/admin/users/{}", make_person, role="reporter"), ("name", "他的", "我寫的"), ("roles", "engineer")),
    "absence": (
        at("/people/{}/absence", make_person, away_from=MONDAY), ("until", "2026-12-24", "2026-12-31"),
        ("deputy_id", "me"),
    ),
    "calendar": (calendar, ("name", "他的", "我的曆"), ("zone", "Asia/Tokyo")),
    "hours": (hours, ("days-0", "07:10–16:10", "07:20–16:20"), None),
    "macro": (macro, ("body", "他寫的", "我寫的"), ("locale", "en")),
    "view": (view, ("name", "他的", "我的名字"), None),
    "widget": (
        at("/admin/widgets/{}", make_widget), ("name", "他的", "我的小工具"), ("origins", "https://a.example.test"),
    ),
    "tool": (tool, ("name", "他的", "我的工具"), ("takes_token", "y")),
    "rota": (rota, ("note", "他寫的", "我寫的"), ("name", "夜班")),
    "plan": (plan, ("items", "他寫的", "我寫的"), ("every", "2")),
    "training": (session, ("topic", "他寫的", "我寫的"), ("people", "me")),
    "artefact": (artefact, ("note", "他寫的", "我寫的"), ("owner_id", "me")),
    "transcript": (transcript, ("transcript", "他聽到的", "我聽到的"), None),
    "facts": (facts, ("security_event", "yes", "unknown"), ("cia_integrity", "2")),
    "rule": (lambda _me, _client: "/admin/statutory/rules/tw-fsc", ("text", "n: 24", "n: 12"), None),
}  # fmt: skip
SEVERAL = ("roles", "members", "people")


def form_of(page: str) -> Any:
    """The form that several may change."""
    return next(
        one for one in html.fromstring(page).forms if "seen-" in " ".join(map(str, one.fields.keys()))
    )


def boxes(page: str) -> dict[str, Any]:
    """What a browser sends of it."""
    found: dict[str, Any] = {}
    for name, value in form_of(page).form_values():
        # A browser takes the line end off that begins a text.
        found.setdefault(name, []).append(value.removeprefix("\n"))
    return found


def filled(page: dict[str, Any], name: str, value: str) -> dict[str, Any]:
    """The page with another value in a box; a rule of the law is one text of many lines."""
    if name == "text":
        return {**page, name: page[name][0].replace("n: 72", value)}
    return {**page, name: [*page.get(name, []), value] if name in SEVERAL else [value]}


@pytest.fixture
def me(client: FlaskClient, login: Any) -> Person:
    person = make_person(roles=("admin", "supervisor"), name="乙")
    login(client, person)
    return person


@pytest.mark.parametrize("name", FORMS)
def test_what_meets_is_shown_twice_and_what_is_apart_is_merged(
    client: FlaskClient, me: Person, name: str
) -> None:
    make, (box, theirs, mine), apart = FORMS[name]
    path = make(me, client)

    def now() -> dict[str, Any]:
        return boxes(client.get(path).text)

    page = client.get(path).text
    to, old = form_of(page).get("action") or path, boxes(page)
    assert send(client, to, filled(old, box, theirs)).status_code == 303
    late = send(client, to, filled(old, box, mine))
    assert late.status_code == 409
    assert theirs in late.text
    assert mine in boxes(late.text)[box][0]
    old = now()
    assert theirs in old[box][0]
    assert send(client, to, boxes(late.text)).status_code == 303
    old = now()
    assert mine in old[box][0]
    if apart is not None:
        other, value = apart[0], str(me.id) if apart[1] == "me" else apart[1]
        assert send(client, to, filled(old, other, value)).status_code == 303
        assert send(client, to, filled(old, box, theirs)).status_code == 303
        last = now()
        assert last[box] == [theirs]
        assert value in last[other]


@pytest.mark.parametrize(
    ("make", "theirs", "mine", "told"),
    [
        (tool, {"word": ["ready"], "meaning": ["done"]}, {"word": ["ready"], "meaning": ["open"]}, "ready："),
        (rota, {"place-{0}": ["2"], "place-{1}": ["1"]}, {"place-{0}": [""], "place-{1}": ["1"]}, "丙、乙"),
        (system, {"owner_id": ["{0}"]}, {"owner_id": ["{1}"]}, "乙"),
    ],
    ids=["words", "places", "a choice"],
)  # fmt: skip
def test_what_stands_there_is_told_in_words(
    client: FlaskClient, me: Person, make: Any, theirs: Any, mine: Any, told: str
) -> None:
    other = make_person(roles=("engineer",), name="丙")

    def given(some: dict[str, list[str]]) -> dict[str, list[str]]:
        ids = (me.id, other.id)
        return {key.format(*ids): [one.format(*ids) for one in values] for key, values in some.items()}

    path = make(me, client)
    old = boxes(client.get(path).text)
    assert send(client, path, {**old, **given(theirs)}).status_code == 303
    late = send(client, path, {**old, **given(mine)})
    assert late.status_code == 409
    assert told in "".join(html.fromstring(late.text).xpath("//*[contains(@id, '-theirs')]//text()"))


def test_a_fold_is_open_where_two_meet_in_it(client: FlaskClient, me: Person) -> None:
    """Who takes the contract out while somebody else writes another sees both, though the vendor's boxes are empty."""
    path = system(me, client)
    send(client, path, {**boxes(client.get(path).text), "vendor_contract": "C-1"})
    old = boxes(client.get(path).text)
    assert send(client, path, {**old, "vendor_contract": "C-2"}).status_code == 303
    late = send(client, path, {**old, "vendor_contract": ""})
    assert late.status_code == 409
    assert "C-2" in late.text
    assert "<details open>" in late.text


def test_two_who_fill_a_round_lose_nothing(client: FlaskClient, me: Person) -> None:
    made = inspected(me, me, make_system().id, MONDAY)
    path, line = f"/inspections/rounds/{made['round_id']}", made["result_id"]
    old = boxes(client.get(path).text)
    assert (
        send(client, path, {**old, f"note-{line}": "他看到的", f"outcome-{line}": "finding"}).status_code
        == 303
    )
    # Who left the line as it was takes nothing away.
    assert send(client, path, {**old, "keep": "1"}).status_code == 303
    late = send(client, path, {**old, f"note-{line}": "我看到的", f"outcome-{line}": "fine"})
    assert late.status_code == 409
    assert "他看到的" in late.text
    assert boxes(late.text)[f"note-{line}"] == ["我看到的"]
    assert send(client, path, boxes(late.text)).status_code == 303
    assert "我看到的" in client.get(path).text
