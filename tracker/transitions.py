"""The one place where a state changes: guard, effect, audit, and the mark that lets clocks be computed anew."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Protocol

from tracker import audit, rearm, workflow
from tracker.audit.models import Entry
from tracker.audit.trail import By
from tracker.errors import WrongState


class Movable(Protocol):
    """A subject with a life cycle; `state_since` is when it entered its present state."""

    kind_name: str
    id: Any
    state: Any
    state_since: Any
    updated_at: Any


def move(
    table: workflow.Table,
    subject: Movable,
    verb: str,
    *,
    by: By,
    at: datetime,
    relations: Collection[str],
    facts: Any,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
    on_behalf: str = "",
) -> Entry:
    """Carry out `verb`, or raise NotAllowed, WrongState or Missing and change nothing.  Never commits."""
    step = workflow.check(table, verb, state=subject.state, relations=relations)
    ends = workflow.guard(step, facts)
    return _enter(
        subject,
        ends,
        f"{subject.kind_name}.{verb}",
        by=by,
        at=at,
        before=before,
        after=after,
        texts=texts,
        on_behalf=on_behalf,
    )


def undo(
    subject: Movable, entry: Entry, *, by: By, at: datetime, after: Mapping[str, Any] | None = None
) -> Entry:
    """Put back the state from before `entry`, and since when it was; the trail gets a new entry, none is changed.

    Raises WrongState when the subject has left the state that the entry led to.  Never commits.
    """
    present, ends = subject.state, entry.after.get("state")
    facts: dict[str, Any] = {"undone": entry.seq}
    if ends is not None:
        if present != ends or subject.state_since != entry.at:
            raise WrongState(act="undo")
        subject.state = facts["state"] = entry.before["state"]
        subject.state_since = datetime.fromisoformat(entry.before["state_since"])
    subject.updated_at = at
    rearm.mark(subject.kind_name, subject.id, at=at)
    before = {"state": present} if ends is not None else {}
    action = f"{subject.kind_name}.undo"
    return audit.record(action, subject, by=by, at=at, before=before, after={**facts, **(after or {})})


def enter_first(subject: Movable, state: str, *, at: datetime) -> None:
    """Give a new subject its first state before its row is written, so that it is written once; `start` follows."""
    subject.state, subject.state_since, subject.updated_at = state, at, at


def start(
    subject: Movable,
    state: str,
    *,
    by: By,
    at: datetime,
    after: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
    on_behalf: str = "",
    readers: tuple[str, ...] = rearm.READERS,
) -> None:
    """Write down a new subject's first state, and give it where `enter_first` has not; its row must have an id."""
    if subject.state != state:
        enter_first(subject, state, at=at)
    rearm.mark(subject.kind_name, subject.id, at=at, readers=readers)
    audit.record_first(
        f"{subject.kind_name}.create", subject, by=by, at=at, before={"state": None},
        after={"state": state, **(after or {})}, texts=texts or {}, on_behalf=on_behalf,
    )  # fmt: skip


def _enter(
    subject: Movable,
    state: str,
    action: str,
    *,
    by: By,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
    on_behalf: str = "",
) -> Entry:
    was = subject.state
    if state != was:
        subject.state_since = at
    subject.state = state
    subject.updated_at = at
    rearm.mark(subject.kind_name, subject.id, at=at)
    changed = {"state": state, **(after or {})}
    stood = {"state": was, **(before or {})}
    return audit.record(
        action, subject, by=by, at=at, before=stood, after=changed, texts=texts, on_behalf=on_behalf
    )
