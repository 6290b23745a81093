"""The verbs of known issues: write, publish, count who is affected, solve and tell them all.  Nothing here commits."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from flask_babel import gettext as _

from tracker import audit
from tracker.accounts.rules import Actor
from tracker.db import db, inserting
from tracker.errors import DomainError, WrongState
from tracker.guides import articles, editing, finding, letters, rules
from tracker.guides.models import Affected, KnownIssue, KnownReport
from tracker.guides.withdrawing import need_writer
from tracker.issues import fields
from tracker.issues import queries as issues
from tracker.issues.models import Issue

_need_writer = partial(need_writer, KnownIssue.kind_name)


def create(given: Mapping[str, Any], *, issue: Issue | None = None, by: Actor, at: datetime) -> KnownIssue:
    """A new known issue, as a draft; the issue it is made from is the first that is about it."""
    _need_writer(by, given["system_id"])
    _need_system(given)
    texts = articles.cleaned(given)
    made = KnownIssue(
        system_id=given["system_id"], function_id=given.get("function_id"), issue_id=issue.id if issue else None,
        by_name=by.name, created_at=at, updated_at=at, **texts,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    editing.write_down(
        "known_issue.create", made, {key: text for key, text in texts.items() if text}, by=by, at=at
    )
    if issue is not None:
        _join(made, issue, by=by, at=at)
    return made


def _need_system(given: Mapping[str, Any]) -> None:
    """Raises DomainError where a known issue would be about all systems."""
    if given.get("system_id") is None:
        text = _("A known issue is about one AI system.")
        raise DomainError(text, fields={"system": text})


def save(
    known: KnownIssue,
    given: Mapping[str, Any],
    *,
    seen: Mapping[str, str] | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Change what is said of it; who reads it reads the new words at once.

    `seen` says by `edits.seen` what stood there when the writer began.  Raises Stale, DomainError, NotAllowed.
    """
    _need_system(given)
    _texts, changed, before = articles.edited(known, given, seen or {}, by=by)
    for key, text in changed.items():
        setattr(known, key, text)
    if changed or before:
        known.updated_at = at
        finding.renew(known)
        editing.write_down("known_issue.save", known, changed, by=by, at=at, before=before)


def publish(known: KnownIssue, *, by: Actor, at: datetime) -> None:
    """Everybody may read it, and it is suggested to those who report the same."""
    _need_writer(by, known.system_id)
    if known.withdrawn_at is not None:
        raise WrongState(act="publish")
    if known.published_at is None:
        known.published_at = known.updated_at = at
        finding.renew(known)
        audit.record("known_issue.publish", known, by=by, at=at)


def me_too(known: KnownIssue, voter: str, *, by: Actor, at: datetime) -> bool:
    """It happened to this reader too: counts once, and whoever has an account is told when it is solved."""
    if not voter or known.stage != rules.OPEN:
        raise WrongState(act="me_too")
    row = {"known_id": known.id, "voter": voter, "person_id": by.person_id, "at": at}
    once = inserting(Affected).values(row).on_conflict_do_nothing(index_elements=["known_id", "voter"])
    new = db.session.scalar(once.returning(Affected.id)) is not None
    if new:
        audit.record("known_issue.me_too", known, by=by, at=at)
    return new


def link(known: KnownIssue, number: str = "", *, by: Actor, at: datetime) -> None:
    """The issue with this number is about it: its reporter is affected, and is told when it is solved."""
    _need_writer(by, known.system_id)
    _join(known, _issue(number, by), by=by, at=at)


def unlink(known: KnownIssue, number: str = "", *, by: Actor, at: datetime) -> None:
    """It is about something else after all."""
    _need_writer(by, known.system_id)
    issue = _issue(number, by)
    found = db.session.get(KnownReport, (known.id, issue.id))
    if found is not None:
        db.session.delete(found)
        db.session.flush()
        audit.record("known_issue.unlink", known, by=by, at=at, after={"issue": issue.id})


def _join(known: KnownIssue, issue: Issue, *, by: Actor, at: datetime) -> None:
    if db.session.get(KnownReport, (known.id, issue.id)) is None:
        db.session.add(KnownReport(known_id=known.id, issue_id=issue.id))
        db.session.flush()
        audit.record("known_issue.link", known, by=by, at=at, after={"issue": issue.id})


def _issue(number: str, by: Actor) -> Issue:
    """The issue with this number, if the actor may see it.  Raises DomainError naming `number`."""
    wanted = number.strip().upper()
    found = db.session.scalars(issues.by_number(by, wanted)).first()
    if found is None:
        text = _("There is no issue with the number “%(number)s”.", number=wanted[:40])
        raise DomainError(text, fields={"number": text})
    return found


def solve(known: KnownIssue, *, solution_zh: str = "", solution_en: str = "", by: Actor, at: datetime) -> int:
    """It is solved: say what was done, and tell everybody whom it met; how many people are told."""
    _need_writer(by, known.system_id)
    if known.stage != rules.OPEN:
        raise WrongState(act="solve")
    given = {"solution_zh": solution_zh, "solution_en": solution_en}
    texts = fields.read(given, dict.fromkeys(given, fields.clean))
    if not any(texts.values()):
        raise DomainError(fields={"solution_zh": _("Say in a sentence what is different now.")})
    known.solution_zh, known.solution_en = texts["solution_zh"], texts["solution_en"]
    known.solved_at = known.updated_at = at
    known.times_solved += 1
    finding.renew(known)
    told = letters.tell_all(known, at=at)
    audit.record("known_issue.solve", known, by=by, at=at, after={"told": told},
                 texts={key: text for key, text in texts.items() if text})  # fmt: skip
    return told


def reopen(known: KnownIssue, *, by: Actor, at: datetime) -> None:
    """It is not solved after all; letters that have not left yet are taken back."""
    _need_writer(by, known.system_id)
    if known.stage != rules.SOLVED:
        raise WrongState(act="reopen")
    letters.take_back(known, at=at)
    known.solved_at, known.updated_at = None, at
    finding.renew(known)
    audit.record("known_issue.reopen", known, by=by, at=at)
