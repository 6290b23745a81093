"""What the calls of each kind of tool look like, as data: where number, state and instant stand.  Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

GITHUB, GITLAB, JIRA, PLAIN = "github", "gitlab", "jira", "plain"
OPEN, DONE, UNKNOWN = "open", "done", "unknown"
MEANINGS = (OPEN, DONE)
LINE_MOST, URL_MOST = 120, 500


class Headers(Protocol):
    """Headers by their names in any case."""

    def get(self, key: str, default: str, /) -> str:
        """The header, or what to take where there is none."""


@dataclass(frozen=True)
class Event:
    """Paths into the body of one kind of event.

    `said` are the words of the state: texts as they are, a flag by its name.  `meant` is what the table of meanings
    is asked with, where the tool has a code beside its words.
    """

    number: str
    url: str
    said: tuple[str, ...]
    at: str
    done: frozenset[str]
    open: frozenset[str]
    meant: str = ""


@dataclass(frozen=True)
class Shape:
    """One kind of tool.  `by` names the header or the field of the body that says which event it is."""

    signature: str
    delivery: tuple[str, ...]
    by: str
    events: Mapping[str, Event]
    # Events that are no news of a ticket, such as the trial call when a webhook is set up.
    silent: frozenset[str] = frozenset()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split(","))


STANDARD = "webhook-signature"
"""The header of signed id, instant and body (standardwebhooks.com); others sign the body alone."""

SHAPES: Mapping[str, Shape] = {
    GITHUB: Shape(
        signature="X-Hub-Signature-256", delivery=("X-GitHub-Delivery",), by="header X-GitHub-Event",
        events={
            "issues": Event(
                "issue.number", "issue.html_url", ("issue.state", "issue.state_reason"), "issue.updated_at",
                done=_words("closed,closed completed"), open=_words("open,open reopened"),
            ),
            "pull_request": Event(
                "pull_request.number", "pull_request.html_url", ("pull_request.state", "pull_request.merged"),
                "pull_request.updated_at", done=_words("closed merged"), open=_words("open"),
            ),
        },
        silent=frozenset({"ping"}),
    ),
    GITLAB: Shape(
        signature=STANDARD, delivery=("webhook-id", "Idempotency-Key", "X-Gitlab-Event-UUID"), by="object_kind",
        events={
            "issue": Event(
                "object_attributes.iid", "object_attributes.url", ("object_attributes.state",),
                "object_attributes.updated_at", done=_words("closed"), open=_words("opened,reopened"),
            ),
            "merge_request": Event(
                "object_attributes.iid", "object_attributes.url", ("object_attributes.state",),
                "object_attributes.updated_at", done=_words("merged"), open=_words("opened,reopened,locked"),
            ),
        },
    ),
    JIRA: Shape(
        signature="X-Hub-Signature", delivery=("X-Atlassian-Webhook-Identifier",), by="webhookEvent",
        events=dict.fromkeys(
            ("jira:issue_created", "jira:issue_updated"),
            Event(
                "issue.key", "", ("issue.fields.status.name",), "timestamp", done=_words("done"),
                open=_words("new,indeterminate"), meant="issue.fields.status.statusCategory.key",
            ),
        ),
    ),
    PLAIN: Shape(
        signature=STANDARD, delivery=("webhook-id",), by="",
        events={
            "": Event(
                "ticket", "url", ("state",), "at", done=_words("done,closed,resolved,fixed,completed,merged"),
                open=_words("open,new,reopened,in progress,in_progress,todo,to do,waiting"),
            ),
        },
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What one call says of one ticket."""

    number: str
    url: str
    state: str
    meaning: str
    at: datetime | None


class Unreadable(ValueError):
    """The call cannot be read; the text says what is missing, in English, for who set the webhook up."""


def event_of(shape: Shape, headers: Headers, body: Mapping[str, Any]) -> str:
    """The name of the event; empty where the tool has only one kind."""
    if shape.by.startswith("header "):
        return headers.get(shape.by.removeprefix("header "), "")
    return text_at(body, shape.by) if shape.by else ""


def read(event: Event, body: Mapping[str, Any], meanings: Mapping[str, str]) -> Told:
    """What the body says, by the paths of its event and by what the organisation said its words mean."""
    number, url = text_at(body, event.number)[:LINE_MOST], text_at(body, event.url)[:URL_MOST]
    if not number and not url:
        raise Unreadable(f"no ticket: “{event.number}” is missing")
    state = " ".join(word for word in (_word(body, path) for path in event.said) if word)[:LINE_MOST]
    if not state:
        raise Unreadable(f"no state: “{event.said[0]}” is missing")
    code = (text_at(body, event.meant) if event.meant else "") or state
    meaning = meanings.get(folded(state)) or _meaning(event, folded(code))
    return Told(number, url, state, meaning, _instant(_at(body, event.at)))


def _meaning(event: Event, code: str) -> str:
    return DONE if code in event.done else OPEN if code in event.open else UNKNOWN


def folded(state: str) -> str:
    """Words of a state as they are compared: one space, small letters."""
    return " ".join(state.split()).casefold()


def _at(body: Any, path: str) -> Any:
    found = body
    for name in path.split(".") if path else ():
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if path else None


def text_at(body: Any, path: str) -> str:
    """The text or number at a path as one line; empty where there is none."""
    found = _at(body, path)
    plain = isinstance(found, (str, int)) and not isinstance(found, bool)
    return " ".join(str(found).replace("\0", "").split()) if plain else ""


def _word(body: Any, path: str) -> str:
    found = _at(body, path)
    if found is True:
        return path.rpartition(".")[2]
    return text_at(body, path)


def _instant(value: Any) -> datetime | None:
    """An instant as text with a zone, “… UTC”, or milliseconds since 1970; None where it is none."""
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000, UTC)
        found = datetime.fromisoformat(str(value).strip().replace(" UTC", "+00:00"))
    except (ValueError, OverflowError, OSError):
        return None
    return found.astimezone(UTC) if found.tzinfo is not None else None
