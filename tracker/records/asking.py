"""One move that was asked for, and reading what came with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tracker.accounts.rules import Actor
from tracker.errors import DomainError
from tracker.issues import fields as issue_fields
from tracker.issues import when
from tracker.records.models import Record
from tracker.records.parts import Escalation

Fields = Mapping[str, Any]


@dataclass
class Request:
    """One move that was asked for: by whom, when, with which fields, and the latest escalation."""

    record: Record
    by: Actor
    at: datetime
    fields: Fields
    note: str
    escalation: Escalation | None
    facts: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """A free text of the request, cleaned; kept apart in the trail when it says something."""
        found = read(issue_fields.clean, key, self.fields.get(key) or "")
        if found:
            self.texts[key] = found
        return str(found)

    def instant(self, key: str, *, future: bool = True) -> datetime | None:
        """An instant of the request, by default one still to come."""
        found: datetime | None = read(issue_fields.deadline, key, self.fields.get(key))
        if found is not None:
            self.after[key] = found
            wrong = when.due_wrong(found, self.at) if future else ""
            if wrong:
                raise DomainError(wrong, fields={key: wrong})
        return found


def read(how: Callable[[Any], Any], key: str, value: Any) -> Any:
    """The value as `how` reads it; DomainError names the field of what cannot be read."""
    try:
        return how(value)
    except issue_fields.Unreadable as error:
        raise DomainError(str(error), fields={key: str(error)}) from None
