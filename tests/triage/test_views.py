"""Saved views, the order of the list, counts that keep up, and the pane beside the list."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, make_system, organisation
from tests.issues.test_cost import MOST, counted
from tracker.accounts import actions as people
from tracker.accounts.models import Person
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.followups.actions import rearm_now
from tracker.issues import actions, counting, inbox
from tracker.issues.models import Issue
from tracker.triage.models import SavedView
from tracker.unchanged import last_change

Login = Callable[[FlaskClient, Person], FlaskClient]


@pytest.fixture
def desk(client: FlaskClient, login: Login) -> FlaskClient:
    """A supervisor who is not alone."""
    organisation()
    make_person("supervisor")
    return login(client, make_person("supervisor"))


def test_a_view_is_saved_with_its_whole_filter_and_counts_by_itself(desk: FlaskClient) -> None:
    system = make_system()
    for _ in range(2):
        make_issue(system=system)
    make_issue()
    given = {"view": "triage", "system": str(system.id), "sort": "newest", "name": " 退貨 "}
    where = desk.post("/views/new", data=given).location
    saved = db.session.query(SavedView).one()
    assert where == f"/inbox/triage?system={system.id}&sort=newest&saved={saved.id}"
    page = desk.get(where).text
    assert f'data-view="{saved.id}">2<' in page and page.count('class="row-item') == 2
    assert 'data-view="triage">3<' in page


def test_a_saved_view_says_each_filter_it_holds_in_words(desk: FlaskClient) -> None:
    system, colleague = make_system(), make_person("supervisor")
    narrowed = {"system": str(system.id), "severity": "S3", "kind": "how_to", "assignee": str(colleague.id)}
    desk.post("/views/new", data={"view": "triage", "sort": "newest", "name": "mine", **narrowed})
    desk.post("/views/new", data={"view": "all", "name": "gone", "system": "999999", "severity": "S9"})
    held, gone = db.session.query(SavedView).order_by(SavedView.id)
    expected = (
        f"待分流 · AI 系統：{system.name} · 嚴重度：S3 中 · 問題性質：操作諮詢 · "
        f"負責：{colleague.name} · 排序：最新的在前"
    )
    assert expected in desk.get("/views").text and expected in desk.get(f"/views/{held.id}").text
    assert '<p class="hint">全部未結</p>' in desk.get(f"/views/{gone.id}").text


def test_a_view_of_one_s_own_is_hidden_from_others_and_a_shared_one_is_not(
    desk: FlaskClient, client: FlaskClient, login: Login
) -> None:
    for name, more in (("mine alone", {}), ("for all", {"shared": "y"})):
        desk.post("/views/new", data={"view": "all", "name": name, **more})
    own, shared = db.session.query(SavedView).order_by(SavedView.id)
    other = login(client, make_person("supervisor"))
    page = other.get("/inbox/all").text
    assert "for all" in page and "mine alone" not in page
    assert other.get(f"/views/{own.id}").status_code == 404
    assert other.post(f"/views/{shared.id}/remove").status_code == 403


def test_a_view_is_renamed_moved_deleted_and_brought_back(desk: FlaskClient) -> None:
    for name in ("one", "two"):
        desk.post("/views/new", data={"view": "all", "name": name})
    one, two = db.session.query(SavedView).order_by(SavedView.id)
    assert (page := desk.get("/inbox/all").text).index(">one<") < page.index(">two<")
    desk.post(f"/views/{two.id}/up")
    assert (page := desk.get("/inbox/all").text).index(">two<") < page.index(">one<")
    desk.post(f"/views/{one.id}", data={"name": "first"})
    page = desk.get("/views").text
    assert page.index("two") < page.index("first")
    desk.post(f"/views/{one.id}/remove")
    page = desk.get("/views").text
    assert f"/views/{one.id}/restore" in page and f'href="/views/{one.id}"' not in page
    desk.post(f"/views/{one.id}/restore")
    assert f'href="/views/{one.id}"' in desk.get("/views").text
    assert desk.post("/views/new", data={"view": "all", "name": " "}).status_code == 422


def test_who_works_alone_sees_nothing_made_for_several(client: FlaskClient, login: Login) -> None:
    """Saved views, handing over, acts on many and rotas come with the second supervisor (decisions 1.3)."""
    organisation()
    issue, boss = make_issue(kind="complaint"), make_person(roles=("supervisor", "admin"))
    desk, theirs = login(client, boss), ("/views/new", "/inbox/bulk/", 'name="number"')
    for several in (False, True):
        page = desk.get("/inbox/all").text
        assert [one in page for one in theirs] == [several] * 3 and issue.number in page
        assert (f"/issues/{issue.number}/assign" in desk.get(f"/issues/{issue.number}").text) is several
        assert ('href="/duty"' in desk.get("/admin").text) is several
        assert ("/inbox/bulk/decide" in desk.get("/needs").text) is several
        if not several:
            people.create_person(name="Second", roles=["supervisor"], by=actor_of(boss), at=MONDAY)
            db.session.commit()


def test_who_works_alone_takes_over_what_a_former_colleague_had(client: FlaskClient, login: Login) -> None:
    issue = make_issue(assignee=make_person("reporter"))
    assert "/assign" in login(client, make_person("supervisor")).get(f"/issues/{issue.number}").text


@pytest.mark.parametrize(("sort", "order"), [("", [1, 0, 2]), ("newest", [2, 1, 0]), ("oldest", [0, 1, 2])])
def test_the_list_keeps_its_order_over_the_pages(desk: FlaskClient, sort: str, order: list[int]) -> None:
    issues = [make_issue(next_due_at=MONDAY + timedelta(hours=hours)) for hours in (2, 1, 3)]
    actor, filters = actor_of(make_person("supervisor")), inbox.Filters(sort=sort)
    view = inbox.BY_NAME["triage"]
    rows = inbox.page(actor, view, filters, MONDAY).rows
    assert [row.id for row in rows] == [issues[n].id for n in order]
    middle = inbox.Key(rows[1].next_due_at, rows[1].id)
    assert [row.id for row in inbox.page(actor, view, filters, MONDAY, after=middle).rows] == [rows[2].id]
    assert [row.id for row in inbox.page(actor, view, filters, MONDAY, before=middle).rows] == [rows[0].id]


def test_what_came_since_is_counted_and_one_s_own_doing_is_not(desk: FlaskClient) -> None:
    me = actor_of(make_person("supervisor"))
    old, since = make_issue(), last_change().entry_id
    assert counting.came(me, inbox.BY_NAME["triage"], inbox.Filters(), MONDAY, since=since) == 0
    actions.carry_out(old, "accept", by=me, at=MONDAY)
    make_issue()
    for view, came in (("triage", 1), ("confirming", 0), ("all", 1)):
        assert counting.came(me, inbox.BY_NAME[view], inbox.Filters(), MONDAY, since=since) == came
    news = desk.get(f"/inbox/live/triage?since={since}").get_json()
    assert news["counts"]["triage"] == "1" and "1" in news["came"]
    assert desk.get(f"/inbox/live/triage?since={last_change().entry_id}").get_json()["came"] == ""


def test_the_pane_shows_the_first_row_from_the_start_and_its_acts_come_back_here(desk: FlaskClient) -> None:
    issue = make_issue(description="The 7 days are 30.")
    page = desk.get("/inbox/triage?severity=S3").text
    assert f'data-shown="{issue.number}"' in page and "The 7 days are 30." in page
    assert "back=%2Finbox%2Ftriage%3Fseverity%3DS3" in page or "back=/inbox/triage%3Fseverity%3DS3" in page
    answer = desk.post(f"/issues/{issue.number}/accept", data={"back": "/inbox/triage?severity=S3"})
    assert answer.location == "/inbox/triage?severity=S3"


@pytest.mark.parametrize(
    "elsewhere", ["//evil.test", "https://evil.test/inbox", "/inboxes", "/inbox\\evil", ""]
)
def test_an_act_leads_nowhere_but_to_the_inbox(desk: FlaskClient, elsewhere: str) -> None:
    issue = make_issue()
    answer = desk.post(f"/issues/{issue.number}/accept", data={"back": elsewhere})
    assert answer.location == f"/issues/{issue.number}"


def test_severity_and_kind_are_set_from_the_pane(desk: FlaskClient) -> None:
    issue = make_issue()
    desk.post(
        f"/issues/{issue.number}/classify", data={"severity": "S2", "issue_kind": "how_to", "back": "/inbox"}
    )
    again = db.session.get_one(Issue, issue.id)
    assert (again.severity, again.kind, again.severity_provisional) == ("S2", "how_to", False)
    stale = desk.post(f"/issues/{issue.number}/classify", data={"severity": "S1", "seen-severity": "another"})
    assert stale.status_code == 409


def test_the_inbox_stays_within_its_statements(desk: FlaskClient) -> None:
    for n in range(12):
        make_issue(description=f"The number {n} is wrong.")
    desk.post("/views/new", data={"view": "triage", "name": "Mine"})
    for path in ("/inbox/triage", "/inbox/all?sort=newest", "/inbox/live/triage?since=0"):
        # What the page shows of the office is asked anew after each change, by whoever comes first.
        desk.get(path)
        with counted() as statements:
            assert desk.get(path).status_code == 200
        assert len(statements) <= MOST, (path, "\n\n".join(statements))


def test_what_a_supervisor_of_other_systems_only_follows_shows_them_no_words(
    client: FlaskClient, login: Login
) -> None:
    ours, issue = make_system(), make_issue(description="Not for their eyes.")
    boss, handled = (
        make_person("supervisor", system_limit=ours),
        make_issue(description="A case handled here."),
    )
    handled.assignee_id = boss.id
    actions.follow(issue, boss.id, by=SYSTEM, at=MONDAY)
    db.session.commit()
    mine = login(client, boss)
    for one in (issue, handled):
        rearm_now("issue", one.id, MONDAY)
    db.session.commit()
    for path in ("/inbox/all", "/register", "/follow-up?show=all"):
        listed = mine.get(path).text
        assert issue.title not in listed and handled.title in listed, path
    for path in (
        f"/inbox/preview/{issue.number}",
        f"/inbox/alike/{issue.number}",
        f"/issues/{issue.number}/macros", f"/chases?subject={issue.number}",
    ):  # fmt: skip
        assert mine.get(path).status_code == 404, path
    assert mine.get(f"/inbox/preview/{handled.number}").status_code == 200
