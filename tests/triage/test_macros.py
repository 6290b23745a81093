"""Macros fill a form and show what they changed; nothing is sent, nothing typed is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, make_system
from tracker.accounts.models import Person
from tracker.db import db
from tracker.errors import DomainError
from tracker.issues.models import Issue
from tracker.triage import macros
from tracker.triage.models import Macro

pytestmark = pytest.mark.usefixtures("app")
Login = Callable[[FlaskClient, Person], FlaskClient]


def make_macro(body: str = "Dear {reporter}: seven days.", **more: Any) -> Macro:
    given = {"name": "Days", "act": "answer", "issue_kind": "how_to", "system_id": None, "locale": "", **more}
    made = macros.save(Macro(), {**given, "body": body}, by=actor_of(make_person("admin")), at=MONDAY)
    db.session.commit()
    return made


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("{reporter} {number}", "{name} {number}"),
        ("{回報者}／{問題編號}", "{name}／{number}"),
        ("{ system }", "Robot"),
    ],
)
def test_fixed_names_stand_for_the_facts_of_the_issue(body: str, text: str) -> None:
    issue = make_issue(system=make_system(name="Robot", name_en="Robot"))
    assert issue.reporter is not None
    wanted = text.replace("{name}", issue.reporter.name).replace("{number}", issue.number)
    assert macros.rendered(make_macro(body).body, issue, actor_of(make_person("supervisor"))) == wanted


def test_a_title_with_braces_is_no_placeholder() -> None:
    issue = make_issue(title="{number} {evil}")
    assert macros.rendered("{title}", issue, actor_of(make_person("supervisor"))) == "{number} {evil}"


@pytest.mark.parametrize(
    ("given", "field"),
    [({"body": "Dear {nobody}"}, "body"), ({"name": " "}, "name"), ({"act": "withdraw"}, "act")],
)
def test_a_macro_that_could_not_be_filled_in_is_refused(given: dict[str, str], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        make_macro(**{"body": "Seven.", **given})
    assert set(refused.value.fields) == {field}


def test_those_of_the_system_and_the_reporter_s_language_fit() -> None:
    system, other = make_system(), make_system()
    issue = make_issue(system=system, reporter=make_person("reporter", locale="en"))
    for name, more in (("b all", {}), ("a own", {"system_id": system.id}), ("other", {"system_id": other.id}),
                       ("english", {"locale": "en"}), ("chinese", {"locale": "zh_Hant_TW"})):  # fmt: skip
        make_macro(name=name, **more)
    assert [one.name for one in macros.fitting(issue)] == ["a own", "b all", "english"]


def test_choosing_one_fills_the_form_and_moves_nothing(client: FlaskClient, login: Login) -> None:
    issue, macro = make_issue(), make_macro()
    mine = login(client, make_person("supervisor"))
    assert f"macro={macro.id}" in mine.get(f"/issues/{issue.number}/macros").text
    page = mine.get(f"/issues/{issue.number}/answer?macro={macro.id}").text
    assert f"Dear {db.session.get_one(Issue, issue.id).reporter.name}: seven days." in page  # type: ignore[union-attr]
    assert 'value="how_to" selected' in page or 'selected value="how_to"' in page
    assert "data-filled" in page and db.session.get_one(Issue, issue.id).state == "new"


def test_what_was_typed_stays_above_the_macro_s_words(client: FlaskClient, login: Login) -> None:
    issue, macro = make_issue(), make_macro("Seven days.")
    page = login(client, make_person("supervisor")).post(
        f"/issues/{issue.number}/answer",
        data={"fill": "1", "macro": macro.id, "proposed_solution": "As I said:", "workaround": "Call us."},
    )
    assert page.status_code == 200 and "As I said:\r\n\r\nSeven days." in page.text.replace(
        "\n", "\r\n"
    ).replace("\r\r", "\r")
    assert "Call us." in page.text and db.session.get_one(Issue, issue.id).state == "new"


def test_a_message_is_filled_too_and_sent_by_its_button_alone(client: FlaskClient, login: Login) -> None:
    issue, macro = make_issue(), make_macro("We look into it.", act="note")
    mine = login(client, make_person("supervisor"))
    page = mine.post(f"/issues/{issue.number}/note", data={"fill": "1", "macro": macro.id, "body": ""})
    assert page.status_code == 200 and "We look into it." in page.text
    assert "We look into it." not in mine.get(f"/issues/{issue.number}?as=reporter").text


def test_the_list_is_kept_by_administrators_and_supervisors(client: FlaskClient, login: Login) -> None:
    mine = login(client, make_person("admin"))
    given = {
        "name": "Days",
        "act": "ask",
        "body": "Dear {reporter}",
        "issue_kind": "",
        "system_id": "",
        "locale": "",
    }
    assert mine.post("/admin/macros/new", data={**given, "body": "{nobody}"}).status_code == 422
    assert mine.post("/admin/macros/new", data=given).status_code == 303
    macro = db.session.query(Macro).one()
    mine.post(f"/admin/macros/{macro.id}", data={**given, "name": "Day"})
    assert "Day" in mine.get("/admin/macros").text
    mine.post(f"/admin/macros/{macro.id}/remove")
    assert f"/admin/macros/{macro.id}/restore" in mine.get("/admin/macros").text
    mine.post(f"/admin/macros/{macro.id}/restore")
    assert f'href="/admin/macros/{macro.id}"' in mine.get("/admin/macros").text
    assert login(client, make_person("engineer")).get(f"/admin/macros/{macro.id}").status_code == 403
