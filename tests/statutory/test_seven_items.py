"""調查、處理及改善報告: the seven items are filled from the record, and what it does not say is listed."""

from tests.clock import MONDAY
from tests.factories.people import actor_of
from tests.factories.records import make_record
from tracker.db import db
from tracker.records import actions as records
from tracker.records.labels import FIELD_WORDS
from tracker.records.whole import Whole
from tracker.statutory import report


def seven(record):
    db.session.expire_all()
    return report.seven(Whole(record), lambda at, _exact="": at.isoformat() if at else "")


def labels(*keys):
    return {str(FIELD_WORDS[key]) for key in keys}


def test_of_a_new_record_everything_unknown_is_listed(app):
    record, _cast = make_record(state="draft")
    found = seven(record)
    assert [one.number for one in found] == [1, 2, 3, 4, 5, 6, 7]
    assert labels("harm_types", "harm_realisation", "affected_count") <= set(found[1].missing)
    assert labels("team", "five_whys", "reproduction", "similar_check") == set(found[3].missing)
    assert labels("cause_class", "root_cause", "escape_cause") == set(found[4].missing)


def test_what_stands_in_lists_is_not_missing(app):
    record, cast = make_record(state="analysing", grave=True)
    by = cast.as_supervisor
    records.save(record, {
        "team": ["林志偉", "陳建宏"], "reproduction_steps": [{"what": "問退費", "evidence": "30 天"}],
        "similar_systems": [{"what": "館藏推薦", "evidence": "無"}], "security_event": "yes", "cia_integrity": 2,
    }, by=by, at=MONDAY)  # fmt: skip
    found = seven(record)
    said = dict(found[3].lines)
    assert said[str(FIELD_WORDS["team"])] == "林志偉\n陳建宏"
    assert said[str(FIELD_WORDS["reproduction"])] == "問退費：30 天"
    assert said[str(FIELD_WORDS["similar_check"])] == "館藏推薦：無"
    assert dict(found[1].lines)[str(FIELD_WORDS["cia_integrity"])] == "2 級"
    assert labels("cia_confidentiality", "cia_availability") <= set(found[1].missing)


def test_the_cause_of_a_record_that_follows_another_is_the_others(app):
    leader, cast = make_record(state="fixing")
    record, _cast = make_record(cast, state="opened", system=leader.system)
    records.move_record(
        record, "follow", by=actor_of(cast.supervisor), at=MONDAY, fields={"leader": leader.number}
    )
    db.session.commit()
    found = seven(record)
    assert dict(found[4].lines)[str(FIELD_WORDS["root_cause"])] == leader.root_cause


def test_what_prevents_and_what_corrects_each_stand_under_their_own_name(app):
    record, cast = make_record(state="draft")
    nothing = seven(record)[6]
    assert labels("corrective_actions", "effect_checks") == set(nothing.missing)
    due = "2026-12-05T09:00:00+08:00"
    records.save(
        record,
        {"preventive_actions": [{"what": "每週比對", "due_at": due}]},
        by=cast.as_supervisor,
        at=MONDAY,
    )
    measures, planned = (dict(one.lines) for one in seven(record)[5:])
    prevents, corrects = (str(FIELD_WORDS[key]) for key in ("preventive_actions", "corrective_actions"))
    assert measures[prevents].startswith("每週比對；期限") and planned[prevents].startswith("每週比對")
    assert corrects not in {**measures, **planned}
    assert labels("effect_checks") == set(seven(record)[6].missing)


def test_what_is_planned_has_its_own_date_and_never_the_one_it_was_typed_at(app):
    record, cast = make_record(state="analysing", grave=True)
    records.save(
        record,
        {
            "five_whys": [{"what": "索引沒有新版簡章", "evidence": "索引日期 9/1"}],
            "corrective_actions": [
                {"what": "重建索引", "due_at": "2026-12-05T09:00:00+08:00"},
                {"what": "加上檢查"},
                {"what": "通知窗口", "done_at": "2026-11-20T09:00:00+08:00"},
            ],
        },
        by=cast.as_supervisor,
        at=MONDAY,
    )
    found = seven(record)
    assert (
        dict(found[3].lines)[str(FIELD_WORDS["five_whys"])].splitlines()[-1]
        == "索引沒有新版簡章：索引日期 9/1"
    )
    measures = dict(found[5].lines)[str(FIELD_WORDS["corrective_actions"])].splitlines()
    assert measures[-3:] == [
        "重建索引；期限 2026-12-05T01:00:00+00:00",
        "加上檢查",
        "通知窗口；2026-11-20T01:00:00+00:00 完成",
    ]
    assert str(MONDAY.date()) not in "\n".join(measures[-3:])
