"""The fields of an issue that people write: how each is read, what stands in it now, what an editor saw (a digest)."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from flask_babel import gettext as _

from tracker import audit
from tracker.db import db
from tracker.errors import DomainError
from tracker.issues import rules, when
from tracker.issues.models import Evidence, Issue
from tracker.systems.models import AISystem, SystemFunction

LONG, SHORT = 20_000, 300


class Unreadable(ValueError):
    """What was typed is no value of this field; the text says what would be."""


@dataclass(frozen=True)
class Field:
    """One field: the column behind its key, how it is read, and whether it is free text (kept apart in the trail)."""

    column: str
    read: Callable[[Any], Any]
    free: bool = True
    of_evidence: bool = False


def clean(text: Any, limit: int = LONG) -> str:
    """Text that both databases can keep: no NUL, no half characters, one kind of line end; Unreadable when too long."""
    if not isinstance(text, str):
        raise Unreadable(_("Enter text here."))
    kept = text.replace("\x00", "").replace("\r\n", "\n").encode("utf-8", "replace").decode()
    if len(kept) > limit:
        raise Unreadable(
            _("This text has %(length)s characters; the most is %(limit)s.", length=len(kept), limit=limit)
        )
    return kept.strip("\n\r\t ")


def line(text: Any) -> str:
    """One line of text, at most 300 characters; what would break a line becomes a space, what would turn it goes."""
    kept = clean(text, SHORT).translate(rules.TURNS)
    return "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in kept).strip()


def choice(*allowed: str) -> Callable[[Any], str]:
    """One of these codes."""

    def read(value: Any) -> str:
        if value not in allowed:
            raise Unreadable(_("Choose one of: %(values)s.", values=", ".join(allowed)))
        return str(value)

    return read


def deadline(value: Any) -> datetime | None:
    """An instant that something is due at: a day alone means the end of its work."""
    return instant(value, alone=when.END_OF_WORK)


def instant(value: Any, *, alone: time = when.BEGIN) -> datetime | None:
    """An instant: aware, or as people and RFC 3339 write it, in the organisation's zone; empty is unknown."""
    if value is None or value == "":
        return None
    found = value if isinstance(value, datetime) else when.parse(clean(value, SHORT), alone=alone)
    if found is None or found.year not in when.REACH:
        raise Unreadable(_("This date cannot be read. Examples: 115/11/22, 11/22 14:30 or tomorrow"))
    return when.aware(found)


def flag(value: Any) -> bool:
    """Yes or no, as JSON, a form or a person writes it."""
    if isinstance(value, bool):
        return value
    if value in ("yes", "true", "1", "on"):
        return True
    if value in ("no", "false", "0", "off", "", None):
        return False
    raise Unreadable(_("Enter yes or no."))


def system_id(value: Any) -> int:
    """The id of an AI system, named by its key."""
    found = db.session.query(AISystem.id).filter(AISystem.key == clean(value, SHORT)).scalar()
    if found is None:
        raise Unreadable(_("There is no AI system with this key."))
    return int(found)


def function_id(value: Any) -> int | None:
    """The id of a system's function; empty takes it away."""
    if value in (None, ""):
        return None
    number = int(value) if str(value).isdecimal() and len(str(value)) < 10 else 0
    if db.session.get(SystemFunction, number) is None:
        raise Unreadable(_("There is no such function."))
    return number


def rating(value: Any) -> int | None:
    """J3: one to five, or nothing said."""
    if value in (None, ""):
        return None
    if str(value) not in "12345" or len(str(value)) != 1:
        raise Unreadable(_("Enter a number from 1 to 5."))
    return int(value)


KIND = Field("kind", choice(*rules.KINDS), free=False)
# Keys are those of the form O2.3.1 (domain §1.2), so that the record's page and API write them under one name.
FIELDS: Mapping[str, Field] = {
    "title": Field("title", line),
    "description": Field("description", clean),
    "ai_system": Field("system_id", system_id, free=False),
    "system_version": Field("system_version", line),
    "function": Field("function_id", function_id, free=False),
    "environment": Field("environment", line),
    "occurred_at": Field("occurred_at", instant, free=False),
    "occurred_precision": Field("occurred_precision", choice("exact", "day", "month", "unknown"), free=False),
    "aware_at": Field("aware_at", instant, free=False),
    "severity": Field("severity", choice(*rules.SEVERITIES), free=False),
    "issue_kind": KIND,
    "need_statement": Field("need_statement", clean),
    "need_confirmed_by": Field("need_confirmed_by", line),
    "need_confirmed_at": Field("need_confirmed_at", instant, free=False),
    "need_confirmed_how": Field("need_confirmed_how", choice(*rules.HOW_CONFIRMED), free=False),
    "proposed_solution": Field("proposed_solution", clean),
    "escalation_reason": Field("escalation_reason", clean),
    "workaround": Field("workaround", clean),
    "input_text": Field("input", clean, of_evidence=True),
    "actual_output": Field("actual", clean, of_evidence=True),
    "expected_output": Field("expected", clean, of_evidence=True),
    "expected_source": Field("expected_source", line, of_evidence=True),
    "model": Field("model", line, of_evidence=True),
    "model_version": Field("model_version", line, of_evidence=True),
    "trace_refs": Field("trace_id", line, of_evidence=True),
}


def read(values: Mapping[str, Any], known: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    """Each value as its field reads it; DomainError names every field that cannot be read or is unknown."""
    found: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for key, value in values.items():
        try:
            found[key] = known[key](value)
        except KeyError:
            wrong[key] = _("There is no such field.")
        except Unreadable as error:
            wrong[key] = str(error)
    if wrong:
        raise DomainError(_("Some fields cannot be read."), fields=wrong)
    return found


def value(issue: Issue, key: str) -> Any:
    """What stands in the field now."""
    field = FIELDS[key]
    row: Any = db.session.get(Evidence, issue.id) if field.of_evidence else issue
    return getattr(row, field.column) if row is not None else ""


def shown(value: Any) -> str:
    """The value as text, for digests and for showing two versions side by side."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def digest(issue: Issue, key: str) -> str:
    """What an editor sends back to say which version of the field they saw."""
    return audit.digest(shown(value(issue, key)))


def put(issue: Issue, key: str, new: Any) -> None:
    """Write the column behind the key."""
    field = FIELDS[key]
    row: Any = evidence_row(issue) if field.of_evidence else issue
    setattr(row, field.column, new)


def evidence_row(issue: Issue) -> Evidence:
    """The issue's evidence, made when there is none yet."""
    found = db.session.get(Evidence, issue.id)
    if found is None:
        found = Evidence(issue_id=issue.id)
        db.session.add(found)
        db.session.flush()
    return found


def local(instant: datetime | None) -> str:
    """The instant as a form shows it, in the organisation's zone."""
    return f"{instant.astimezone(when.zone()):%Y-%m-%d %H:%M}" if instant else ""


def same_text(one: str, other: str) -> bool:
    """Whether two texts say the same, whatever the browser did to their line ends."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()
