"""Saving fields: typed, written down, noted with their author, refused when somebody else was quicker."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.clock import MONDAY
from tests.factories.people import actor_of, make_person
from tests.factories.records import CAUSE, GRAVE, issues_of, make_record
from tests.records.test_fill_in import seen, token
from tracker import audit
from tracker.errors import DomainError, NotAllowed, Stale, WrongState
from tracker.records import actions, codes, content, queries
from tracker.records.codes import MATRIX
from tracker.records.whole import Whole


def value(record: object, key: str) -> object:
    return content.values(Whole(record))[key]  # type: ignore[arg-type]


def test_fields_of_a_to_c_are_written_through_to_the_issue(app: Flask) -> None:
    record, cast = make_record()
    supervisor = actor_of(cast.supervisor)
    actions.save(record, {"need_statement": "七天才對。", "input_text": "幾天？"}, by=supervisor, at=MONDAY)
    assert issues_of(record)[0].need_statement == "七天才對。"
    assert value(record, "input_text") == "幾天？"


def test_the_severity_follows_impact_and_reach_down_to_the_issue(app: Flask) -> None:
    record, cast = make_record()
    supervisor = actor_of(cast.supervisor)
    actions.save(record, {"impact": 3, "reach": 3}, by=supervisor, at=MONDAY)
    issue = issues_of(record)[0]
    assert (record.severity, issue.severity, issue.severity_provisional) == ("S1", "S1", False)
    actions.save(record, {"harm_realisation": "near_miss"}, by=supervisor, at=MONDAY)
    assert record.severity == "S2"
    with pytest.raises(DomainError) as wrong:
        actions.save(record, {"severity_override": "S4"}, by=supervisor, at=MONDAY)
    assert "severity_override_reason" in wrong.value.fields
    change = {"severity_override": "S4", "severity_override_reason": "A test system."}
    actions.save(record, change, by=supervisor, at=MONDAY)
    assert (record.severity, issue.severity) == ("S4", "S4")


@pytest.mark.parametrize("impact", codes.IMPACT_LEVELS)
@pytest.mark.parametrize("reach", codes.REACHES)
def test_a_near_miss_counts_one_step_less_but_stays_at_s3_for_grave_impact(impact: int, reach: int) -> None:
    full, near = codes.severity(impact, reach), codes.severity(impact, reach, "near_miss")
    assert full == MATRIX[impact][reach - 1]
    assert int(near[1]) - int(full[1]) in (0, 1)
    assert impact < 3 or near <= "S3"


@pytest.mark.parametrize(
    ("stands", "typed", "refused"),
    [
        ({}, {"reproduced_times": 5, "reproduction_tries": 3}, True),
        ({"reproduction_tries": 3}, {"reproduced_times": 5}, True),
        ({"reproduced_times": 5}, {"reproduction_tries": 3}, True),
        ({}, {"reproduced_times": 3, "reproduction_tries": 3}, False),
        ({}, {"reproduced_times": 5}, False),
        ({"reproduced_times": 5}, {"reproduction_tries": 8}, False),
    ],
)
def test_a_fault_comes_back_at_most_as_often_as_it_was_tried(
    app: Flask, stands: dict[str, int], typed: dict[str, int], refused: bool
) -> None:
    record, cast = make_record()
    supervisor = actor_of(cast.supervisor)
    actions.save(record, stands, by=supervisor, at=MONDAY)
    if refused:
        with pytest.raises(DomainError) as wrong:
            actions.save(record, typed, by=supervisor, at=MONDAY)
        assert list(wrong.value.fields) == ["reproduced_times"]
    else:
        actions.save(record, typed, by=supervisor, at=MONDAY)
        assert typed.items() <= {key: value(record, key) for key in typed}.items()


def test_lists_grow_change_and_shrink(app: Flask) -> None:
    record, cast = make_record()
    supervisor = actor_of(cast.supervisor)
    actions.save(record, {"containment": ["Sign at the counter"]}, by=supervisor, at=MONDAY)
    actions.save(
        record, {"containment": {"add": {"what": "Function switched off"}}}, by=supervisor, at=MONDAY
    )
    first, second = queries.Whole(record).items["containment"]
    actions.save(
        record, {"containment": {"change": {"id": first.id, "done_at": MONDAY}}}, by=supervisor, at=MONDAY
    )
    actions.save(record, {"containment": {"remove": second.id}}, by=supervisor, at=MONDAY)
    left = queries.Whole(record).items["containment"]
    assert [(one.what, one.done_at) for one in left] == [("Sign at the counter", MONDAY)]
    assert len(audit.text_versions("record", record.id, "containment")) == 4


def test_a_second_writer_is_stopped_and_sees_both_texts(app: Flask) -> None:
    record, cast = make_record(state="analysing")
    supervisor, engineer = actor_of(cast.supervisor), actor_of(cast.engineer)
    seen = {"root_cause": actions.digest_of(Whole(record), "root_cause")}
    actions.save(record, {"root_cause": "Theirs"}, by=engineer, at=MONDAY, seen=seen)
    with pytest.raises(Stale) as stale:
        actions.save(record, {"root_cause": "Mine", "escape_cause": "x"}, by=supervisor, at=MONDAY, seen=seen)
    assert [(one.field, one.yours, one.theirs) for one in stale.value.conflicts] == [
        ("root_cause", "Mine", "Theirs")
    ]
    assert (record.root_cause, record.escape_cause) == ("Theirs", "")


def test_the_engineer_writes_cause_and_correction_of_what_is_with_them_and_nothing_else(app: Flask) -> None:
    record, cast = make_record(state="analysing")
    engineer = actor_of(cast.engineer)
    actions.save(record, CAUSE, by=engineer, at=MONDAY)
    assert queries.Whole(record).authors["root_cause"].person_id == cast.engineer.id
    with pytest.raises(NotAllowed):
        actions.save(record, {"impact": 4}, by=engineer, at=MONDAY)
    with pytest.raises(NotAllowed):
        actions.save(record, CAUSE, by=actor_of(make_person("engineer")), at=MONDAY)


def test_only_a_manager_waives_the_proof(app: Flask) -> None:
    record, cast = make_record(state="verifying")
    with pytest.raises(DomainError) as wrong:
        actions.save(record, {"proof_kind": "waived"}, by=actor_of(cast.supervisor), at=MONDAY)
    assert "proof_kind" in wrong.value.fields
    waiver = {"proof_kind": "waived", "proof_steps": "The system is switched off for good."}
    actions.save(record, waiver, by=actor_of(cast.manager), at=MONDAY)
    actions.move_record(
        record,
        "ask_user",
        by=actor_of(cast.supervisor),
        at=MONDAY,
        fields={"proposed_solution": "Switched off."},
    )
    assert record.state == "user_confirm"


def test_an_ended_record_is_left_as_it_is_but_for_lessons_and_notices(app: Flask) -> None:
    record, cast = make_record(state="closed")
    supervisor = actor_of(cast.supervisor)
    actions.save(record, {"lessons": "An owner for each document."}, by=supervisor, at=MONDAY)
    with pytest.raises(WrongState):
        actions.save(record, {"root_cause": "Other"}, by=supervisor, at=MONDAY)


@pytest.mark.parametrize(
    ("key", "bad"),
    [("impact", 9), ("impact", "many"), ("anomaly_type", "AN99"), ("harm_types", ["x"]), ("record_count", -1),
     ("root_cause", 5), ("root_cause", "x" * 20_001), ("corrections", "no list"), ("corrections", [{"what": ""}]),
     ("corrections", [{"what": "x", "due": "soon"}]), ("record_no", "AR-1"),
     ("verification_runs", [{"phase": "after", "passed": 3, "total": 2}]), ("nonsense", "x"),
     ("occurred_at", "some day")],
)  # fmt: skip
@pytest.mark.sqlite_only
def test_what_cannot_be_read_names_its_field_and_changes_nothing(app: Flask, key: str, bad: object) -> None:
    record, cast = make_record()
    with pytest.raises(DomainError) as wrong:
        actions.save(record, {key: bad}, by=actor_of(cast.supervisor), at=MONDAY)
    assert key in wrong.value.fields


def test_personal_data_seals_the_issue_at_once(app: Flask) -> None:
    record, cast = make_record()
    title = issues_of(record)[0].title
    actions.save(record, GRAVE | {"personal_data": "yes"}, by=actor_of(cast.supervisor), at=MONDAY)
    issue = issues_of(record)[0]
    assert issue.personal_data and issue.title != title


def test_what_a_graver_case_asks_for_is_drawn_below_the_boxes_that_the_page_has(
    app: Flask, client: FlaskClient, login: Callable[..., FlaskClient]
) -> None:
    record, cast = make_record()
    page = login(client, cast.supervisor).get(f"/records/{record.number}")
    boxes = re.findall(r'id="seen-([a-z_]+)"', page.text.split('id="s-D"')[1].split('id="end-D"')[0])
    assert "reach" in boxes and "harm_realisation" not in boxes
    form = {"csrf_token": token(page), "section": "D", "impact": "3", "reach": "3", **seen(page, *boxes)}
    saved = client.post(f"/records/{record.number}/save?quiet=1", data=form).text
    drawn = saved.split('hx-swap-oob="beforebegin:#end-D"')[1]
    assert 'id="f-harm_realisation"' in drawn and not [key for key in boxes if f'id="f-{key}"' in drawn]
    assert "還缺" in saved.split('id="m-D"')[1].split("</span>")[0]
