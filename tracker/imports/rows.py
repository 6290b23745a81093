"""What every format is read into: one row, ready to become one issue.  Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from tracker.issues.rules import TURNS
from tracker.library.rules import Told

TITLE_LENGTH = 200
TEXT_LENGTH = 200_000


class BadRow(ValueError):
    """A row that cannot become an issue; the text says why."""


@dataclass(frozen=True)
class Said:
    """One message of the talk that came with a row."""

    author: str
    at: datetime
    visibility: str
    body: str


@dataclass(frozen=True)
class Row:
    """One issue to be.  `raw` is the row as it came; `notes` name what was not understood but kept.

    `external_id` is empty where the source has none; the row's digest then names it.
    """

    source: str
    external_id: str
    title: str
    description: str
    system: str
    reported_at: datetime
    raw: Mapping[str, Any]
    occurred_at: datetime | None = None
    occurred_precision: str = "unknown"
    due_at: datetime | None = None
    # A state of the life cycle for live work, or `closed` for history.
    state: str = "closed"
    kind: str | None = None
    severity: str = ""
    impact: str = "inconvenience"
    reporter_name: str = ""
    reporter_email: str = ""
    assignee: str = ""
    messages: tuple[Said, ...] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)
    # What a foreign source says of the case, for the case library; None for rows of our own.
    told: Told | None = None
    notes: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Names the row by all that stands in it."""
        return digest_of(self.raw)


def digest_of(raw: Mapping[str, Any]) -> str:
    """Names a row by all that stands in it."""
    line = json.dumps(raw, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()


def exact(value: Any, *, most: int = TEXT_LENGTH) -> str:
    """A text of the row as it came, white space at its ends too; without NUL and lone surrogates."""
    return str(clean(value))[:most] if isinstance(value, str) else ""


def text(value: Any, *, most: int = TEXT_LENGTH) -> str:
    """A text of the row without what no database keeps: NUL and lone surrogates."""
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        value = json.dumps(value, ensure_ascii=False)
    clean = str(value).replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return clean.strip()[:most]


def title(*choices: Any) -> str:
    """The first choice that says something, as one line; longer ones end in an ellipsis."""
    for choice in choices:
        line = " ".join(text(choice).translate(TURNS).split())
        if line:
            return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1] + "…"
    raise BadRow("neither a title nor a description")


def instant(value: Any, zone: ZoneInfo, *, name: str) -> datetime:
    """A date (midnight in `zone`) or an ISO instant, as aware UTC; BadRow naming the field otherwise."""
    given = text(value)
    try:
        if len(given) <= len("2026-01-01"):
            found = datetime.combine(date.fromisoformat(given), time(), zone)
        else:
            found = datetime.fromisoformat(given)
            found = found if found.tzinfo else found.replace(tzinfo=zone)
        return found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadRow(f"{name}: {given[:40]!r} is no date") from error


def clean(value: Any) -> Any:
    """A whole row without NUL and lone surrogates, which PostgreSQL refuses in JSON."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {clean(str(key)): clean(one) for key, one in value.items()}
    if isinstance(value, list):
        return [clean(one) for one in value]
    return value
