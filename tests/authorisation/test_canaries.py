"""A case that somebody may not see leaves no word of it on any list, search, sum, file or call that they open."""

from io import BytesIO
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

from tests.api.caller import Caller
from tests.clock import MONDAY
from tests.factories.people import actor_of, make_person, make_system, make_unit
from tests.factories.records import make_record
from tracker import attachments
from tracker.db import db
from tracker.issues import actions as issues
from tracker.issues import holds
from tracker.records import queries as records
from tracker.scheduler import run_once
from tracker.statutory import notices
from tracker.statutory.actions import Told

CANARY = "zebrafinch"
PAGES = (
    "/search?q=zebrafinch", "/search?q={issue}", "/inbox/all?q=zebrafinch", "/inbox/triage", "/inbox/due", "/records",
    "/register", "/dashboard", "/dashboard/cases?measure=open", "/follow-up", "/approvals",
    "/decisions", "/decisions/{record}", "/escalations", "/today",
    "/notifications", "/audit", "/chases?subject={issue}", "/chases?subject={record}", "/escalate?issue={issue}", "/my",
    "/systems/{key}", "/training/who/{key}", "/report?system={key}", "/admin/letters", "/issues/{issue}",
    "/records/{record}", "/records/{record}/print", "/records/{record}/versions", "/escalations/{escalation}",
    "/issues/{issue}/files/1", "/inbox/preview/{issue}",
)  # fmt: skip
CALLS = (
    "/issues", "/issues?q=zebrafinch", "/issues?system={key}", "/issues/{issue}", "/records", "/records/{record}",
    "/records/{record}/export?format=json", "/chases?subject={record}", "/dashboard?period=4w",
    "/audit?subject={issue}", "/escalations/{escalation}", "/statutory-clocks?subject={record}", "/statutory-notices",
    "/statutory-notices?subject={record}", "/evidence-holds?subject={issue}",
)  # fmt: skip


def make_case(unit: Any, *, restricted: bool) -> dict[str, Any]:
    """A case of this unit with the canary in every text, chased for days."""
    record, cast = make_record(state="assigned")
    issue = record.primary_issue
    issue.unit_id, issue.restricted = unit.id, restricted
    issue.title = issue.description = issue.need_statement = record.input_text = f"{CANARY} text"
    for visibility in ("internal", "public"):
        issues.say(issue, f"{CANARY} said", visibility=visibility, by=actor_of(cast.supervisor), at=MONDAY)
    file = FileStorage(BytesIO(CANARY.encode()), f"{CANARY}.txt")
    attachments.store([file], subject=("issue", issue.id), by=actor_of(cast.reporter), at=MONDAY)
    holds.place(issue, f"{CANARY} hold", by=actor_of(cast.supervisor), at=MONDAY)
    told = Told(MONDAY, f"{CANARY} told", reference="7")
    notices.note(issue, record, told, by=actor_of(cast.supervisor), at=MONDAY)
    db.session.commit()
    escalation = records.open_escalation(record)
    assert escalation is not None
    return {
        "issue": issue.number, "record": record.number, "key": record.system.key, "escalation": escalation.id,
    }  # fmt: skip


@pytest.mark.sqlite_only
def test_a_hidden_case_leaves_no_trace(app, clock, login):
    own, unit, system = make_unit(), make_unit(), make_system()
    outsiders = {
        "reporter": make_person("reporter"),
        "engineer": make_person("engineer"),
        "supervisor of a unit": make_person("supervisor", unit_limit=own),
        "supervisor of a system": make_person("supervisor", system_limit=system),
        "manager of a unit": make_person("manager", unit_limit=own),
        "administrator": make_person("admin"),
    }
    cases = [make_case(unit, restricted=False), make_case(unit, restricted=True)]
    insiders = {"supervisor": make_person("supervisor"), "manager": make_person("manager")}
    for days in (0, 3, 5):
        clock.advance(days=days)
        for job in ("chase", "tally"):
            run_once(app, job, clock.now())
    db.session.rollback()
    numbers = [case[what] for case in cases for what in ("record", "issue")]
    found = [
        told
        for who in outsiders
        for told in traces(app, login, who, outsiders[who], cases, [CANARY, *numbers])
    ]
    sealed = cases[1:]
    found += [
        told
        for who in insiders
        for told in traces(app, login, who, insiders[who], sealed, [sealed[0]["issue"]])
    ]
    assert found == []


def traces(app, login, who, person, cases, words):
    """Where this person meets the canary or the number of a case that they did not bring themselves."""
    client = login(app.test_client(), person)
    caller = Caller(client, person, "read")
    # A page that names no case is asked for once.
    ways = dict.fromkeys((path.format(**case), client.get) for case in cases for path in PAGES)
    ways |= dict.fromkeys((path.format(**case), caller.get) for case in cases for path in CALLS)
    for path, get in ways:
        answer = get(path)
        assert answer.status_code < 500, path
        text = answer.get_data(as_text=True)
        for word in words:
            # What stands in the address one asked for comes back on the page.
            told = answer.status_code == 200 and word in text and word not in path
            # An administrator sees that a letter about a case went out, by its number.
            if told and (path != "/admin/letters" or word == CANARY):
                yield f"{who}: {path}: {word}"
