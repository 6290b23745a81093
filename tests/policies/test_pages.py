"""The pages of the policy: sentences, one rule in a form, the draft, what comes into force and what goes back."""

import re

import pytest

from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_system, make_unit, organisation
from tests.posting import send
from tracker.db import db
from tracker.policies import actions, presets, queries, rules, shapes
from tracker.policies.models import PolicyActivation, PolicyDraft, PolicyVersion
from tracker.policies.rules import Policy

DRAFT = "/admin/chase/draft"


@pytest.fixture
def admin(client, login):
    return login(client, make_person("admin", name="Admin", locale="en"))


def place(clock: str, only: bool = False) -> int:
    """Where the rule of a clock stands in the draft."""
    policy = draft()
    return next(
        n for n, one in enumerate(policy.rules) if one.clock == clock and one.only.everybody is not only
    )


def draft() -> Policy:
    db.session.expire_all()
    return shapes.read(db.session.get(PolicyDraft, 1).body)


def fields(page: str) -> dict[str, object]:
    """What the form of a rule would send as it stands."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]+>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if (
            name
            and "csrf" not in tag
            and (('type="radio"' not in tag and "checkbox" not in tag) or " checked" in tag)
        ):
            found.setdefault(name[1], []).append(value[1] if value else "y")
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        found[name] = [chosen[1] if chosen else ""]
    return found


def edit(admin, clock: str, **changes: object):
    """Post the form of a rule with some fields changed."""
    path = f"{DRAFT}/rules/{place(clock)}"
    return send(admin, path, {**fields(admin.get(path).text), **changes})


PATHS = [
    ("GET", "/admin/chase"), ("GET", "/admin/sla"), ("POST", "/admin/chase/preset"), ("GET", DRAFT), ("POST", DRAFT),
    ("GET", f"{DRAFT}/rules/0"), ("POST", f"{DRAFT}/rules/0"), ("GET", f"{DRAFT}/rules/0/except"),
    ("POST", f"{DRAFT}/rules/0/except"), ("POST", f"{DRAFT}/rules/0/delete"), ("POST", f"{DRAFT}/drop"),
    ("GET", f"{DRAFT}/activate"), ("POST", f"{DRAFT}/activate"), ("GET", "/admin/chase/versions/tight"),
    ("GET", "/admin/chase/versions/tight/activate"), ("POST", "/admin/chase/versions/tight/activate"),
    ("POST", "/admin/chase/undo"),
]  # fmt: skip


def test_the_pages_are_for_administrators(app, login):
    others = make_person(roles=("reporter", "supervisor", "engineer", "manager", "auditor"))
    stranger, client = app.test_client(), login(app.test_client(), others)
    for method, path in PATHS:
        assert stranger.open(path, method=method).status_code in (302, 303, 401), path
        answer = send(client, path) if method == "POST" else client.get(path)
        assert answer.status_code == 403, path


def test_the_rules_read_as_plain_sentences(admin, client, login):
    page = admin.get("/admin/chase").text
    assert (
        "All cases: S1 1 working hour, S2 4 working hours, S3 8 working hours, S4 16 working hours; " in page
    )
    assert "with 25% left tell the one who owes it; when it has run out tell the one who owes it; " in page
    chinese = login(client.application.test_client(), make_person("admin", locale="zh_Hant_TW"))
    page = chinese.get("/admin/chase").text
    assert (
        "所有案件：S1 1 工作小時、S2 4 工作小時、S3 8 工作小時、S4 16 工作小時；剩 25% 時通知負責人；到期時通知負責人；"
        in page
    )
    assert "逾期 1 工作日通知負責人、訓練主管；" in page


def test_a_small_office_chooses_with_one_click(admin):
    make_issue()
    assert send(admin, "/admin/chase/preset", {"preset": "tight"}).status_code == 303
    assert queries.in_force() == "tight"
    assert send(admin, "/admin/chase/preset", {"preset": "lax"}).status_code == 422
    answer = send(admin, "/admin/chase/undo", {"id": db.session.query(PolicyActivation).one().id})
    assert answer.status_code == 303
    db.session.expire_all()
    assert queries.in_force() == "normal"


def test_one_rule_is_changed_in_the_draft_and_nothing_in_force(admin):
    send(admin, DRAFT)
    answer = edit(
        admin, "first_response", **{"amounts-0": "０.５", "steps-2-to": ["owner", "supervisors", "on_duty"]}
    )
    assert answer.status_code == 303, answer.text
    rule = draft().rules[place("first_response")]
    assert rule.allowance == rules.Allowance("hour", (0.5, 4, 8, 16))
    assert rule.steps[2].to == ("owner", "supervisors", "on_duty")
    page = admin.get(DRAFT).text
    assert "<ins>All cases: S1 0.5 working hours" in page
    assert queries.in_force() == "normal"
    assert rule.steps[3:] == presets.PRESETS["normal"].rules[0].steps[3:]


@pytest.mark.sqlite_only
def test_every_rule_is_saved_as_it_stands(admin):
    send(admin, DRAFT)
    before = draft()
    for which in rules.RULED:
        assert edit(admin, which).status_code == 303, which
        assert draft() == before, which


WRONG = [
    ("first_response", {"amounts-0": "0"}, "Enter more than 0"),
    ("first_response", {"amounts-3": "1e9"}, "Enter more than 0"),
    ("first_response", {"amounts-0": "soon"}, "Enter a number such as 8 or 1.5"),
    ("first_response", {"amounts-0": "nan"}, "Enter a number such as 8 or 1.5"),
    ("first_response", {"amounts-0": "9"}, "A graver case must not have more time"),
    ("first_response", {"steps-0-amount": "100"}, "a whole percentage from 1 to 99"),
    ("first_response", {"steps-0-amount": "12.5"}, "a whole percentage from 1 to 99"),
    ("first_response", {f"steps-{n}-when": "" for n in range(5)}, "Write at least one step"),
    ("first_response", {"steps-4-when": ""}, "nothing open may fall silent"),
    ("first_response", {f"steps-{n}-when": "" for n in range(4)}, "Write at least one step before"),
    ("first_response", {"steps-4-amount": "0"}, "from 1 to 60"),
    ("first_response", {"steps-4-does": "reassign_deputy"}, "in a circle for ever"),
    ("first_response", {"steps-2-amount": "2"}, "at the same time"),
    ("first_response", {"steps-2-amount": "-1"}, "from 1 to 120"),
    ("first_response", {"steps-2-to": []}, "whom it tells"),
    ("first_response", {"steps-1-does": "close"}, "only for want of the user"),
    ("first_response", {"steps-1-does": "raise"}, "Raising belongs after"),
    ("verify", {"steps-2-does": "reassign_deputy"}, "Only the first response and the next update"),
    ("user_answer", {"amounts-0": "2"}, "from 3 to 90"),
    ("user_answer", {"steps-0-when": ""}, "asked again twice"),
    ("user_answer", {"steps-0-does": ""}, "asks them once more"),
    ("expected", {"steps-1-does": ""}, "A promised date lapses when it has passed"),
    ("first_response", {"steps-0-when": "sometimes"}, "Choose one of the list"),
]  # fmt: skip


@pytest.mark.sqlite_only
def test_what_makes_no_sense_is_refused_and_kept_on_the_page(admin):
    send(admin, DRAFT)
    before = draft()
    for which, changes, says in WRONG:
        answer = edit(admin, which, **changes)
        assert answer.status_code == 422, (which, changes)
        assert says in answer.text, (which, changes)
        for name, value in changes.items():
            if "amount" in name:
                assert f'name="{name}"' in answer.text
                assert f'value="{value}"' in answer.text
        assert draft() == before, (which, changes)


def test_an_exception_stands_above_the_rule_for_all(admin):
    send(admin, DRAFT)
    system, unit = make_system(name="Helper"), make_unit(name="Desk")
    path = f"{DRAFT}/rules/{place('verify')}/except"
    as_it_is = fields(admin.get(path).text)
    assert "Say for which cases" in send(admin, path, as_it_is).text
    answer = send(admin, path, {**as_it_is, "severities": ["S1"], "systems": [system.id], "units": [unit.id]})
    assert answer.status_code == 303
    assert "S1 · Helper · Desk: 1 working day; " in admin.get(DRAFT).text
    at = place("verify", only=True)
    assert at < place("verify")
    assert send(admin, f"{DRAFT}/rules/{at}/delete").status_code == 303
    assert draft().rules == presets.PRESETS["normal"].rules
    assert send(admin, f"{DRAFT}/rules/{place('verify')}/delete").status_code == 422


def test_a_rule_that_is_never_used_stands_in_the_way(admin):
    send(admin, DRAFT)
    row = db.session.get(PolicyDraft, 1)
    rules = row.body["rules"]
    row.body = {"rules": [rules[0], *(rule for rule in rules if rule["clock"] != "action")]}
    db.session.commit()
    page = admin.get(DRAFT).text
    assert "This rule is never used" in page
    assert "Action due: there must be one rule for all cases" in page
    assert send(admin, f"{DRAFT}/activate", {}).status_code == 200
    assert db.session.query(PolicyVersion).count() == 0


def test_two_administrators_do_not_overwrite_each_other(admin):
    send(admin, DRAFT)
    path = f"{DRAFT}/rules/{place('verify')}"
    old = fields(admin.get(path).text)
    assert edit(admin, "verify", **{"amounts-3": "9"}).status_code == 303
    answer = send(admin, path, {**old, "amounts-3": "7"})
    assert answer.status_code == 422
    assert "Somebody else changed this rule meanwhile" in answer.text
    assert draft().rules[place("verify")].allowance.amounts[3] == 9
    # Both were on that page: who saves it again means it.
    assert send(admin, path, fields(answer.text)).status_code == 303
    assert draft().rules[place("verify")].allowance.amounts[3] == 7


def test_the_draft_comes_into_force_and_goes_back(admin):
    make_issue()
    send(admin, DRAFT)
    edit(admin, "verify", **{"amounts-3": "9"})
    page = admin.get(f"{DRAFT}/activate").text
    assert "S4 9 working days" in page
    wrong = send(admin, f"{DRAFT}/activate", {"effective_at": "whenever"})
    assert (wrong.status_code, "Enter a date and time" in wrong.text) == (422, True)
    assert db.session.query(PolicyVersion).count() == 0
    late = send(admin, f"{DRAFT}/activate", {"effective_at": "2020-01-01"})
    assert (late.status_code, "in the future" in late.text) == (422, True)
    answer = send(admin, f"{DRAFT}/activate", {"note": "Verification needs longer", "open_cases": "y"})
    assert answer.status_code == 303
    assert (queries.in_force(), queries.draft()) == ("1", None)
    home = admin.get("/admin/chase").text
    assert "In force now: version 1." in home
    assert "Verification needs longer" in home
    assert "Go back to Normal" in home
    assert "in force" in admin.get("/admin/chase/versions/1").text
    assert "version 1" in admin.get("/admin/organisation").text
    send(admin, "/admin/chase/undo", {"id": db.session.query(PolicyActivation).one().id})
    db.session.expire_all()
    assert queries.in_force() == "normal"
    assert send(admin, "/admin/chase/versions/1/activate", {}).status_code == 303
    db.session.expire_all()
    assert queries.in_force() == "1"


def test_an_activation_for_later_is_shown_and_called_off(admin):
    send(admin, "/admin/chase/versions/slow/activate", {"effective_at": "2026-12-01 09:00"})
    page = admin.get("/admin/chase").text
    assert "In force from " in page and "Slow comes into force on" in page
    assert "Call it off" in page
    send(admin, "/admin/chase/undo", {"id": db.session.query(PolicyActivation).one().id})
    assert "called off" in admin.get("/admin/chase").text
    assert send(admin, "/admin/chase/undo", {"id": 1}).status_code == 409


def test_a_draft_is_begun_from_a_version_and_thrown_away(admin):
    send(admin, DRAFT, {"from": "tight"})
    assert draft().rules == presets.PRESETS["tight"].rules
    # A second beginning loses nothing that was written.
    send(admin, DRAFT, {"from": "slow"})
    assert draft().rules == presets.PRESETS["tight"].rules
    assert send(admin, f"{DRAFT}/drop").status_code == 303
    assert admin.get(DRAFT).location == "/admin/chase"
    assert send(admin, DRAFT, {"from": "lax"}).status_code == 422


@pytest.mark.parametrize("path", ["versions/9", "versions/lax", "draft/rules/0", "draft/activate"])
def test_what_is_not_there_is_not_found(admin, path):
    assert admin.get(f"/admin/chase/{path}").status_code == 404


def test_a_broken_version_is_told(admin):
    db.session.add(
        PolicyVersion(number=7, at=make_issue().reported_at, by_name="", note="", based_on="", body={})
    )
    organisation(chase_preset="7")
    assert "version 7 cannot be used" in admin.get("/admin/chase").text
    assert actions.NOTE_LENGTH == 500
