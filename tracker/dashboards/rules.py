"""What one case counts for: its shares in each measure; and the reading of histograms.  Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil, log
from zoneinfo import ZoneInfo

from tracker.issues import rules as issues
from tracker.records import rules as records

RECEIVED, OPEN, CLOSED, REOPENED, RELAPSED, URGENT = (
    "received",
    "open",
    "closed",
    "reopened",
    "relapsed",
    "urgent",
)
REPORTER, SUPERVISOR, ENGINEER, VENDOR, SIGNER, HELD = (
    "reporter", "supervisor", "engineer", "vendor", "signer", "held",
)  # fmt: skip
PARTIES = (REPORTER, SUPERVISOR, ENGINEER, VENDOR, SIGNER, HELD)
LADDER = {"overdue": 1, "lapse": 1, "to_supervisor": 2, "to_manager": 3, "weekly": 3}
PROMISES = ("first_response", "acknowledge", "correct")
SPANS = ("first_response", "acknowledge", "close")
# Ages of waiting in days, newest first: the last one is open-ended.
AGES = ((0, 2), (3, 5), (6, 10), (11, 20), (21, None))
TOO_FEW = 10
STEP = 1.25
"""Two neighbouring buckets of a histogram differ by this factor: a quantile is off by a tenth of itself at most."""

BY_ISSUE = {
    issues.WAITING_USER: REPORTER, issues.ANSWERED: REPORTER, issues.NEW: SUPERVISOR, issues.CONFIRMING: SUPERVISOR,
    issues.CONFIRMED: SUPERVISOR,
}  # fmt: skip
BY_RECORD = {
    records.DRAFT: SUPERVISOR, records.OPENED: SUPERVISOR, records.ASSIGNED: ENGINEER, records.ANALYSING: ENGINEER,
    records.FIXING: ENGINEER, records.VERIFYING: SUPERVISOR, records.USER_CONFIRM: REPORTER, records.REVIEW: SIGNER,
    records.ON_HOLD: HELD,
}  # fmt: skip


@dataclass(frozen=True)
class Promise:
    """One ended clock: whether it was kept, and when that was decided."""

    name: str
    met: bool
    at: datetime


@dataclass(frozen=True)
class Case:
    """All that the shares of one issue are computed from; the record is the issue's own open one, or its last."""

    state: str
    state_since: datetime
    reported_at: datetime
    first_response_at: datetime | None
    closed_at: datetime | None
    reopened_at: datetime | None
    alarming: bool
    record_state: str = ""
    record_since: datetime | None = None
    record_created_at: datetime | None = None
    anomaly_type: str = ""
    outside: bool = False
    sent_at: datetime | None = None
    acknowledged_at: datetime | None = None
    reissued_at: datetime | None = None
    promises: tuple[Promise, ...] = ()
    # Step and due time of each chase that has not ended.
    chases: tuple[tuple[str, datetime], ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the issue, or the record that it began, is still in work."""
        return self.state in issues.OPEN or (
            bool(self.record_state) and self.record_state not in records.ENDED
        )


def shares(case: Case, zone: ZoneInfo) -> dict[str, date]:
    """Each measure that the case counts in, with its day in the organisation's zone."""
    found = {RECEIVED: case.reported_at, **dict(_ended(case)), **dict(_spans(case))}
    if case.state in issues.OPEN:
        found[OPEN] = case.reported_at
    if case.is_open:
        found |= dict(_now(case))
    for promise in case.promises:
        found[f"{'kept' if promise.met else 'broken'}:{promise.name}"] = promise.at
    if case.anomaly_type and case.record_created_at:
        found[f"type:{case.anomaly_type}"] = case.record_created_at
    return {measure: at.astimezone(zone).date() for measure, at in found.items()}


def _ended(case: Case) -> Iterator[tuple[str, datetime]]:
    if case.closed_at:
        yield CLOSED, case.closed_at
    if case.reopened_at:
        yield REOPENED, case.reopened_at
    if case.reissued_at:
        yield RELAPSED, case.reissued_at


def _now(case: Case) -> Iterator[tuple[str, datetime]]:
    party, since = waiting_for(case)
    if party:
        yield f"waiting:{party}", since
    if case.alarming:
        yield URGENT, case.reported_at
    rungs = [(LADDER[step], due) for step, due in case.chases if step in LADDER]
    if rungs:
        highest = max(rung for rung, _due in rungs)
        yield f"ladder:{highest}", min(due for rung, due in rungs if rung == highest)


def waiting_for(case: Case) -> tuple[str, datetime]:
    """Whose turn it is, and since when; nobody's while the effect of a correction is watched."""
    if case.state in BY_ISSUE:
        return BY_ISSUE[case.state], case.state_since
    party = BY_RECORD.get(case.record_state, "")
    if party == ENGINEER and case.outside:
        party = VENDOR
    if not party and case.state == issues.ESCALATED:
        party = SUPERVISOR
    return party, case.record_since or case.state_since


def _spans(case: Case) -> Iterator[tuple[str, datetime]]:
    ends = (
        ("first_response", case.reported_at, case.first_response_at),
        ("acknowledge", case.sent_at, case.acknowledged_at),
        ("close", case.reported_at, case.closed_at),
    )
    for name, start, end in ends:
        if start and end and end >= start:
            yield f"took:{name}:{bucket(end - start):02d}", end


def bucket(span: timedelta) -> int:
    """The bucket of a length of time: bucket b ends at STEP to the power of b minutes."""
    minutes = span / timedelta(minutes=1)
    return 0 if minutes <= 1 else ceil(log(minutes, STEP))


def quantile(histogram: Mapping[int, int], share: float) -> timedelta | None:
    """The length of time below which this share of the cases lies; None where there are too few to tell."""
    total = sum(histogram.values())
    if total < TOO_FEW:
        return None
    seen = 0
    for number in sorted(histogram):
        seen += histogram[number]
        if seen >= share * total:
            return timedelta(minutes=STEP ** (number - 0.5) if number else 1)
    return None


def difference(
    old: Iterable[tuple[str, date]], new: Iterable[tuple[str, date]]
) -> dict[tuple[str, date], int]:
    """What to add to the sums when an issue's shares change: -1 for each gone, +1 for each new."""
    before, after = set(old), set(new)
    return {**dict.fromkeys(before - after, -1), **dict.fromkeys(after - before, 1)}
