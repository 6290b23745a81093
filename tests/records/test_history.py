"""Versions: readable differences, the history of a section, what changed after a signature, the line of re-issues."""

import re
import time

import pytest

from tests.clock import MONDAY
from tests.factories.people import actor_of, make_person
from tests.factories.records import do, make_record
from tracker.audit.models import TextVersion
from tracker.comparing import DEL, INS, SAME, pieces
from tracker.db import db
from tracker.records import actions, history
from tracker.records.parts import EffectCheck
from tracker.records.whole import Whole


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("", "新的", [(INS, "新的")]),
        ("舊的", "", [(DEL, "舊的")]),
        ("相同", "相同", [(SAME, "相同")]),
        ("期限三十天", "期限七天", [(SAME, "期限"), (DEL, "三十"), (INS, "七"), (SAME, "天")]),
        ("within 30 days", "within 7 days", [(SAME, "within "), (DEL, "30"), (INS, "7"), (SAME, " days")]),
        # A lone character or space that stayed between two changes is told with them.
        ("甲的乙", "丙的丁", [(DEL, "甲的乙"), (INS, "丙的丁")]),
        ("version 3.2.1", "version 3.2.2", [(SAME, "version "), (DEL, "3.2.1"), (INS, "3.2.2")]),
        ("一\n二", "一\n三", [(SAME, "一\n"), (DEL, "二"), (INS, "三")]),
    ],
)  # fmt: skip
def test_a_difference_is_told_by_words_and_characters(before, after, told):
    assert pieces(before, after) == told


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (" ".join(str(one) for one in range(950)), " ".join(str(one) for one in range(5000, 5950))),
        ("一二" * 950, "二一三" * 630),
        ("一" * 1900, "一" * 1901),
    ],
    ids=["other words", "few characters", "one character"],
)
def test_a_comparison_ends_soon_whatever_the_texts_are(before, after):
    # Each space would be paired with each other one, around every place again: twenty seconds for two such pages.
    started = time.process_time()
    told = pieces(before, after)
    assert time.process_time() - started < 2
    assert "".join(text for tag, text in told if tag != INS) == before
    assert "".join(text for tag, text in told if tag != DEL) == after


@pytest.mark.parametrize(
    ("before", "after"), [("abc 甲乙 def", "abd 甲丙 def 己"), ("x" * 3000, "y" * 3000), ("a\nb", "")]
)
def test_both_texts_can_be_read_out_of_a_difference(before, after):
    told = pieces(before, after)
    assert "".join(text for tag, text in told if tag != INS) == before
    assert "".join(text for tag, text in told if tag != DEL) == after


def test_a_section_tells_texts_and_codes_together_newest_first(app):
    record, cast = make_record(state="fixing")
    at = MONDAY.replace(hour=5)
    actions.save(record, {"root_cause": "The new policy was not indexed."}, by=cast.as_engineer, at=at)
    actions.save(record, {"cause_class": "CC5"}, by=cast.as_supervisor, at=at.replace(hour=6))
    found, older = history.changes(record, ["root_cause", "cause_class"])
    assert older is None
    assert [one.key for one in found[:2]] == ["cause_class", "root_cause"]
    assert found[0].by == cast.supervisor.name
    assert (DEL, "old") in found[1].pieces or any(
        "old" in text for tag, text in found[1].pieces if tag == DEL
    )


def test_a_version_is_compared_when_it_is_shown(app):
    record, cast = make_record(state="fixing")
    for hour in (5, 6):
        at = MONDAY.replace(hour=hour)
        actions.save(record, {"root_cause": f"Try {hour}."}, by=cast.as_engineer, at=at)
    (newest, *others), _older = history.changes(record, ["root_cause"])
    assert newest.pieces == pieces("Try 5.", "Try 6.")
    assert others and not any("pieces" in vars(one) for one in others)


def test_a_history_is_told_page_by_page_and_nothing_is_left_out(app):
    record, cast = make_record(state="fixing")
    for hour in range(5, 8):
        change = {"root_cause": f"Try{hour}", "cause_class": f"CC{hour}"}
        actions.save(record, change, by=cast.as_engineer, at=MONDAY.replace(hour=hour))
    keys, pages, below = ["root_cause", "cause_class"], [], None
    whole, _none = history.changes(record, keys)
    while not pages or below:
        found, below = history.changes(record, keys, below, most=2)
        pages.append(found)
    assert max(len(page) for page in pages) == 2
    assert [one for page in pages for one in page] == whole
    assert [(one.before, one.after) for one in whole if one.key == "root_cause"][:2] == [
        ("Try6", "Try7"), ("Try5", "Try6")
    ]  # fmt: skip


def test_the_page_of_a_long_history_leads_to_what_is_older(app, client, login):
    record, cast = make_record(state="fixing")
    same = {"subject_kind": "record", "subject_id": record.id, "field": "root_cause", "at": MONDAY}
    db.session.add_all(TextVersion(**same, digest=str(n), body=f"Try{n}") for n in range(history.MOST + 2))
    db.session.commit()
    browser, here = login(client, cast.supervisor), f"/records/{record.number}/versions?field=root_cause"
    page = browser.get(here).text
    assert "Try101" in page and "Try2<" in page and "Try0" not in page
    older = re.search(r'rel="next" href="([^"#]+older=[^"#]+)', page)[1].replace("&amp;", "&")
    page = browser.get(older).text
    assert "Try101" not in page and 'rel="first"' in page and "Try0" in page
    for wrong in ("x", "9" * 40 + ".1", "1.-1", "9999999999.9999999999"):
        assert browser.get(f"{here}&older={wrong}").status_code == 200


def test_what_changed_after_a_signature_is_named_and_shown(app, client, login):
    record, cast = make_record(state="watching")
    actions.save(record, {"root_cause": "Somebody forgot it."}, by=cast.as_supervisor, at=MONDAY)
    db.session.commit()
    (signature,) = Whole(record).signatures
    assert signature.voided_because == "G"
    (change,) = history.since_signed(signature, Whole(record))
    assert change.key == "root_cause" and any("forgot" in text for tag, text in change.pieces if tag == INS)
    login(client, cast.supervisor)
    assert "forgot" in client.get(f"/records/{record.number}/versions").text
    assert "看簽核後改了什麼" in client.get(f"/records/{record.number}").text
    actions.save(
        record, {"root_cause": "The old policy was still indexed."}, by=cast.as_supervisor, at=MONDAY
    )
    assert history.since_signed(signature, Whole(record)) == []


def test_an_auditor_reads_no_difference_of_what_is_masked(app, client, login):
    record, cast = make_record(state="watching")
    actions.save(record, {"input_text": "王大明 A123"}, by=cast.as_supervisor, at=MONDAY)
    db.session.commit()
    login(client, make_person("auditor"))
    for address in ("versions", "versions?section=B", "versions?field=input_text"):
        page = client.get(f"/records/{record.number}/{address}")
        assert page.status_code == 200 and "王大明" not in page.text


def test_a_re_issue_shows_the_line_it_comes_from(app, client, login):
    record, cast = make_record(state="watching")
    again = do(record, "reissue", cast)
    db.session.commit()
    assert [one.number for one in history.line_of(again, cast.as_supervisor)] == [record.number, again.number]
    assert history.line_of(record, cast.as_supervisor) == history.line_of(again, cast.as_supervisor)
    login(client, cast.supervisor)
    for one, other in ((record, again), (again, record)):
        for page in ("", "/versions"):
            assert f"/records/{other.number}" in client.get(f"/records/{one.number}{page}").text


def test_a_check_that_was_put_off_is_not_planned_twice(app):
    record, cast = make_record(state="watching")
    (check,) = db.session.query(EffectCheck).filter_by(record_id=record.id).all()
    put_off = check.due_at.replace(year=2027)
    check.due_at = put_off
    grave = {"impact": 3, "harm_realisation": "potential", "affected_population": ["customers"]}
    for again in (grave, {"reach": 2}, {"impact": 1}, {"impact": 3}):
        actions.save(record, again, by=cast.as_supervisor, at=MONDAY)
    due = [one.due_at for one in db.session.query(EffectCheck).filter_by(record_id=record.id)]
    days = sorted((one - record.watch_since).days for one in due if one != put_off)
    assert len(due) == 3 and put_off in due and days == [7, 30]


def test_a_reason_stands_on_the_page_and_in_the_history(app, client, login):
    record, cast = make_record(state="opened")
    actions.move_record(
        record, "cancel", by=actor_of(cast.supervisor), at=MONDAY, note="Opened twice by mistake."
    )
    db.session.commit()
    login(client, cast.supervisor)
    assert "取消這份紀錄表：Opened twice by mistake." in client.get(f"/records/{record.number}").text
    assert "Opened twice by mistake." in client.get(f"/records/{record.number}/versions").text
    watched, cast = make_record(state="watching")
    again = actions.move_record(
        watched, "reissue", by=actor_of(cast.supervisor), at=MONDAY, note="Here again."
    )
    db.session.commit()
    login(client, cast.supervisor)
    for number in (watched.number, again.number):
        assert "再發，重新立案：Here again." in client.get(f"/records/{number}").text


def test_a_record_on_hold_says_until_when_for_whom_and_where_it_goes_back_to(app, client, login):
    record, cast = make_record(state="on_hold")
    page = login(client, cast.supervisor).get(f"/records/{record.number}").text
    for told in (
        record.hold_waiting_for,
        record.hold_liaison.name,
        record.hold_promise,
        "恢復後回到",
        "暫停至",
    ):
        assert told in page
    auditor = login(client, make_person("auditor")).get(f"/records/{record.number}").text
    assert record.hold_waiting_for in auditor
