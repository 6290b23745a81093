"""What a table of the past tells is read as it was meant: its own numbers, days without a time of day, no guessing."""

from sqlalchemy import select

from tests.imports import test_past_runs
from tests.imports.test_past_runs import HEAD, ROWS, as_csv, brought_in
from tracker.db import db
from tracker.issues.models import Issue
from tracker.records.models import Record

page = test_past_runs.page


def test_a_date_without_its_year_or_ahead_of_today_is_named_and_never_guessed(app, page):
    days = ("5/20", "5月20日", "昨天", "150/1/1", "113.5.20", "1130521", "2024-05-22T08:00:00+08:00", "113/5")
    rows = [[f"113-{at:03}", day, "答錯退費"] for at, day in enumerate(days, 1)]
    run = brought_in(page, as_csv([["單號", "日期", "描述"], *rows]))
    told = {(one["row"], one["why"]) for one in run.report["left_out"]}
    assert told == {(2, "year"), (3, "year"), (4, "year"), (5, "future"), (9, "month")} and run.added == 3
    days = sorted(one.strftime("%m%d") for one in db.session.scalars(select(Issue.reported_at)))
    assert days == ["0519", "0520", "0522"]


def test_a_record_keeps_its_old_number_and_tells_days_without_a_time_of_day(app, page):
    brought_in(page, as_csv([HEAD, *ROWS]))
    record = db.session.scalars(select(Record).join(Issue).where(Issue.external_id == "113-001")).one()
    assert record.primary_issue.number_before == "113-001"
    assert record.number in page.get("/records?number=113-00").text
    assert record.number not in page.get("/records?number=113-002").text
    assert "原編號 113-001" in page.get(f"/records/{record.number}").text
    for path in (record.number, f"{record.number}/print"):
        told = page.get(f"/records/{path}?era=ce").text
        assert "2024年6月3日" in told and "6月3日（一）00:00" not in told
    assert "原編號 113-001" in page.get("/register?year=2024").text
    words = page.get(f"/records/{record.number}/export?format=csv").text
    assert "2024年6月3日" in words and "）00:00" not in words


def test_how_grave_it_was_is_read_in_the_words_of_older_forms(app, page):
    rows = [
        [f"113-{at}", "113/6/3", word, "答錯"] for at, word in enumerate(("高", "低", "Critical", "S3 中"), 1)
    ]
    run = brought_in(page, as_csv([["單號", "日期", "嚴重度", "描述"], *rows]))
    found = db.session.scalars(select(Issue.severity).order_by(Issue.external_id)).all()
    assert (found, run.report["left_out"]) == (["S2", "S4", "S1", "S3"], [])


def test_when_it_happened_keeps_how_exactly_the_table_knew_it(app, page):
    happened = ("一一三年五月二日", "113年5月", "2024-05-03 14:20")
    rows = [[f"113-{at:03}", "113/6/3", day, "答錯退費"] for at, day in enumerate(happened, 1)]
    brought_in(page, as_csv([["單號", "回報日期", "發生時間", "描述"], *rows]))
    issues = db.session.scalars(select(Issue).order_by(Issue.external_id)).all()
    assert [one.occurred_precision for one in issues] == ["day", "month", "exact"]
    told = [page.get(f"/issues/{one.number}").text for one in issues]
    assert "2024年5月2日<" in told[0] and "2024年5月<" in told[1] and "14:20" in told[2]
    assert "00:00<" not in told[0], "nor when it became known"
    assert "訪客" not in told[0] + page.get(f"/records/{issues[0].number.replace('Q', 'AR')}/print").text
    record = db.session.scalars(select(Record).where(Record.primary_issue_id == issues[1].id)).one()
    words = page.get(f"/records/{record.number}/export?format=csv").text
    assert "2024年5月" in words and "2024年5月1日" not in words
