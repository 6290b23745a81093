"""The incident collections: AVID reports, ATLAS case studies, AIID incidents, and GitHub issues.  Pure."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from tracker.imports import told_by
from tracker.imports.rows import BadRow, Row, exact, instant, text, title

Raw = Mapping[str, Any]
PRECISION = {"DATE": "day", "MONTH": "month", "YEAR": "unknown"}


def avid(raw: Raw, zone: ZoneInfo, system: str) -> Row:
    """One report of the AI Vulnerability Database (github.com/avidml/avid-db)."""
    affects, problem = _mapping(raw, "affects"), _mapping(raw, "problemtype")
    short = exact(_mapping_of(problem.get("description")).get("value"))
    long = exact(_mapping_of(raw.get("description")).get("value"))
    told = told_by.avid(raw)
    credit = [one.value for one in told.facts if one.part == "credit"]
    return Row(
        source="avid",
        external_id=text(_mapping_of(raw.get("metadata")).get("report_id")),
        title=title(short, long),
        description=long or short,
        system=system or _first(_mapping_of(one).get("name") for one in affects.get("artifacts") or []),
        reported_at=instant(raw.get("reported_date"), zone, name="reported_date"),
        raw=raw,
        kind="anomaly",
        reporter_name=_first(credit),
        told=told,
    )


def atlas(raw: Raw, zone: ZoneInfo, system: str) -> Row:
    """One case study of MITRE ATLAS: what was done step by step follows the summary."""
    steps = [text(_mapping_of(step).get("description")) for step in raw.get("procedure") or []]
    told = "\n\n".join(
        [text(raw.get("summary")), *(f"{n}. {step}" for n, step in enumerate(steps, start=1) if step)]
    )
    occurred = instant(raw.get("incident-date"), zone, name="incident-date")
    return Row(
        source="atlas",
        external_id=text(raw.get("id")),
        title=title(raw.get("name"), raw.get("summary")),
        description=text(told),
        system=system or text(raw.get("target")),
        reported_at=occurred,
        occurred_at=occurred,
        occurred_precision=PRECISION.get(text(raw.get("incident-date-granularity")), "day"),
        raw=raw,
        kind="anomaly",
        reporter_name=text(raw.get("reporter")),
        told=told_by.atlas(raw),
    )


def aiid(raw: Raw, zone: ZoneInfo, system: str) -> Row:
    """One incident of the AI Incident Database's snapshot table."""
    names = {part: _list(raw, column) for part, column in told_by.AIID_LISTS.items()}
    occurred = instant(raw.get("date"), zone, name="date")
    return Row(
        source="aiid",
        external_id=text(raw.get("incident_id")),
        title=title(raw.get("title"), raw.get("description")),
        description=text(raw.get("description")) or text(raw.get("title")),
        system=system or _first(names["deployer"]) or _first(names["developer"]),
        reported_at=occurred,
        occurred_at=occurred,
        occurred_precision="day",
        raw=raw,
        kind="anomaly",
        told=told_by.aiid(raw, names),
    )


def github(raw: Raw, zone: ZoneInfo, system: str) -> Row:
    """One GitHub issue, in the form of its REST interface or of a dump with `issue_no, title, detail_first_line`."""
    number = raw.get("number", raw.get("issue_no"))
    if number is None:
        raise BadRow("neither number nor issue_no")
    url = text(raw.get("html_url") or raw.get("url"))
    place = re.search(r"github\.com/(?:repos/)?([\w.-]+)/([\w.-]+)/", url)
    body = text(raw.get("body") or raw.get("detail_first_line"))
    labels = [text(_mapping_of(one).get("name") or one) for one in raw.get("labels") or []]
    return Row(
        source="github:" + (f"{place[1]}/{place[2]}" if place else system or "unknown"),
        external_id=text(number),
        title=title(raw.get("title"), body),
        description=body or text(raw.get("title")),
        system=system or (place[2] if place else ""),
        reported_at=instant(raw.get("created_at") or raw.get("date"), zone, name="created_at"),
        raw=raw,
        reporter_name=text(_mapping_of(raw.get("user")).get("login")),
        more=_said(
            state=[text(raw.get("state") or raw.get("state_at_dump"))], labels=labels, references=[url],
            assignees=[text(_mapping_of(one).get("login")) for one in raw.get("assignees") or []],
        ),
    )  # fmt: skip


def _mapping(raw: Raw, key: str) -> Raw:
    found = raw.get(key)
    if not isinstance(found, Mapping):
        raise BadRow(f"{key}: missing or no object")
    return found


def _mapping_of(value: Any) -> Raw:
    return value if isinstance(value, Mapping) else {}


def _list(raw: Raw, key: str) -> list[Any]:
    """A cell of the table that holds a JSON list."""
    given = text(raw.get(key))
    try:
        found = json.loads(given) if given else []
    except ValueError as error:
        raise BadRow(f"{key}: no JSON list") from error
    return found if isinstance(found, list) else [found]


def _first(names: Iterable[Any]) -> str:
    return next((text(name) for name in names if text(name)), "")


def _said(**lists: Any) -> dict[str, list[str]]:
    """The lists that say something, each without empty entries."""
    kept = {}
    for key, value in lists.items():
        names = [text(one) for one in (value if isinstance(value, list) else [value]) if text(one)]
        if names:
            kept[key] = names
    return kept
