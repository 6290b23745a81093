"""Records from JSON written as they were: every field, list, signature and issue under its own number.

They are history here: no clock runs on them and nobody is told.  People are kept by name as closed accounts, so that
no signature is ever taken for that of somebody who signs in here.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from tracker import audit, numbers
from tracker.accounts.models import Unit
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.imports.actions import Report
from tracker.imports.record_bytes import NO_FILES, Files
from tracker.imports.record_file import Found, instant
from tracker.imports.record_parts import add_lists, add_parts, files, person
from tracker.imports.rows import BadRow
from tracker.issues import documents
from tracker.issues import rules as issue_rules
from tracker.issues.models import Ask, Contact, Evidence, Issue, IssueRecord
from tracker.records import content, fields
from tracker.records.models import Record
from tracker.records.whole import Whole
from tracker.systems.models import AISystem, SystemFunction

SOURCE = "record_json"
TELLS = ("verified_at", "user_reply_sent_at", "closed_at", "same_person_reason", "close_code", "conclude_reason",
         "severity")  # fmt: skip
OF_ISSUE = ("need_confirmed_by", "need_confirmed_at", "need_confirmed_how")
COURSE_TIMES = ("created_at", "updated_at", "state_since", "hold_until", "hold_promise_at")
COURSE = ("held_from", "loops", "relapses", "hold_waiting_for", "hold_promise")
INSTANTS = frozenset({one.key for one in fields.FIELDS if one.kind == fields.INSTANT} | {
    "verified_at", "user_reply_sent_at", "closed_at", "need_confirmed_at"})  # fmt: skip


def write(
    found: Iterable[tuple[int, dict[str, Any] | BadRow]], at: datetime, came: Files = NO_FILES
) -> Iterator[Report]:
    """Write the records one by one, each whole or not at all; yields the growing report, for the caller to commit.

    `came` holds the bytes of their files.
    """
    report, ties = Report(), dict[str, Found]()
    for line, one in found:
        if isinstance(one, BadRow):
            report.bad.append(f"line {line}: {one}")
            continue
        try:
            with db.session.begin_nested():
                if _is_known(one):
                    report.known += 1
                    continue
                _write(one, at, report, came)
        except (BadRow, ValueError, TypeError, KeyError, AttributeError, SQLAlchemyError) as error:
            why = str(error).splitlines()[0] if str(error) else type(error).__name__
            report.bad.append(f"line {line}: {one.get('number')}: {why}")
            continue
        ties[str(one["number"])] = one["record"]
        report.added += 1
        yield report
    _tie(ties, report)
    yield report


def _is_known(found: Found) -> bool:
    return db.session.scalar(select(Record.id).where(Record.number == found["number"])) is not None


def _write(found: Found, at: datetime, report: Report, came: Files) -> None:
    came.check(found)
    system = _system(found)
    issues = [_issue(one, found, system, at) for one in found["issues"]]
    primary = next(issue for issue, one in zip(issues, found["issues"], strict=True) if one["primary"])
    _fill_primary(primary, found, system)
    record = _record(found, primary, system)
    db.session.add(record)
    db.session.flush()
    for issue, one in zip(issues, found["issues"], strict=True):
        db.session.add(IssueRecord(
            issue_id=issue.id, record_number=record.number, is_primary=bool(one["primary"]), is_open=bool(one["open"]),
            in_work=True))  # fmt: skip
    add_lists(record, found)
    add_parts(record, found)
    db.session.flush()
    stayed = came.bring([(Issue.kind_name, primary.id), (Record.kind_name, record.id)])
    if stayed and came.archive is not None:
        report.notes.append(f"{record.number}: {stayed} of its files are not in the ZIP")
    numbers.at_least(record.number)
    told = {"number": record.number, "digest": found.get("digest")}
    audit.record_first("record.import", record, by=SYSTEM, at=at, before={}, after=told, texts={})
    for issue in issues:
        documents.reindex(issue)
    _compare(record, found, report)


def _compare(record: Record, found: Found, report: Report) -> None:
    """Say so where the record is not what its signatures cover: the file was changed, or parts of it stayed away."""
    db.session.flush()
    db.session.expire_all()
    now = content.digests(Whole(record))
    changed = [name for name, digest in (found.get("digests") or {}).items() if now.get(name) != digest]
    if changed:
        why = "parts were withheld" if found.get("withheld") else "the file was changed after it was written"
        report.notes.append(f"{record.number}: sections {', '.join(changed)} are not what was signed: {why}")


def _system(found: Found) -> AISystem:
    known = db.session.scalars(select(AISystem).where(AISystem.key == found["system"])).one_or_none()
    if known is None:
        known = AISystem(
            key=str(found["system"]), name=str(found["ai_system"] or found["system"]), imported=True
        )
        db.session.add(known)
        db.session.flush()
    return known


def _issue(one: Found, found: Found, system: AISystem, at: datetime) -> Issue:
    """The issue under its number: a new one, or the one that an earlier record of the same file brought."""
    number = str(one["number"])
    known = db.session.scalars(select(Issue).where(Issue.number == number)).one_or_none()
    if known is not None:
        if known.source != SOURCE:
            raise BadRow(f"{number} is another issue here")
        return known
    reported = instant(one, "reported_at") or instant(found["record"], "created_at")
    closed = instant(one, "closed_at") or instant(found["record"], "updated_at")
    made = Issue(
        number=number, title=str(one.get("title") or number), description="", state=one["state"], state_since=closed,
        kind=one.get("kind"), impact_hint="inconvenience", severity=found.get("severity") or "S4",
        severity_provisional=False, system_id=system.id, aware_at=reported, reported_at=reported, updated_at=closed,
        closed_at=instant(one, "closed_at"), next_due_at=issue_rules.NEVER, source=SOURCE, external_id=number,
        imported=True, user_confirmed=one.get("user_confirmed") or "", satisfaction=one.get("satisfaction"),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    db.session.add_all(_ask(made, row) for row in one.get("asks") or ())
    numbers.at_least(number)
    after = {"state": made.state, "source": SOURCE, "external_id": number}
    audit.record_first("issue.import", made, by=SYSTEM, at=at, before={}, after=after, texts={})
    return made


def _ask(issue: Issue, row: Found) -> Ask:
    """J2: how often the reporter was asked whether it is solved."""
    times = {key: instant(row, key) for key in ("asked_at", "last_asked_at", "answered_at")}
    return Ask(issue_id=issue.id, kind="solved", count=int(row["count"]), **times)


def _fill_primary(issue: Issue, found: Found, system: AISystem) -> None:
    """A to C, which live with the issue."""
    for one in fields.FIELDS:
        if one.home == "issue" and one.key not in ("function", "issue_kind"):
            setattr(issue, one.column, _value(found, one.key, "" if one.kind != fields.INSTANT else None))
    for key in OF_ISSUE:
        setattr(issue, key, _value(found, key, None if key in INSTANTS else ""))
    issue.aware_at = instant(found, "aware_at") or issue.reported_at
    issue.kind = found.get("issue_kind") or issue.kind
    issue.channel, issue.reporter_name = found.get("source_channel") or "import", found.get("reporter") or ""
    issue.personal_data = bool(found.get("sealed"))
    issue.unit_id = _unit(found.get("reporter_unit"))
    issue.function_id = _function(found.get("function"), system)
    evidence = {one.column: found.get(one.key) or "" for one in fields.FIELDS if one.home == "evidence"}
    if any(evidence.values()) and db.session.get(Evidence, issue.id) is None:
        db.session.add(Evidence(issue_id=issue.id, more={}, **evidence))
    if not db.session.scalars(select(Contact.id).where(Contact.issue_id == issue.id).limit(1)).first():
        db.session.add_all(
            Contact(issue_id=issue.id, at=instant(one, "at"), channel=one["channel"], with_whom=one["with"],
                    summary=one["summary"])
            for one in found.get("contact_log") or ()
        )  # fmt: skip
    files((Issue.kind_name, issue.id), "attachments", found, issue.reported_at)
    db.session.flush()


def _value(found: Found, key: str, empty: Any) -> Any:
    if key in INSTANTS:
        return instant(found, key)
    return empty if found.get(key) is None else found[key]


def _unit(name: Any) -> int | None:
    if not name:
        return None
    known = db.session.scalars(select(Unit).where(Unit.name == name)).one_or_none()
    if known is None:
        known = Unit(name=str(name))
        db.session.add(known)
        db.session.flush()
    return known.id


def _function(name: Any, system: AISystem) -> int | None:
    if not name:
        return None
    mine = select(SystemFunction).where(SystemFunction.system_id == system.id, SystemFunction.name == name)
    known = db.session.scalars(mine).one_or_none()
    if known is None:
        known = SystemFunction(system_id=system.id, name=str(name), active=False)
        db.session.add(known)
        db.session.flush()
    return known.id


def _record(found: Found, primary: Issue, system: AISystem) -> Record:
    course = found["record"]
    own: dict[str, Any] = {}
    for one in fields.FIELDS:
        if one.home == "record" and one.kind not in (fields.CODES, fields.ITEMS, fields.RUNS):
            own[one.column] = _value(found, one.key, None if one.kind == fields.INT else "")
    own |= {key: _value(found, key, "") for key in TELLS}
    return Record(**{
        **own, **{key: instant(course, key) for key in COURSE_TIMES}, **{key: course.get(key) or "" for key in COURSE},
        "loops": int(course.get("loops") or 0), "relapses": int(course.get("relapses") or 0),
        "number": found["number"], "state": found["state"], "long_form": bool(found["long_form"]),
        "primary_issue_id": primary.id, "system_id": system.id,
        "verified_by_id": person(found.get("verified_by"), instant(course, "created_at")),
        "opinions_asked": len(found["opinions"]),
    })  # fmt: skip


def _tie(ties: Mapping[str, Found], report: Report) -> None:
    """Which record was issued again from which, and which carries the cause for which, once all are there."""
    for number, course in ties.items():
        for key, column in (("reissue_of", "reissue_of_id"), ("led_by", "led_by_id")):
            if course.get(key):
                other = db.session.scalar(select(Record.id).where(Record.number == course[key]))
                record = db.session.scalars(select(Record).where(Record.number == number)).one()
                setattr(record, column, other)
                if other is None:
                    report.notes.append(f"{number}: {course[key]} it refers to is not here")
    db.session.flush()
