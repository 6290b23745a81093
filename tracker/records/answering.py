"""What a record does to the issues it is about: the solution reaches every reporter, and their answer comes back."""

from datetime import datetime

from tracker.accounts import queries as people
from tracker.accounts import rules as roles
from tracker.accounts.rules import SYSTEM, Actor
from tracker.issues import actions as issues
from tracker.issues import rules as issue_rules
from tracker.records import gathering, opening, queries
from tracker.records.models import Record
from tracker.records.whole import Whole

RELAPSES_FROM = issue_rules.WORKFLOW["relapse"].starts
NEVER_CLOSED_UNASKED = ("S1", "S2")


def save_solution(record: Record, text: str, *, by: Actor, at: datetime) -> None:
    """C5 lives with the issue."""
    if record.primary_issue.proposed_solution != text:
        issues.save(record.primary_issue, {"proposed_solution": text}, by=by, at=at)


def same_person_may_verify(record: Record, by: Actor, at: datetime) -> bool:
    """Whether nobody else could verify and the organisation lets the one who corrected do it."""
    fixers = gathering.fixers(Whole(record).work)
    return nobody_else(record, roles.SUPERVISOR, fixers | {by.person_id or 0}, at)


def nobody_else(record: Record, role: str, excluded: frozenset[int], at: datetime) -> bool:
    """Small office: the setting allows it, and no second person has the role for this case."""
    if not people.organisation().same_person_may_sign:
        return False
    holders = people.people_with(
        role, at=at, unit_id=record.primary_issue.unit_id, system_id=record.system_id
    )
    return all(one.id in excluded for one in holders)


def deliver(record: Record, *, by: Actor, at: datetime) -> None:
    """J1: the solution goes to every reporter who waits for it, who is then asked whether it solved the problem.

    `by` is who gives it; the issue itself is moved by its record.
    """
    solution = record.primary_issue.proposed_solution
    for issue in queries.issues_of(record, lock=True):
        if issue.state != issue_rules.ESCALATED:
            continue
        if issue.proposed_solution != solution:
            issues.save(issue, {"proposed_solution": solution}, by=SYSTEM, at=at)
        issues.carry_out(issue, "deliver", by=SYSTEM, at=at, voice=by)
    record.user_reply_sent_at = at


def take_back(record: Record, *, at: datetime) -> None:
    """The solution did not hold: reporters who have not answered yet wait for another one."""
    for issue in queries.issues_of(record, lock=True):
        if issue.state == issue_rules.ANSWERED:
            issues.carry_out(issue, "relapse", by=SYSTEM, at=at)


def finish(record: Record, *, at: datetime) -> None:
    """The record is closed: so are its answered issues, but grave ones only once their reporter said so."""
    for issue in queries.issues_of(record, lock=True):
        if issue.state == issue_rules.ANSWERED and issue.severity not in NEVER_CLOSED_UNASKED:
            issues.carry_out(issue, "finish", by=SYSTEM, at=at)


def carry_over(old: Record, new: Record, *, at: datetime) -> None:
    """The issues of a reissued record go on with the new one, whatever their age."""
    opening.mark_open(old, False, False)
    for issue in queries.issues_of(old, lock=True):
        if issue.state in (issue_rules.MERGED, issue_rules.WITHDRAWN):
            continue
        opening.attach(issue, new, at=at, primary=issue.id == new.primary_issue_id)
        if issue.state in RELAPSES_FROM:
            issues.carry_out(issue, "relapse", by=SYSTEM, at=at)
