"""One record whole, turned into what its guards read."""

from datetime import datetime
from typing import Any

from tracker import calendars
from tracker.hours.book import book
from tracker.issues import rules as issue_rules
from tracker.issues.models import Ask
from tracker.records import content, rules
from tracker.records.parts import VerificationRun
from tracker.records.whole import Whole

SIGNABLE = frozenset({rules.REVIEW, rules.WATCHING, rules.CLOSED})
DAYS_LOOKED_AT = 14


def gather(whole: Whole, at: datetime) -> rules.Facts:
    """All facts of the record as they stand at this instant."""
    record = whole.record
    return rules.Facts(
        state=record.state or "", severity=record.severity, long_form=record.long_form, at=at,
        close_code=record.close_code, led=record.led_by_id is not None,
        vendor=record.system.operated_by == "vendor",
        evidence_held=record.state in rules.BEFORE_CORRECTION and any(one.stops_work for one in whole.holds),
        **_reported(whole), **_classified(whole), **_worked_out(whole.work), **_proved(whole),
        **_answered(whole, at), **_watched(whole),
    )  # fmt: skip


def _reported(whole: Whole) -> dict[str, Any]:
    """A to C, which live with the issue."""
    issue, evidence = whole.record.primary_issue, whole.evidence
    return {
        "function_wanted": issue.function_id is None and whole.function_wanted,
        "function": issue.function_id is not None, "aware_at": issue.aware_at is not None,
        "occurred": issue.occurred_at is not None or issue.occurred_precision == "unknown",
        "description": issue.description, "input": evidence.input if evidence else "",
        "actual": evidence.actual if evidence else "", "expected": evidence.expected if evidence else "",
        "issue_escalated": issue.state == issue_rules.ESCALATED, "proposed_solution": issue.proposed_solution,
    }  # fmt: skip


def _classified(whole: Whole) -> dict[str, Any]:
    """D to F: what it is, what was done at once, who has it."""
    record, escalation = whole.record, whole.escalation
    return {
        "anomaly_type": record.anomaly_type, "harm_realisation": record.harm_realisation,
        "harm_types": len(whole.choices.get("harm_types", ())), "impact": record.impact, "reach": record.reach,
        "affected_population": len(whole.choices.get("affected_population", ())),
        "personal_data": record.personal_data, "containment": _count(whole, "containment"),
        "containment_none_because": record.containment_none_because,
        "assigned_to": escalation is not None and escalation.state in rules.ESCALATION_OPEN,
        "expected_at": escalation.expected_at if escalation else None,
    }  # fmt: skip


def _worked_out(work: Whole) -> dict[str, Any]:
    """G and H: cause and correction, where they stand; the lists by how many lines they have."""
    counted = ("five_whys", "similar_systems", "corrections", "corrective_actions", "preventive_actions")
    plain = (
        "cause_class", "root_cause", "escape_cause", "similar_check", "cause_not_found", "preventive_none_because",
        "fixed_in_version",
    )  # fmt: skip
    return {name: getattr(work.record, name) for name in plain} | {
        part: _count(work, part) for part in counted
    }


def _proved(whole: Whole) -> dict[str, Any]:
    """I: how the correction is proved, and by whom."""
    work, record = whole.work, whole.record
    found, (before, after) = work.record, _runs(work)
    return {
        "proof_kind": found.proof_kind, "proof_steps": found.proof_steps, "proof_before": found.proof_before,
        "proof_after": found.proof_after, "runs_before": before, "runs_after": after,
        "has_cases": bool(work.runs) or _count(work, "regression_cases") > 0,
        "waiver_by_manager": found.proof_kind == "waived" and bool(found.proof_steps.strip()),
        "verifier_id": record.verified_by_id, "fixer_ids": fixers(work),
        "same_person_reason": record.same_person_reason,
    }  # fmt: skip


def _answered(whole: Whole, at: datetime) -> dict[str, Any]:
    """J: whether the reporters have answered, and for how long they were asked."""
    asks, days = _unanswered(whole, at)
    return {"reporters_answered": not pending(whole), "unanswered_asks": asks, "ask_days": days}


def _watched(whole: Whole) -> dict[str, Any]:
    """L and what holds it: signatures, effect checks, whom we wait for."""
    record = whole.record
    signed = content.standings(whole) if record.state in SIGNABLE else {}
    done = [check for check in whole.checks if check.done_at is not None]
    return {
        "supervisor_signed": "supervisor" in signed, "manager_signed": "manager" in signed,
        "effect_checks": len(whole.checks), "effect_checks_open": len(whole.checks) - len(done),
        "recurrences": sum(check.recurrences or 0 for check in done),
        "waiting_for": record.hold_waiting_for, "hold_until": record.hold_until,
        "liaison": record.hold_liaison_id is not None, "promise": record.hold_promise,
        "held_from": record.held_from,
    }  # fmt: skip


def _count(whole: Whole, part: str) -> int:
    return len(whole.items.get(part, ()))


def fixers(whole: Whole) -> frozenset[int]:
    """Who corrected the fault: the last author of H1 and the people its lines name."""
    author = whole.authors.get("corrections")
    named = {item.owner_id for item in whole.items.get("corrections", ())}
    return frozenset(one for one in {author.person_id if author else None, *named} if one is not None)


def _runs(whole: Whole) -> tuple[bool, bool]:
    """Whether the cases failed before, and all passed after the record was last sent to be corrected."""
    since = whole.escalation.sent_at if whole.escalation else None

    def passed(run: VerificationRun) -> bool:
        return run.total > 0 and run.passed == run.total and (since is None or run.at >= since)

    before = any(run.phase == "before" and run.passed < run.total for run in whole.runs)
    after = [run for run in whole.runs if run.phase == "after"]
    return before, bool(after) and passed(after[-1])


def pending(whole: Whole) -> list[int]:
    """Ids of the attached issues whose reporters have not answered yet, nor withdrawn, nor been merged away."""
    return [issue.id for issue in whole.issues if issue.state not in issue_rules.ENDED]


def _unanswered(whole: Whole, at: datetime) -> tuple[int, int]:
    """How often and for how many working days the least asked reporter has been asked."""
    if whole.record.state not in (rules.USER_CONFIRM, rules.ON_HOLD):
        return 0, 0
    asks = [whole.waiting.get(issue_id) for issue_id in pending(whole)]
    if not asks or any(ask is None for ask in asks):
        return 0, 0
    found = [ask for ask in asks if ask is not None]
    return min(ask.count for ask in found), min(working_days(ask, at) for ask in found)


def working_days(ask: Ask, at: datetime) -> int:
    """Whole working days since the question was first asked, in the office's own week; counted up to 14."""
    office = book(at).default
    days = 0
    while days < DAYS_LOOKED_AT and calendars.add_working_days(ask.asked_at, days + 1, office) <= at:
        days += 1
    return days
