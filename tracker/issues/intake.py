"""Taking in a report: number, title, provisional severity, who must know, the first entry of the trail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from tracker import numbers, rearm, transitions
from tracker.accounts import queries as people
from tracker.accounts import rules as roles
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.bulk import write_new
from tracker.db import db
from tracker.errors import DomainError, NotAllowed
from tracker.issues import arrivals, documents, fields, letters, parties, rules, when
from tracker.issues.models import Evidence, Issue
from tracker.systems.models import AISystem

EVIDENCE = ("input", "actual", "expected", "expected_source", "model", "model_version", "trace_id")
UNSURE = "unknown"
Clocks = Callable[[Issue, datetime], Callable[[], None]]
"""What reckons the first clocks of an issue that has no row yet, and answers what writes them once it has one."""


@dataclass(frozen=True)
class Intake:
    """A report as it comes in.  `impact` is the reporter's own answer; who reports is `reporter`, or a name left."""

    system: AISystem
    description: str
    impact: str
    title: str = ""
    function_id: int | None = None
    system_version: str = ""
    environment: str = ""
    occurred_at: datetime | None = None
    occurred_precision: str = "unknown"
    aware_at: datetime | None = None
    unit_id: int | None = None
    channel: str = "web"
    reporter: Person | None = None
    reporter_name: str = ""
    reporter_email: str = ""
    reporter_phone: str = ""
    on_behalf: bool = False
    # Sent without a name by somebody who may leave it out: the actor is nobody.
    nameless: bool = False
    personal_data: bool = False
    harm: bool = False
    evidence: Mapping[str, Any] = field(default_factory=dict)


def open_issue(
    *,
    fields: Intake,
    by: Actor,
    at: datetime,
    waits: bool = True,
    held: bool = False,
    clocks: Clocks | None = None,
) -> Issue:
    """A new issue in the state `new`; raises DomainError naming the fields that are wrong, NotAllowed for strangers.

    Where it `waits` to be taken in, it rings for those who may; `held` is the letter of what can be taken back.
    Without `clocks` the issue is marked to have its clocks computed.
    """
    given = _checked(fields, by, at)
    issue = _row(given, by, at)
    transitions.enter_first(issue, rules.NEW, at=at)
    write_clocks = clocks(issue, at) if clocks is not None else None
    write_new(issue)
    texts = {"title": issue.title, "description": issue.description}
    if given["evidence"]:
        db.session.add(Evidence(issue_id=issue.id, **given["evidence"]))
        texts |= {key: text for key, text in given["evidence"].items() if isinstance(text, str)}
    if issue.personal_data:
        parties.seal(issue, at=at)
    if issue.harm:
        parties.warn_security(issue, at=at)
    _write_down(issue, texts, by, at, begun=write_clocks is not None)
    documents.first_document(issue)
    letters.received(issue, at=at, held=held)
    if waits:
        arrivals.ring(issue, by=by, at=at)
    if write_clocks is not None:
        write_clocks()
    return issue


def wrong_in(intake: Intake, *, by: Actor, at: datetime) -> dict[str, str]:
    """What a report would be refused for, by field; raises NotAllowed for strangers."""
    return _read_all(intake, by, at)[1]


def _checked(intake: Intake, by: Actor, at: datetime) -> dict[str, Any]:
    """The texts of the intake, cleaned; everything wrong is named at once."""
    found, wrong = _read_all(intake, by, at)
    if wrong:
        raise DomainError(_("Some fields are missing or cannot be read."), fields=wrong)
    return found


def _read_all(intake: Intake, by: Actor, at: datetime) -> tuple[dict[str, Any], dict[str, str]]:
    """What can be read of the intake, and what is wrong with the rest."""
    _may_report(intake, by)
    wrong: dict[str, str] = {}
    found: dict[str, Any] = {"intake": intake, "evidence": {}}
    for key in (
        "title",
        "system_version",
        "environment",
        "reporter_name",
        "reporter_email",
        "reporter_phone",
    ):
        found[key] = _read(fields.line, key, getattr(intake, key), wrong)
    found["description"] = _read(fields.clean, "description", intake.description, wrong)
    if not found["description"] and "description" not in wrong:
        wrong["description"] = _("Enter what happened")
    if early := when.not_yet(intake.occurred_at, at):
        wrong["occurred_at"] = early
    if intake.impact not in rules.IMPACTS:
        wrong["impact"] = _("Select how big the impact is")
    if intake.channel not in rules.CHANNELS:
        wrong["channel"] = _("Choose one of: %(values)s.", values=", ".join(rules.CHANNELS))
    for key in EVIDENCE:
        text = _read(fields.clean, key, intake.evidence.get(key) or "", wrong)
        if text:
            found["evidence"][key] = text
    more = {key: value for key, value in intake.evidence.items() if key not in EVIDENCE}
    if more:
        found["evidence"]["more"] = more
    return found, wrong


def _read(read: Any, key: str, value: Any, wrong: dict[str, str]) -> str:
    try:
        return str(read(value))
    except fields.Unreadable as error:
        wrong[key] = str(error)
        return ""


def _may_report(intake: Intake, by: Actor) -> None:
    """Guests and nameless people where the organisation lets them, or by a widget; for others only who supervises."""
    if by.is_system or (by.link is not None and by.link.purpose == roles.WIDGET):
        return
    if by.person_id is None:
        settings = people.organisation()
        if not (settings.anonymous_may_report if intake.nameless else settings.guests_may_report):
            raise NotAllowed(_("Sign in to report."))
        return
    other = (
        intake.on_behalf or intake.reporter_name or (intake.reporter and intake.reporter.id != by.person_id)
    )
    if other and not by.is_(roles.SUPERVISOR, roles.MANAGER, roles.ADMIN):
        raise NotAllowed(_("Only a supervisor reports for somebody else."))


def _row(given: dict[str, Any], by: Actor, at: datetime) -> Issue:
    intake: Intake = given["intake"]
    for_somebody = bool(intake.on_behalf or intake.reporter or given["reporter_name"])
    reporter = (
        intake.reporter if for_somebody or by.person_id is None else db.session.get(Person, by.person_id)
    )
    own_unit = reporter.unit_id if reporter is not None else None
    system = intake.system
    return Issue(
        number=numbers.next_number("Q", at=at, zone=when.zone()),
        title=given["title"] or rules.title_from(given["description"]),
        description=given["description"], state=None, kind=None, impact_hint=intake.impact,
        severity=rules.severity_hint(intake.impact), channel=intake.channel, system_id=system.id,
        system_version=given["system_version"] or current_version(system), function_id=_function(intake),
        environment=given["environment"], reporter_id=reporter.id if reporter else None,
        reporter_name="" if reporter else given["reporter_name"],
        reporter_email="" if reporter else given["reporter_email"].lower(),
        reporter_phone=given["reporter_phone"],
        taken_by_id=by.person_id if reporter is None or reporter.id != by.person_id else None,
        unit_id=intake.unit_id or own_unit, occurred_at=intake.occurred_at,
        occurred_precision=intake.occurred_precision if intake.occurred_at else "unknown",
        aware_at=intake.aware_at or at, reported_at=at, updated_at=at, next_due_at=rules.NEVER,
        personal_data=intake.personal_data or intake.impact == "personal_data",
        harm=intake.harm or intake.impact == "harm",
    )  # fmt: skip


def unsure_system() -> AISystem:
    """The reserved system `unknown` that stands for 不確定; made when somebody first is unsure."""
    found = db.session.scalars(select(AISystem).where(AISystem.key == UNSURE)).first()
    if found is None:
        found = AISystem(key=UNSURE, name="不確定", name_en="Not sure")
        db.session.add(found)
        db.session.flush()
    return found


def _function(intake: Intake) -> int | None:
    """The function, if it is one of this system's."""
    known = {one.id for one in intake.system.functions}
    return intake.function_id if intake.function_id in known else None


def current_version(system: AISystem) -> str:
    """The version in use, or the newest known; empty when nobody entered one."""
    found = [one.version for one in system.versions if one.current] or [
        one.version for one in system.versions
    ]
    return found[0] if found else ""


def _write_down(issue: Issue, texts: dict[str, str], by: Actor, at: datetime, *, begun: bool) -> None:
    named = by if by.name or by.is_system else Actor(name=issue.reporter_name)
    after = {"number": issue.number, "system": issue.system_id, "impact": issue.impact_hint, "severity": issue.severity,
             "channel": issue.channel, "reporter": issue.reporter_id, "personal_data": issue.personal_data}  # fmt: skip
    on_behalf = issue.reporter_name if issue.taken_by_id is not None else ""
    readers = (rearm.TALLY,) if begun else rearm.READERS
    transitions.start(
        issue, rules.NEW, by=named, at=at, after=after, texts=texts, on_behalf=on_behalf, readers=readers
    )
