"""What each kind of tool says, and whether it is believed: tables over pure functions."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.datastructures import Headers

from tracker.tickets import rules, shapes
from tracker.tickets.shapes import GITHUB, GITLAB, JIRA, PLAIN, SHAPES

AT = "2026-11-23T01:00:00Z"
NOON = datetime(2026, 11, 23, 1, tzinfo=UTC)
SECRET = rules.secret_of("the installation's key", 7, 1)


def github(state, reason=None):
    return {"issue": {"number": 42, "html_url": "https://git.example/o/r/issues/42", "state": state,
                      "state_reason": reason, "updated_at": AT}}  # fmt: skip


def pull(state, merged):
    return {"pull_request": {"number": 9, "html_url": "https://git.example/o/r/pull/9", "state": state,
                             "merged": merged, "updated_at": AT}}  # fmt: skip


def gitlab(kind, state):
    return {"object_kind": kind, "object_attributes": {"iid": 5, "url": "https://lab.example/p/-/issues/5",
            "state": state, "updated_at": "2026-11-23 01:00:00 UTC"}}  # fmt: skip


def jira(name, category):
    status = {"name": name, "statusCategory": {"key": category}}
    return {"webhookEvent": "jira:issue_updated", "timestamp": 1795395600000,
            "issue": {"key": "OPS-7", "fields": {"status": status}}}  # fmt: skip


def plain(state):
    return {"ticket": "T-1", "url": "https://desk.example/T-1", "state": state, "at": AT}


@pytest.mark.parametrize(
    ("kind", "event", "body", "number", "state", "meaning"),
    [
        (GITHUB, "issues", github("open"), "42", "open", "open"),
        (GITHUB, "issues", github("open", "reopened"), "42", "open reopened", "open"),
        (GITHUB, "issues", github("closed", "completed"), "42", "closed completed", "done"),
        (GITHUB, "issues", github("closed", "not_planned"), "42", "closed not_planned", "unknown"),
        (GITHUB, "pull_request", pull("open", False), "9", "open", "open"),
        (GITHUB, "pull_request", pull("closed", True), "9", "closed merged", "done"),
        (GITHUB, "pull_request", pull("closed", False), "9", "closed", "unknown"),
        (GITLAB, "", gitlab("issue", "opened"), "5", "opened", "open"),
        (GITLAB, "", gitlab("issue", "closed"), "5", "closed", "done"),
        (GITLAB, "", gitlab("merge_request", "merged"), "5", "merged", "done"),
        (GITLAB, "", gitlab("merge_request", "closed"), "5", "closed", "unknown"),
        (JIRA, "", jira("In Progress", "indeterminate"), "OPS-7", "In Progress", "open"),
        (JIRA, "", jira("已解決", "done"), "OPS-7", "已解決", "done"),
        (JIRA, "", jira("QA", "undefined"), "OPS-7", "QA", "unknown"),
        (PLAIN, "", plain("Done"), "T-1", "Done", "done"),
        (PLAIN, "", plain("in  progress"), "T-1", "in progress", "open"),
        (PLAIN, "", plain("waiting for parts"), "T-1", "waiting for parts", "unknown"),
    ],
)
def test_what_a_call_says(kind, event, body, number, state, meaning):
    shape, headers = SHAPES[kind], Headers({"X-GitHub-Event": event})
    told = shapes.read(shape.events[shapes.event_of(shape, headers, body)], body, {})
    assert (told.number, told.state, told.meaning, told.at) == (number, state, meaning, NOON)


def test_the_organisations_own_word_stands_above_the_table():
    told = shapes.read(SHAPES[PLAIN].events[""], plain("Waiting for  Parts"), {"waiting for parts": "open"})
    assert told.meaning == "open"


@pytest.mark.parametrize(
    ("body", "missing"),
    [({}, "ticket"), ({"ticket": "T-1"}, "state"), ({"ticket": ["T"], "state": "done"}, "ticket"),
     ({"ticket": "T-1", "state": {"name": "done"}}, "state"), ({"ticket": True, "state": "done"}, "ticket")],
)  # fmt: skip
def test_a_body_that_says_nothing_names_what_is_missing(body, missing):
    with pytest.raises(shapes.Unreadable, match=missing):
        shapes.read(SHAPES[PLAIN].events[""], body, {})


@pytest.mark.parametrize("at", ["yesterday", 10**30, True, None, "2026-11-23T01:00:00", [1]])
def test_an_instant_that_is_none_is_left_out(at):
    assert shapes.read(SHAPES[PLAIN].events[""], {**plain("done"), "at": at}, {}).at is None


def standard(body, secret=SECRET, at=NOON, key="msg_1"):
    stamp = str(int(at.timestamp()))
    signed = f"{key}.{stamp}.".encode() + body
    mac = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256)
    word = f"v1,{base64.b64encode(mac.digest()).decode()}"
    return Headers({"webhook-id": key, "webhook-timestamp": stamp, "webhook-signature": word})


def alone(body, secret=SECRET, header="X-Hub-Signature-256"):
    return Headers({header: "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()})


@pytest.mark.parametrize(
    ("headers", "header", "believed"),
    [
        (alone(b"{}"), "X-Hub-Signature-256", True),
        (alone(b"{ }"), "X-Hub-Signature-256", False),
        (alone(b"{}", "another"), "X-Hub-Signature-256", False),
        (Headers({"X-Hub-Signature-256": "sha1=00"}), "X-Hub-Signature-256", False),
        (Headers({"X-Hub-Signature-256": "簽章"}), "X-Hub-Signature-256", False),
        (Headers(), "X-Hub-Signature-256", False),
        (standard(b"{}"), "webhook-signature", True),
        (standard(b"{ }"), "webhook-signature", False),
        (Headers({**standard(b"{}"), "webhook-id": "msg_2"}), "webhook-signature", False),
        (Headers({**standard(b"{}"), "webhook-timestamp": "1"}), "webhook-signature", False),
        (Headers({**standard(b"{}"), "webhook-signature": "v1,AAAA " + standard(b"{}")["webhook-signature"]}),
         "webhook-signature", True),
    ],
)  # fmt: skip
def test_a_signature_fits_the_raw_body_and_one_of_the_secrets(headers, header, believed):
    assert rules.is_signed([rules.secret_of("k", 1, 1), SECRET], headers, header, b"{}") is believed


@pytest.mark.parametrize(
    ("seconds", "right"), [(0, True), (299, True), (-299, True), (301, False), (-301, False)]
)
def test_a_signed_instant_lies_within_five_minutes(seconds, right):
    assert rules.in_time(standard(b"", at=NOON + timedelta(seconds=seconds)), NOON) is right


@pytest.mark.parametrize("stamp", ["", "-1", "1e9", "٣", "9" * 20])
def test_what_is_no_instant_is_never_in_time(stamp):
    assert not rules.in_time(Headers({"webhook-timestamp": stamp}), NOON)


def test_each_tool_and_each_generation_has_a_secret_of_its_own():
    made = {rules.secret_of(key, tool, turn) for key in "ab" for tool in (1, 2) for turn in (1, 2)}
    assert len(made) == 8
