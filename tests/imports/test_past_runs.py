"""A table of last year's records on its way: uploaded, mapped, tried, brought in once, taken back whole."""

import csv
import io

import pytest
from sqlalchemy import func, select

from tests.factories.people import actor_of, make_person, make_system
from tests.factories.workbooks import workbook
from tests.test_estimates import believed
from tracker import audit, clock, index
from tracker.attachments.models import Attachment
from tracker.db import db
from tracker.followups.models import Clock
from tracker.imports import bringing, jobs, runs
from tracker.imports.models import ImportRun
from tracker.issues import actions as issue_acts
from tracker.issues.models import Issue
from tracker.records.models import Record
from tracker.records.parts import RecordItem
from tracker.records.whole import Whole
from tracker.systems.models import AISystem

HEAD = [
    "單號",
    "系統名稱",
    "發生日期",
    "通報人",
    "異常描述",
    "異常類別",
    "嚴重度",
    "根本原因",
    "矯正措施",
    "結案日期",
    "滿意度",
    "主管機關文號",
]
ROWS = [
    ["113-001", "客服助理", "113/5/20", "王小明", "把退費期限說成 30 天", "AN02 知識過時／缺漏", "S3", "舊公告未下架",
     "下架舊公告\n每月檢查", "113/6/3", "5", "府教字第 1 號"],
    ["113-002", "摘要工具", "民國113年7月1日", "", "摘要漏掉否定詞", "亂寫的類別", "", "", "",
     "2024-07-30", "很好", ""],
    ["113-003", "客服助理", "不記得", "", "沒有日期的一列", "", "", "", "", "", "", ""],
]  # fmt: skip


def as_csv(rows, encoding="utf-8-sig", delimiter=","):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


@pytest.fixture
def page(client, login):
    return login(client, make_person("supervisor", name="Kim"))


def upload(page, content, name="113.csv"):
    return page.post(
        "/imports", data={"file": (io.BytesIO(content), name)}, content_type="multipart/form-data"
    )


def run_of(answer):
    assert answer.status_code == 303, answer.text
    return db.session.get(ImportRun, int(answer.headers["Location"].rpartition("/")[2].partition("#")[0]))


def brought_in(page, content, name="113.csv"):
    """Through every page: upload, the columns as they were suggested, try, bring in."""
    run = run_of(upload(page, content, name))
    tried = page.post(
        f"/imports/{run.id}/columns", data={f"column-{n}": key for n, key in run.columns.items()}
    )
    assert tried.status_code == 303, tried.text
    page.post(f"/imports/{run.id}/start")
    jobs.run_imports(clock.now())
    db.session.expire_all()
    return db.session.get(ImportRun, run.id)


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_the_database_counts_anew_what_was_brought_in(app, page):
    brought_in(page, as_csv([HEAD, *ROWS]))
    assert believed() == count(Issue) == 2


@pytest.mark.parametrize("name", ["AR-202611-0001.json", "records.ZIP"])
def test_a_file_of_records_that_was_written_here_is_told_its_way_back(app, page, name):
    answer = upload(page, b"[]", name)
    assert answer.status_code == 422 and "tracker import --format records" in answer.text
    assert not count(ImportRun)


@pytest.mark.parametrize("form", ["utf-8-sig", "cp950", "tab", "xlsx", "title above"])
def test_every_kind_of_file_tells_the_same(app, page, form):
    rows = [HEAD, *ROWS]
    content, name = as_csv(rows), "113.csv"
    if form == "cp950":
        content = as_csv(rows, "cp950")
    elif form == "tab":
        content = as_csv(rows, delimiter="\t")
    elif form == "xlsx":
        content, name = workbook(rows), "113.xlsx"
    elif form == "title above":
        content = as_csv([["113 年度異常問題處理紀錄"], [], *rows])
    run = brought_in(page, content, name)
    assert (run.stage, run.added, run.rows) == ("done", 2, 3)
    first = db.session.scalars(select(Record).order_by(Record.id)).first()
    issue = first.primary_issue
    assert (first.state, first.anomaly_type, first.severity, first.root_cause) == (
        "closed",
        "AN02",
        "S3",
        "舊公告未下架",
    )
    assert (issue.state, issue.imported, issue.external_id, issue.satisfaction) == (
        "closed",
        True,
        "113-001",
        5,
    )
    assert issue.occurred_at.isoformat() == "2024-05-19T16:00:00+00:00" and first.number.startswith(
        "AR-202405-"
    )
    assert [one.what for one in Whole(first).items["corrective_actions"]] == ["下架舊公告", "每月檢查"]


def test_what_is_not_understood_is_named_and_kept(app, page):
    run = brought_in(page, as_csv([HEAD, *ROWS]))
    assert [(one["row"], one["why"]) for one in run.report["bad"]] == [(5, "when")]
    told = {(one["row"], one["column"], one["why"]) for one in run.report["left_out"]}
    assert told == {(4, "異常類別", "choice"), (4, "滿意度", "number"), (5, "發生日期", "date")}
    second = db.session.scalars(select(Issue).where(Issue.external_id == "113-002")).one()
    assert second.imported_row["異常類別"] == "亂寫的類別" and second.satisfaction is None
    assert "亂寫的類別" in page.get(f"/imports/{run.id}/found.csv").text


def test_a_column_without_a_field_is_found_by_the_search(app, page):
    brought_in(page, as_csv([HEAD, *ROWS]))
    found = db.session.scalars(index.newest("府教字第", index.STAFF)).all()
    assert [db.session.get(Issue, one).external_id for one in found] == ["113-001"]


def test_a_second_import_adds_nothing_and_names_what_differs(app, page):
    brought_in(page, as_csv([HEAD, *ROWS]))
    other = [[*ROWS[0][:4], "改過的描述", *ROWS[0][5:]], ROWS[1]]
    run = run_of(upload(page, as_csv([HEAD, *other])))
    page.post(f"/imports/{run.id}/columns", data={f"column-{n}": key for n, key in run.columns.items()})
    db.session.expire_all()
    assert (run.report["fresh"], run.report["known"]) == (0, 2)
    assert [one["value"] for one in run.report["other"]] == ["113-001"]
    assert page.post(f"/imports/{run.id}/start").status_code == 303 and run.stage == "checked"
    assert count(Record) == 2


def test_history_arms_no_clock_and_stands_in_no_inbox(app, page):
    brought_in(page, as_csv([HEAD, *ROWS]))
    assert count(Clock) == 0
    assert "退費期限" not in page.get("/inbox/all").text
    assert "退費期限" in page.get("/records").text
    assert list(audit.verify()) == []


def test_trying_keeps_nothing(app, page):
    run = run_of(upload(page, as_csv([HEAD, *ROWS])))
    answer = page.post(
        f"/imports/{run.id}/columns", data={f"column-{n}": key for n, key in run.columns.items()}
    )
    assert answer.status_code == 303 and count(Issue) == count(Record) == 0
    shown = page.get(f"/imports/{run.id}").text
    assert "可匯入 2 份紀錄" in shown and "亂寫的類別" in shown


def test_a_whole_import_is_taken_back_and_leaves_nothing(app, page):
    make_system(name="客服助理")
    run = brought_in(page, as_csv([HEAD, *ROWS]))
    page.post(f"/imports/{run.id}/undo")
    jobs.run_imports(clock.now())
    db.session.expire_all()
    assert (run.stage, run.report["gone"], run.report["kept"]) == ("undone", 2, 0)
    assert [count(model) for model in (Issue, Record, RecordItem)] == [0, 0, 0]
    assert db.session.scalars(select(AISystem.name).where(AISystem.imported)).all() == []
    assert index_is_empty() and list(audit.verify()) == []
    assert brought_in(page, as_csv([HEAD, *ROWS])).added == 2


def index_is_empty():
    return db.session.scalars(index.newest("退費期限", index.STAFF)).all() == []


def test_what_somebody_worked_on_stays(app, page, clock):
    run = brought_in(page, as_csv([HEAD, *ROWS]))
    kept = db.session.scalars(select(Issue).where(Issue.external_id == "113-001")).one()
    issue_acts.say(
        kept,
        "Looked at again.",
        visibility="internal",
        by=actor_of(make_person("supervisor")),
        at=clock.now(),
    )
    db.session.commit()
    page.post(f"/imports/{run.id}/undo")
    jobs.run_imports(clock.now())
    db.session.expire_all()
    assert (run.report["gone"], run.report["kept"]) == (1, 1)
    assert db.session.scalars(select(Issue.external_id)).all() == ["113-001"]


def test_a_run_that_fails_midway_keeps_nothing(app, page):
    """The file breaks off in the middle: the disk lost it, or somebody wrote over it."""
    # Long ones: the place where it breaks lies beyond what is read ahead.
    told = "story " * 100
    rows = [[f"n-{n}", "s", "113/1/2", "", told, "", "", "", "", "", "", ""] for n in range(300)]
    run = run_of(upload(page, as_csv([HEAD, *rows])))
    page.post(f"/imports/{run.id}/columns", data={f"column-{n}": key for n, key in run.columns.items()})
    page.post(f"/imports/{run.id}/start")
    with runs.path_of(run).open("ab") as file:
        file.write(b"n-300,s,113/1/2,,\xff\xff,,,,,,,\n")
    jobs.run_imports(clock.now())
    db.session.expire_all()
    assert (run.stage, run.error) == ("failed", "encoding") and run.done >= 200 and count(Issue) == 0
    assert "沒有留下任何資料" in page.get(f"/imports/{run.id}").text


def test_a_run_whose_node_died_goes_on(app, page, clock):
    rows = [[f"n-{n}", "s", "113/1/2", "", f"story {n}", "", "", "", "", "", "", ""] for n in range(250)]
    run = run_of(upload(page, as_csv([HEAD, *rows])))
    page.post(f"/imports/{run.id}/columns", data={f"column-{n}": key for n, key in run.columns.items()})
    page.post(f"/imports/{run.id}/start")
    taken = runs.claim(clock.now())
    steps = bringing.write(taken, actor_of(make_person("supervisor")), clock.now())
    next(steps)
    db.session.commit()
    steps.close()
    assert jobs.run_imports(clock.now()) == 0
    clock.advance(minutes=6)
    assert jobs.run_imports(clock.now()) == 1
    db.session.expire_all()
    assert (run.stage, run.added, run.report["known"]) == ("done", 250, 0)


def test_columns_that_cannot_be_are_named(app, page):
    run = run_of(upload(page, as_csv([HEAD, *ROWS])))
    answer = page.post(
        f"/imports/{run.id}/columns", data={"column-0": "lessons", "column-1": "lessons", "column-2": "x"}
    )
    assert answer.status_code == 422 and "另一欄已經對應到這個欄位" in answer.text
    assert "請指定哪一欄寫了發生什麼事" in answer.text and run.stage == "mapping"


def test_a_file_given_up_is_deleted(app, page):
    run = run_of(upload(page, as_csv([HEAD, *ROWS])))
    page.post(f"/imports/{run.id}/drop")
    db.session.expire_all()
    assert run.stage == "dropped" and db.session.scalars(select(Attachment.removed_at)).one() is not None
    assert page.get(f"/imports/{run.id}").status_code == 200


def test_personal_data_is_sealed(app, page):
    head, row = [*HEAD, "個資"], [*ROWS[0], "有"]
    run = run_of(upload(page, as_csv([head, row])))
    columns = {f"column-{n}": key for n, key in run.columns.items()} | {"column-12": "personal_data"}
    page.post(f"/imports/{run.id}/columns", data=columns)
    page.post(f"/imports/{run.id}/start")
    jobs.run_imports(clock.now())
    issue = db.session.scalars(select(Issue)).one()
    assert issue.personal_data and issue.title == "涉及個資的回報" and index_is_empty()


@pytest.mark.parametrize(
    ("role", "status"), [("supervisor", 200), ("engineer", 403), ("manager", 403), ("admin", 403)]
)
def test_who_opens_an_import(app, client, login, page, role, status):
    run = run_of(upload(page, as_csv([HEAD, *ROWS])))
    login(client, make_person(role))
    assert client.get(f"/imports/{run.id}").status_code == status
    assert client.get(f"/imports/{run.id}/found.csv").status_code == status
    sent = [client.post(f"/imports/{run.id}/{rest}") for rest in ("reading", "columns", "start")]
    assert all((one.status_code == 403) == (status == 403) for one in sent)
