"""Saving fields of a record by the keys of the form; A to C are written through to the issue they live with."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from tracker import audit, rearm
from tracker.accounts.rules import SYSTEM as THE_SYSTEM
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import Conflict, DomainError, NotAllowed, Stale, WrongState
from tracker.issues import actions as issues
from tracker.issues import fields as issue_fields
from tracker.issues import parties
from tracker.issues import queries as issue_queries
from tracker.issues.models import Issue
from tracker.records import (
    artefacts,
    codes,
    content,
    escalating,
    fields,
    leading,
    letters,
    links,
    lists,
    queries,
    rules,
    signing,
    watching,
)
from tracker.records.allowing import allow
from tracker.records.allowing import wrong as what_is_wrong
from tracker.records.models import Record
from tracker.records.parts import Escalation, FieldAuthor
from tracker.records.whole import Whole
from tracker.workflow import ASSIGNEE, MANAGER, SUPERVISOR, SYSTEM

CLASSIFYING = frozenset({"impact", "reach", "harm_realisation", "severity_override", "long_form"})
LIVED_WITH = {rules.CANCELLED, rules.REISSUED}


def save(
    record: Record,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
    seen: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Write these fields; answers those that changed.

    `seen` holds, by key, `digest_of` the field as the saver had it on the screen.  Raises NotAllowed, WrongState,
    DomainError naming each unreadable field, Stale with both texts; then nothing is saved.
    """
    escalation = queries.last_escalation(record)
    may_save(record, changes, escalation, by=by, at=at)
    own, lower = _split(changes)
    wanted = _read(own)
    allow(record, wanted, queries.relations(by, record, escalation, at))
    whole = Whole(record)
    before = content.own(whole, wanted)
    _refuse_stale(record, wanted, before, lower, seen or {})
    changed: dict[str, Any] = dict(issues.save(record.primary_issue, lower, by=by, at=at)) if lower else {}
    author = _author(record, escalation, by)
    written = _write(record, wanted, before, author, at)
    if written:
        _write_down(record, written, before, author, by, at)
    if changed.keys() or written.keys():
        record.updated_at = at
        rearm.mark(record.kind_name, record.id, at=at)
        db.session.flush()
        signing.void_changed(record, by=by, at=at)
        if written.keys() & fields.LED:
            for sibling in leading.followers(record, *leading.IN_HAND):
                signing.void_changed(sibling, by=by, at=at)
    return changed | written


def may_save(
    record: Record, keys: Mapping[str, Any], escalation: Escalation | None, *, by: Actor, at: datetime
) -> None:
    """Raise NotAllowed or WrongState unless this actor may write all these fields now."""
    unknown = {key: _("There is no such field.") for key in keys if key not in fields.EDITABLE}
    if unknown:
        raise DomainError(_("Some fields cannot be read."), fields=unknown)
    known = queries.relations(by, record, escalation, at)
    if set(keys) <= writable(record, known):
        return
    if known & {SUPERVISOR, SYSTEM} or (ASSIGNEE in known and set(keys) <= fields.ENGINEER_KEYS):
        raise WrongState(act="save")
    raise NotAllowed(_("You cannot change these fields."))


def writable(record: Record, known: frozenset[str]) -> frozenset[str]:
    """The keys that an actor who is this to the record may write in its present state."""
    if record.state in LIVED_WITH:
        return frozenset()
    if record.state == rules.CLOSED:
        after = fields.AFTER_CLOSING
        return (
            after
            if known & {SUPERVISOR, SYSTEM}
            else after & fields.MANAGER_KEYS
            if MANAGER in known
            else frozenset()
        )
    found = frozenset[str]()
    if known & {SUPERVISOR, SYSTEM}:
        found |= fields.EDITABLE
    if ASSIGNEE in known and record.state in rules.ENGINEER_WORK:
        found |= fields.ENGINEER_KEYS
    found = found | fields.MANAGER_KEYS if MANAGER in known else found
    return found - fields.LED if record.led_by_id is not None else found


def digest_of(whole: Whole, key: str, values: Mapping[str, Any] | None = None) -> str:
    """What a form sends back to say which version of the field it showed."""
    if fields.BY_KEY[key].home in ("issue", "evidence"):
        return issue_fields.digest(whole.record.primary_issue, key)
    return content.seen((values or content.values(whole))[key])


def _split(changes: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The record's own fields, and those that live with the issue."""
    lower = {k: v for k, v in changes.items() if k in fields.BY_KEY and fields.BY_KEY[k].home != "record"}
    return {key: value for key, value in changes.items() if key not in lower}, lower


def _read(given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for key, value in given.items():
        try:
            found[key] = bool(value) if key == "long_form" else fields.read(fields.BY_KEY[key], value)
        except fields.Unreadable as error:
            wrong[key] = what_is_wrong(key, error)
    if wrong:
        raise DomainError(_("Some fields cannot be read."), fields=wrong)
    return found


def _refuse_stale(
    record: Record,
    wanted: Mapping[str, Any],
    before: Mapping[str, Any],
    lower: Mapping[str, Any],
    seen: Mapping[str, str],
) -> None:
    """A conflict for each field that somebody else wrote since the saver saw it, in either room."""
    conflicts = [
        Conflict(key, issue_fields.shown(new), issue_fields.shown(before[key]))
        for key, new in wanted.items()
        if key in seen and key in before and seen[key] != content.seen(before[key]) and new != before[key]
        and not isinstance(new, Mapping)
    ]  # fmt: skip
    issue = record.primary_issue
    for key, new in lower.items():
        now = issue_fields.shown(issue_fields.value(issue, key))
        if key in seen and seen[key] != issue_fields.digest(issue, key) and issue_fields.shown(new) != now:
            conflicts.append(Conflict(key, issue_fields.shown(new), now))
    if conflicts:
        raise Stale(conflicts, _("Somebody changed this while you were editing. Both versions are below."))


def _author(record: Record, escalation: Escalation | None, by: Actor) -> FieldAuthor:
    """Whose words these are: the outside contact's when a supervisor enters their statement, else the actor's own.

    A letter's link is bound to a person: what they write through it is theirs, so that they cannot verify it.
    """
    contact = escalating.on_behalf(by, escalation) if record.state in rules.ENGINEER_WORK else ""
    person_id = links.person_id(by.link) if by.link is not None else by.person_id
    return FieldAuthor(person_id=None if contact else person_id, name=contact or by.name)


def _write(
    record: Record, wanted: Mapping[str, Any], before: Mapping[str, Any], author: FieldAuthor, at: datetime
) -> dict[str, Any]:
    """Put each field that differs, and note its author."""
    changed: dict[str, Any] = {}
    for key, new in wanted.items():
        try:
            if _put(record, key, new, before, author, at):
                changed[key] = new
        except fields.Unreadable as error:
            text = what_is_wrong(key, error)
            raise DomainError(text, fields={key: text}) from None
    for key in changed:
        _note_author(record, key, author, at)
    return changed


def _note_author(record: Record, key: str, author: FieldAuthor, at: datetime) -> None:
    """Write down who wrote the field last.

    Not by `merge`: after a move that was refused and rolled back, it stumbles over an author of that attempt.
    """
    stands = db.session.get(FieldAuthor, (record.id, key))
    if stands is None:
        stands = FieldAuthor(record_id=record.id, field=key)
        db.session.add(stands)
    stands.person_id, stands.name, stands.at = author.person_id, author.name, at


def _put(
    record: Record, key: str, new: Any, before: Mapping[str, Any], author: FieldAuthor, at: datetime
) -> bool:
    kind = fields.BY_KEY[key].kind if key in fields.BY_KEY else fields.BOOL
    if kind == fields.ITEMS:
        return lists.put_items(record, key, new, owner_id=author.person_id, by_name=author.name, at=at)
    if kind == fields.RUNS:
        return lists.add_runs(record, new, by_name=author.name, at=at)
    if kind == fields.CODES:
        if list(new) == list(before[key]):
            return False
        lists.put_choices(record, key, new)
        return True
    if getattr(record, key) == new:
        return False
    setattr(record, key, new)
    if key in ("cause_artefact", "cause_class"):
        artefacts.link_cause(record, at=at)
    return True


def _write_down(
    record: Record,
    changed: Mapping[str, Any],
    before: Mapping[str, Any],
    author: FieldAuthor,
    by: Actor,
    at: datetime,
) -> None:
    """The trail: codes as before and after, free text as versions; then what a new classification means."""
    after = content.own(Whole(record), changed)
    codes_of = [key for key in changed if key not in fields.BY_KEY or not fields.BY_KEY[key].free]
    audit.record(
        "record.save", record, by=by, at=at, on_behalf=author.name if author.person_id != by.person_id else "",
        before={key: content.plain(before.get(key)) for key in codes_of},
        after={key: content.plain(after.get(key, getattr(record, key, None))) for key in codes_of},
        texts={key: lists.as_text(after[key]) for key in changed if key not in codes_of},
    )  # fmt: skip
    if changed.keys() & CLASSIFYING:
        _classify(record, by=by, at=at)
    if changed.get("personal_data") == "yes":
        for issue in queries.issues_of(record, lock=True):
            _seal(issue, by=by, at=at)


def _classify(record: Record, *, by: Actor, at: datetime) -> None:
    """D4: the severity that follows, told to every attached issue; a graver one plans the checks it needs."""
    computed = codes.severity(record.impact, record.reach, record.harm_realisation)
    severity = record.severity_override or computed
    if severity:
        record.severity = severity
        for issue in queries.issues_of(record, lock=True):
            if issue.severity != severity or issue.severity_provisional:
                mine = issue_queries.relations(by, issue) & {SUPERVISOR}
                issues.save(issue, {"severity": severity}, by=by if mine else THE_SYSTEM, at=at)
                issue.severity_provisional = False
    if record.state == rules.WATCHING:
        watching.plan_checks(record)


def _seal(issue: Issue, *, by: Actor, at: datetime) -> None:
    """Personal data is concerned: the issue's title is sealed, its own words stay in the trail's texts."""
    if not issue.personal_data:
        texts = {"title": issue.title}
        parties.seal(issue, at=at)
        letters.withhold_about(issue)
        audit.record("issue.seal", issue, by=by, at=at, after={"personal_data": True}, texts=texts)
