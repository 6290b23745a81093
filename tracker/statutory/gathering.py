"""What the rules read of one case: facts of the issue while it is provisional, of its record later."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import and_, or_, select

from tracker.accounts import queries as people
from tracker.db import db
from tracker.hours.book import book
from tracker.issues.models import Issue
from tracker.records import content
from tracker.records.models import Record
from tracker.records.parts import RecordChoice
from tracker.statutory import rules
from tracker.statutory.deciding import Case
from tracker.statutory.models import StatutoryClock, StatutoryFact
from tracker.statutory.rules import NO, NONE_OF_THEM, UNKNOWN, YES

ORGANISATION, SYSTEM, ISSUE = "organisation", "system", "issue"
# Anomaly types that may well be a security event: who classifies so is asked whether it is one.
SUSPICIOUS = frozenset({"AN06", "AN07"})
Known = Mapping[tuple[str, int], Mapping[str, Any]]


def facts_of(issues: Collection[Issue]) -> Known:
    """The facts that this room keeps about these issues, their systems and the organisation, by subject."""
    ids, systems = [one.id for one in issues], [one.system_id for one in issues]
    wanted = or_(
        StatutoryFact.kind == ORGANISATION,
        and_(StatutoryFact.kind == SYSTEM, StatutoryFact.subject_id.in_(systems)),
        and_(StatutoryFact.kind == ISSUE, StatutoryFact.subject_id.in_(ids)),
    )
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for one in db.session.scalars(select(StatutoryFact).where(wanted)):
        found.setdefault((one.kind, one.subject_id), {})[one.name] = one.value
    return found


def is_plain(issue: Issue, record: Record | None, known: Known) -> bool:
    """Whether nothing about the case can start a clock, so that nobody need look further."""
    if issue.harm or issue.personal_data or known.get((ISSUE, issue.id)):
        return False
    return record is None or not (
        record.personal_data in (YES, UNKNOWN) or record.security_event == YES
        or record.harm_realisation == "realised" or record.anomaly_type in SUSPICIOUS or set(triggers_of(record))
        - {NONE_OF_THEM}
    )  # fmt: skip


def gather(
    issue: Issue, record: Record | None, known: Known, clocks: Collection[StatutoryClock], at: datetime
) -> Case:
    """All that the rules ask about the case at this instant."""
    settings = people.organisation()
    own, system = known.get((ORGANISATION, 0), {}), known.get((SYSTEM, issue.system_id), {})
    facts = {
        f"org.{key}": getattr(settings, key)
        for key in ("public_body", "critical_provider", "finance_or_health", "eu")
    }
    facts |= {name: own.get(name, UNKNOWN) for name in rules.ORGANISATION_FACTS}
    facts |= {name: system.get(name, UNKNOWN) for name in rules.SYSTEM_FACTS}
    facts |= incident(issue, record, known.get((ISSUE, issue.id), {}))
    calendar = book(at).default
    done: dict[str, datetime] = {}
    for one in clocks:
        for name in (one.rule_id, str(one.rule.get("group") or "")):
            if name and one.done_at is not None:
                done[name] = max(one.done_at, done.get(name, one.done_at))
    instants = {
        "aware_at": issue.aware_at, "occurred_at": issue.occurred_at, "reported_at": issue.reported_at,
        "received_at": issue.reported_at,
    }  # fmt: skip
    dues = {one.rule_id: one.due_at for one in clocks if one.due_at is not None}
    return Case(facts, instants, zone(), lambda day: bool(calendar.day(day)), done, dues)


def zone() -> ZoneInfo:
    """The organisation's zone, in which days of a law are counted where the rule names no other."""
    found: ZoneInfo = current_app.config["TRACKER"].zone
    return found


def incident(issue: Issue, record: Record | None, own: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of the incident itself; the record's own word stands above the first one on the issue."""
    harm = YES if issue.harm else NO
    personal = YES if issue.personal_data else NO
    security = own.get("security_event", NO)
    if record is not None:
        harm = {"": harm, "realised": YES}.get(record.harm_realisation, NO)
        personal = record.personal_data or personal
        security = _security(record, security)
    triggers = tuple(own.get("eu_triggers", ()))
    level = own.get("cia_level")
    if record is not None:
        triggers = triggers_of(record) or triggers
        level = level if (levels := content.cia_level(record)) is None else levels
    if not triggers and harm == NO:
        triggers = (NONE_OF_THEM,)
    return {
        "harm": harm, "personal_data": personal, "security_event": security, "eu_triggers": triggers,
        "special_category": record.special_category if record is not None else own.get("special_category", UNKNOWN),
        "record_count": record.record_count if record is not None else own.get("record_count"),
        "cia_level": level,
    }  # fmt: skip


def triggers_of(record: Record) -> tuple[str, ...]:
    """D8 of the record."""
    chosen = select(RecordChoice.value).where(
        RecordChoice.record_id == record.id, RecordChoice.field == "eu_triggers"
    )
    return tuple(db.session.scalars(chosen.order_by(RecordChoice.id)))


def _security(record: Record, before: str) -> str:
    """D7; not answered on the record, it is what the issue says, and asked for types that may well be one."""
    if record.security_event in (YES, NO):
        return record.security_event
    return UNKNOWN if before == NO and record.anomaly_type in SUSPICIOUS else before
