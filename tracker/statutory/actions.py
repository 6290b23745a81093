"""The verbs of a statutory clock: a person stops it in one of three ways, says it was a mistake, notes a notice.

Never commits.  What was stopped can be taken back; nothing is deleted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import audit, rearm
from tracker.accounts import rules as roles
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import DomainError, NotAllowed, WrongState
from tracker.issues.models import Issue
from tracker.records.models import Record
from tracker.records.parts import RecordItem
from tracker.statutory import book, checking
from tracker.statutory.deciding import Answer
from tracker.statutory.models import StatutoryClock, StatutoryFact, StatutoryNotice
from tracker.statutory.rules import WAYS
from tracker.statutory.words import WAY_WORDS

INTERIM, FINAL = "interim", "final"
TO = ("authority", "persons", "provider", "other")
SLACK = timedelta(minutes=5)
"""A clock on the wall may be ahead of ours."""
LINE_MOST, TEXT_MOST = 300, 20_000
PAPER = "zh_Hant_TW"
"""The language of the paper form, and so of what we write into a line of it."""


@dataclass(frozen=True)
class Told:
    """One notice as a person notes it."""

    sent_at: datetime | None
    recipient: str
    to: str = "authority"
    reference: str = ""
    evidence: str = ""
    body: str = ""
    way: str = ""


def may_stop(actor: Actor, issue: Issue) -> bool:
    """Whether this actor answers for the statutory clocks of the case."""
    place = {"unit_id": issue.unit_id, "system_id": issue.system_id}
    return actor.is_system or any(actor.is_for(role, **place) for role in (roles.SUPERVISOR, roles.MANAGER))


def done(
    row: StatutoryClock, told: Told, *, by: Actor, at: datetime, item: RecordItem | None = None
) -> StatutoryNotice:
    """What the law asks for has been done: the clock stops at the instant the notice was sent.

    `item` is the line of K2 that says so already.
    """
    _open(row, by, "done")
    notice = noted(row.issue, row, FINAL, told, by=by, at=at, item=item)
    row.done_at, row.done_noted_at, row.done_by_id = notice.sent_at, at, by.person_id
    row.reference, row.evidence, row.doubt = notice.reference, notice.evidence, False
    _write(row, "done", by, at, {"sent_at": notice.sent_at.isoformat(), "reference": notice.reference})
    return notice


def interim(
    row: StatutoryClock, told: Told, *, by: Actor, at: datetime, item: RecordItem | None = None
) -> StatutoryNotice:
    """A first report, incomplete where the rule allows it; the clock runs on until the final one."""
    _open(row, by, "interim")
    if not row.rule.get("allows_interim"):
        text = _("This rule knows no interim report: note it as done, or not at all.")
        raise DomainError(text, fields={"kind": text})
    notice = noted(row.issue, row, INTERIM, told, by=by, at=at, item=item)
    _write(row, "interim", by, at, {"sent_at": notice.sent_at.isoformat(), "reference": notice.reference})
    return notice


def waive(row: StatutoryClock, because: str, *, by: Actor, at: datetime) -> None:
    """It does not apply to this case: who says so, and why."""
    _open(row, by, "waive")
    row.waived_because = reason(because, "because")
    row.waived_at, row.waived_by_id, row.doubt = at, by.person_id, False
    _write(row, "waive", by, at, texts={"because": row.waived_because})


def toll(row: StatutoryClock, basis: str, *, by: Actor, at: datetime) -> None:
    """The law itself holds the time back: on which basis."""
    _open(row, by, "toll")
    row.toll_basis = reason(basis, "basis")
    row.tolled_at, row.tolled_by_id = at, by.person_id
    _write(row, "toll", by, at, texts={"because": row.toll_basis})


def take_back(row: StatutoryClock, because: str, *, by: Actor, at: datetime) -> None:
    """It was stopped by mistake: it runs on as if it had not been, its due time unmoved."""
    if not may_stop(by, row.issue):
        raise NotAllowed(act="take_back")
    if row.stopped_at is None:
        raise WrongState(act="take_back")
    because = reason(because, "because")
    was = row.standing
    for notice in db.session.scalars(_final_of(row)):
        notice.withdrawn_at, notice.withdrawn_because = at, because
        unsay(notice)
    row.done_at = row.done_noted_at = row.waived_at = row.tolled_at = None
    row.done_by_id = row.waived_by_id = row.tolled_by_id = None
    row.reference = row.evidence = row.waived_because = row.toll_basis = ""
    _write(row, "take_back", by, at, {"standing": was}, texts={"because": because})


def _final_of(row: StatutoryClock) -> Any:
    return select(StatutoryNotice).where(
        StatutoryNotice.clock_id == row.id,
        StatutoryNotice.kind == FINAL,
        StatutoryNotice.withdrawn_at.is_(None),
    )


def follow(issue: Issue, record: Record | None, answer: Answer, *, by: Actor, at: datetime) -> StatutoryClock:
    """Keep a rule that does not bind the organisation, of its own accord."""
    if not may_stop(by, issue):
        raise NotAllowed(act="follow")
    row = StatutoryClock(
        issue_id=issue.id, record_id=record.id if record else None, rule_id=answer.rule.id,
        rule=book.in_force()[answer.rule.id], start_at=answer.start, due_at=answer.due_at, unknown=[], history=[],
        superseded_by="", started_at=at, voluntary=True,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _write(row, "follow", by, at)
    return row


def save_facts(issue: Issue, changes: Mapping[str, Any], *, by: Actor, at: datetime) -> list[str]:
    """What the rules ask about the case and no form of the record holds yet; answers what changed."""
    if not may_stop(by, issue):
        raise NotAllowed(act="facts")
    changed = put_facts("issue", issue.id, changes, by=by, at=at)
    if changed:
        audit.record("statutory.facts", issue, by=by, at=at, after={key: changes[key] for key in changed})
        rearm.mark(issue.kind_name, issue.id, at=at)
    return changed


def put_facts(
    kind: str, subject_id: int, changes: Mapping[str, Any], *, by: Actor, at: datetime
) -> list[str]:
    """Write the facts that differ."""
    same = select(StatutoryFact).where(StatutoryFact.kind == kind, StatutoryFact.subject_id == subject_id)
    there = {one.name: one for one in db.session.scalars(same)}
    changed = []
    for name, value in changes.items():
        row = there.get(name)
        if row is not None and row.value == value:
            continue
        if row is None:
            row = StatutoryFact(kind=kind, subject_id=subject_id, name=name)
            db.session.add(row)
        row.value, row.at, row.by_name = value, at, by.name
        changed.append(name)
    db.session.flush()
    return changed


def reason(text: str, field: str) -> str:
    """A reason in a person's own words; DomainError without one."""
    text = " ".join((text or "").replace("\x00", "").split())
    if not text:
        raise DomainError(fields={field: _("Give the reason")})
    return text[:TEXT_MOST]


def _open(row: StatutoryClock, by: Actor, act: str) -> None:
    if not may_stop(by, row.issue):
        raise NotAllowed(act=act)
    if row.stopped_at is not None:
        raise WrongState(_("This clock has been stopped already. Take that back first."), act=act)


def noted(
    issue: Issue, row: StatutoryClock | None, kind: str, told: Told, *, by: Actor, at: datetime,
    item: RecordItem | None = None,
) -> StatutoryNotice:  # fmt: skip
    """The notice written down, with its line of K2 where a clock of a record asked for it; `item` is there already."""
    sent_at = _checked(told, at)
    notice = StatutoryNotice(
        issue_id=issue.id, clock_id=row.id if row else None, kind=kind, to=told.to, recipient=told.recipient.strip(),
        sent_at=sent_at, reference=told.reference.strip(), evidence=told.evidence.strip(), body=told.body.strip(),
        way=told.way, at=at, by_id=by.person_id, by_name=by.name, withdrawn_because="",
    )  # fmt: skip
    db.session.add(notice)
    db.session.flush()
    if item is not None:
        notice.item_id = item.id
    elif row is not None and row.record_id is not None:
        onto_record(notice, row.record_id, str(checking.both(row.rule["title"])["zh"]))
    return notice


def _checked(told: Told, at: datetime) -> datetime:
    """The instant it was sent; DomainError naming everything that is missing."""
    wrong = {}
    if told.sent_at is None:
        wrong["sent_at"] = _("Say when it was sent")
    elif told.sent_at > at + SLACK:
        wrong["sent_at"] = _("This time has not come yet")
    if not told.recipient.strip():
        wrong["recipient"] = _("Say who was told")
    if told.way and told.way not in WAYS:
        wrong["way"] = _("Choose one of the values listed.")
    if told.to not in TO:
        wrong["to"] = _("Choose one of the values listed.")
    if not told.reference.strip() and not told.evidence.strip():
        wrong["reference"] = _("Give a reference number, or say what proves it below")
    for key, most in (
        ("recipient", LINE_MOST),
        ("reference", LINE_MOST),
        ("evidence", TEXT_MOST),
        ("body", TEXT_MOST),
    ):
        if len(getattr(told, key)) > most:
            wrong[key] = _("This is too long.")
    if wrong or told.sent_at is None:
        raise DomainError(_("Some fields cannot be read."), fields=wrong)
    return told.sent_at


def onto_record(notice: StatutoryNotice, record_id: int, title: str) -> None:
    """The same notice as a line of K2, so that the record's page, print and exports show it."""
    item = RecordItem(
        record_id=record_id, part="notices", what=_line(notice, title),
        target_kind="", reference=notice.reference, evidence=notice.evidence, dimension="", owner_id=notice.by_id,
        by_name=notice.by_name, at=notice.at, due_at=None, done_at=notice.sent_at,
    )  # fmt: skip
    db.session.add(item)
    db.session.flush()
    notice.item_id, notice.wrote_item = item.id, True


def unsay(notice: StatutoryNotice) -> None:
    """The line written from a notice says that it was taken back; one that a person wrote stays as it is."""
    line = db.session.get(RecordItem, notice.item_id) if notice.wrote_item and notice.item_id else None
    if line is not None:
        with force_locale(PAPER):
            line.evidence = _("taken back: %(why)s", why=notice.withdrawn_because)
        line.done_at = None


def _line(notice: StatutoryNotice, title: str) -> str:
    """To whom, what for, by which way; in Chinese, as the paper form is."""
    with force_locale(PAPER):
        way = str(WAY_WORDS[notice.way]) if notice.way else ""
    return " · ".join(one for one in (notice.recipient, title, way) if one)[:LINE_MOST]


def _write(
    row: StatutoryClock, verb: str, by: Actor, at: datetime, after: dict[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """The trail, and the mark that has the clocks computed anew."""
    subject: Issue | Record = row.record if row.record is not None else row.issue
    facts = {"statutory_rule": row.rule_id, **(after or {})}
    audit.record(f"statutory.{verb}", subject, by=by, at=at, after=facts, texts=texts)
    rearm.mark(subject.kind_name, subject.id, at=at)
    db.session.flush()
