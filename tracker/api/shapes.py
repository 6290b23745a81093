"""What the calls of the API take and give; the description is drawn from these."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from tracker.accounts.rules import SCOPES
from tracker.issues.rules import IMPACTS, KINDS, STATES

EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
Instant = Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST)]
Text = Annotated[str, StringConstraints(max_length=20_000)]
Line = Annotated[str, StringConstraints(max_length=300)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]
Impact = Literal["question", "inconvenience", "wrong_content", "blocked", "harm", "personal_data"]
Kind = Literal["anomaly", "how_to", "feature_request", "data_correction", "complaint"]
State = Literal[
    "new", "confirming", "waiting_user", "confirmed", "answered", "escalated", "closed", "merged", "withdrawn"
]
# The closed lists stand in the rooms' rules; here they must be spelt out for the type checker.
assert set(IMPACTS) == set(get_args(Impact))
assert set(KINDS) == set(get_args(Kind))
assert set(STATES) == set(get_args(State)), "tracker/issues/rules.py has other states than the API"
assert "write" in SCOPES


class Body(BaseModel):
    """A body names only known fields."""

    model_config = ConfigDict(extra="forbid")


class Page(BaseModel):
    """Which part of a list."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, StringConstraints(max_length=100)] = ""


class SystemIn(Body):
    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]
    name: Name
    owner: Line = ""
    version: Line = ""
    functions: Annotated[list[Name], Field(max_length=200)] = []


class SystemOut(BaseModel):
    key: str
    name: str
    version: str
    functions: list[str]
    owner: str | None
    operated_by: str


class SystemPage(BaseModel):
    items: list[SystemOut]
    next: str | None


class Reporter(Body):
    name: Line = ""
    email: Line = ""


class IssueIn(Body):
    system: Line
    description: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
    impact: Impact
    title: Line = ""
    occurred_at: Instant | None = None
    function: Line = ""
    evidence: Annotated[dict[str, Any], Field(max_length=50)] = {}
    reporter: Reporter | None = None


class PersonOut(BaseModel):
    name: str
    email: str | None


class MessageOut(BaseModel):
    id: int
    author: str
    created_at: datetime
    visibility: str
    act: str
    body: str
    masked: bool


class IssueLine(BaseModel):
    number: str
    title: str
    description: str
    state: str
    public_state: str
    kind: str | None
    severity: str
    severity_provisional: bool
    impact: str
    system: str
    function: str | None
    channel: str
    reporter: PersonOut | None
    assignee: PersonOut | None
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    record: str | None
    sealed: bool
    url: str


class IssueOut(IssueLine):
    proposed_solution: str
    need_statement: str | None
    escalation_reason: str | None
    evidence: dict[str, Any] | None
    messages: list[MessageOut]
    moves: dict[str, list[str]]


class IssueFilter(Page):
    state: State | None = None
    system: Line = ""
    assignee: Line = ""
    kind: Kind | None = None
    q: Annotated[str, StringConstraints(max_length=200)] = ""
    updated_since: Instant | None = None


class IssuePage(BaseModel):
    items: list[IssueLine]
    next: str | None


class MessageIn(Body):
    body: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
    visibility: Literal["public", "internal"] = "public"


class MoveIn(Body):
    move: Line
    fields: Annotated[dict[str, Any], Field(max_length=200)] = {}
    note: Text = ""


class NumberOut(BaseModel):
    number: str


class RecordPatch(BaseModel):
    """Fields of the form by their keys (domain §1.2)."""

    model_config = ConfigDict(extra="allow")


class ClockOut(BaseModel):
    name: str
    started_at: datetime
    due_at: datetime | None
    paused_since: datetime | None
    ended_at: datetime | None
    met: bool | None


class RecordOut(BaseModel):
    """Every field of the form by its key, and how the record stands."""

    model_config = ConfigDict(extra="allow")
    number: str
    state: str
    severity: str
    missing: list[str]
    moves: dict[str, list[str]]
    clocks: list[ClockOut]


class RecordLine(BaseModel):
    number: str
    state: str
    severity: str
    system: str
    issue: str
    title: str
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    close_code: str


class RecordPage(BaseModel):
    items: list[RecordLine]
    next: str | None


class RecordFilter(Page):
    state: Line = ""
    system: Line = ""


class SignatureIn(Body):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    signed_as: Annotated[Literal["supervisor", "manager"], Field(alias="as")]
    statement: Text = ""
    password: Annotated[str, StringConstraints(max_length=200)] = ""
    same_person_reason: Text = ""


class EffectCheckIn(Body):
    result: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
    recurrences: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    early_because: Text = ""
    because: Text = ""


class EscalationIn(Body):
    to: Line
    due_at: Instant
    summary: Text = ""


class EscalationVerb(Body):
    model_config = ConfigDict(extra="allow")
    note: Text = ""


class EscalationOut(BaseModel):
    id: int
    state: str
    record: str
    to: str
    rota: str | None = None
    due_at: datetime
    expected_at: datetime | None
    summary: str


class ExportFormat(BaseModel):
    format: Literal["pdf", "docx", "odt", "own", "csv", "json", "zip"] = "json"


class ChaseFilter(Page):
    subject: Line = ""


class ChaseOut(BaseModel):
    id: int
    subject: str
    policy: str
    clock: str
    step: str
    due_at: datetime
    sent_at: datetime
    to: list[Any]
    reason: dict[str, Any]
    outcome: str


class ChasePage(BaseModel):
    items: list[ChaseOut]
    next: str | None


class AuditFilter(Page):
    subject: Line = ""


class EntryOut(BaseModel):
    id: int
    at: datetime
    by: str
    on_behalf: str
    action: str
    subject: str
    before: dict[str, Any]
    after: dict[str, Any]
    hash: str


class AuditPage(BaseModel):
    items: list[EntryOut]
    next: str | None
