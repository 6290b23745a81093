"""Reporting a correction: one form's answers become the record's fields G, H and I, then the record moves on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import DomainError, NotFound, WrongState
from tracker.issues import actions as issues
from tracker.issues import talk
from tracker.records import actions, queries, rules
from tracker.records.models import Record
from tracker.records.parts import Escalation, EscalationNote

PLAIN = (
    "cause_class", "root_cause", "cause_not_found", "escape_cause", "fixed_in_version", "preventive_none_because",
    "proof_before", "proof_after",
)  # fmt: skip

DIGITS_MOST = 9


def correct(escalation: Escalation, given: Mapping[str, str], *, by: Actor, at: datetime) -> None:
    """Save what was found and changed, then report it.  Raises Missing when the record still lacks something."""
    actions.save(escalation.record, changes(given), by=by, at=at)
    actions.move_escalation(escalation, "correct", by=by, at=at)


def keep(record: Record, given: Mapping[str, str], *, by: Actor, at: datetime) -> list[str]:
    """Save the same without reporting yet, so that nothing typed is lost; answers the keys of what was written."""
    written = actions.save(record, changes(given), by=by, at=at)
    return list(written)


def changes(given: Mapping[str, str]) -> dict[str, Any]:
    """The record's fields that the form fills; empty boxes change nothing."""
    found: dict[str, Any] = {key: given[key] for key in PLAIN if given.get(key)}
    if given.get("what"):
        beside = {key: given.get(key, "") for key in ("target_kind", "artefact", "version", "reference")}
        found["corrections"] = {"add": {"what": given["what"], **beside}}
    for box, key in (("corrective", "corrective_actions"), ("preventive", "preventive_actions")):
        if given.get(box):
            found[key] = {"add": {"what": given[box]}}
    whys = [line.strip() for line in given.get("whys", "").splitlines() if line.strip()]
    if whys:
        found["five_whys"] = [{"what": why} for why in whys]
    return found | _runs(given)


def _runs(given: Mapping[str, str]) -> dict[str, Any]:
    counts = {key: given.get(key, "") for key in ("cases", "before_passed", "after_passed")}
    if not any(counts.values()):
        return {}
    if wrong := _wrong_counts(counts):
        raise DomainError(next(iter(wrong.values())), fields=wrong)
    total, before, after = counts.values()
    runs = [
        {"phase": "before", "passed": before, "total": total},
        {"phase": "after", "passed": after, "total": total},
    ]
    return {"verification_runs": runs, "proof_kind": "cases"}


def _wrong_counts(counts: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the numbers of the cases, at the box that it is wrong in."""
    if not all(counts.values()):
        return {"cases": _("Give all three numbers: of how many, passed before, passed after.")}
    if odd := [key for key, count in counts.items() if not count.isdecimal() or len(count) > DIGITS_MOST]:
        return dict.fromkeys(odd, _("Enter a whole number."))
    total = int(counts["cases"])
    above = [key for key, count in counts.items() if int(count) > total] or ["cases"] * (not total)
    return dict.fromkeys(above, _("There must be one case at least, and no more can pass than there are."))


def relates(actor: Actor, escalation: Escalation, at: datetime) -> frozenset[str]:
    """What the actor is to this escalation's record."""
    return queries.relations(actor, escalation.record, escalation, at)


def was_theirs(actor: Actor, escalation: Escalation) -> bool:
    """Whether it was with this actor and has ended: their acts come too late, rather than being somebody else's."""
    ended = escalation.state not in rules.ESCALATION_OPEN
    by_link = actor.link is not None and actor.link.subject_id == escalation.id
    named = actor.person_id is not None and escalation.to_person_id == actor.person_id
    return ended and (by_link or named or escalation.to_team_id in actor.teams)


def deputy_of(escalation: Escalation) -> Person | None:
    """Who stands in for the one it was reported to."""
    person = escalation.to_person
    return (
        person.deputy if person is not None and person.deputy is not None and person.deputy.active else None
    )


def to_deputy(escalation: Escalation, *, by: Actor, at: datetime) -> None:
    """Hand the escalation to the assignee's deputy; raises WrongState when there is none."""
    deputy = deputy_of(escalation)
    if deputy is None:
        raise WrongState(act="deputy")
    actions.hand_over(escalation, deputy, by=by, at=at)


def pass_on(escalation: Escalation, note_id: int, *, by: Actor, at: datetime) -> None:
    """Ask the primary issue's reporter what the engineer asked, in the same words; states stay as they are."""
    note = db.session.get(EscalationNote, note_id)
    if note is None or note.escalation_id != escalation.id or note.kind != "question":
        raise NotFound()
    if note.passed_on_at is not None:
        raise WrongState(act="pass_on")
    issue = escalation.record.primary_issue
    issues.say(issue, note.body, visibility="public", by=by, at=at, act="ask")
    talk.ask(issue, "question", at=at)
    note.passed_on_at = at
