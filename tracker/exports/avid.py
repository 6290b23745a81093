"""AVID report JSON: a case of the library in the shape it came in, or a record of our own as a report of that shape.

Built from our fields alone (the issue, its library case and facts; the record): what was corrected here goes out
corrected.  The row that was brought in is not read.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from tracker.accounts import queries as people
from tracker.db import db
from tracker.exports.formats import Wanted
from tracker.issues.models import Issue
from tracker.library import queries
from tracker.library.models import LibraryCase, LibraryFact
from tracker.records import masking, taxonomies
from tracker.systems.models import AISystem

DATA_TYPE, VERSION, TAXONOMY = "AVID", "0.3.3", "0.2"
AT_ONCE = 200
Report = dict[str, Any]
Parts = Mapping[str, list[LibraryFact]]

AVID = taxonomies.SCHEMES["avid_codes"]
DOMAINS = {"S": "Security", "E": "Ethics", "P": "Performance"}
IN_USE = "L06: Deployment"


def library(zone: ZoneInfo, *, source: str = "avid") -> Iterator[Report]:
    """The reports of all library cases of a source, in the order they came in."""
    wanted = (
        queries.newest_first().order_by(None).order_by(LibraryCase.issue_id).where(Issue.source == source)
    )
    last = 0
    while cases := db.session.scalars(wanted.where(LibraryCase.issue_id > last).limit(AT_ONCE)).all():
        found = queries.parts_of([case.issue_id for case in cases])
        for case in cases:
            yield of_case(case, found.get(case.issue_id, {}), zone)
        last = cases[-1].issue_id
        db.session.expunge_all()


def of_case(case: LibraryCase, parts: Parts, zone: ZoneInfo) -> Report:
    """One case of the library as an AVID report."""
    issue = case.issue
    found: Report = {"data_type": DATA_TYPE}
    if case.format_version is not None:
        found["data_version"] = case.format_version
    found |= {
        "metadata": None if case.foreign_id is None else {"report_id": case.foreign_id},
        "affects": {
            "developer": _values(parts, "developer"),
            "deployer": _values(parts, "deployer"),
            "artifacts": [_of(type=one.kind, name=one.value) for one in parts.get("artifact", ())],
        },
        "problemtype": {
            "classof": case.class_of, "type": case.problem_type,
            "description": {"lang": case.headline_language, "value": case.headline},
        },
        "metrics": [one.details for one in parts.get("metric", ())],
        "references": [_of(type=one.kind, label=one.label, url=one.value) for one in parts.get("reference", ())],
        "description": {"lang": case.language, "value": issue.description},
        "impact": _impact(case, parts),
        "credit": [_of(lang=one.kind, value=one.value) for one in parts.get("credit", ())],
        "reported_date": issue.reported_at.astimezone(zone).date().isoformat(),
    }  # fmt: skip
    return {key: value for key, value in found.items() if value not in (None, [], {}) or key == "metadata"}


def _impact(case: LibraryCase, parts: Parts) -> Report:
    found: Report = {}
    view = {
        "vuln_id": next(iter(_values(parts, "vulnerability")), None),
        "risk_domain": _values(parts, "risk_domain"), "sep_view": _values(parts, "sep"),
        "lifecycle_view": _values(parts, "lifecycle"),
    }  # fmt: skip
    if any(view.values()) or case.taxonomy_version is not None:
        kept = {key: value for key, value in view.items() if value is not None}
        found["avid"] = kept | _of(taxonomy_version=case.taxonomy_version)
    odin = {
        "JailbreakTaxonomy": [one.details for one in parts.get("jailbreak", ())],
        "SocialImpactScore": next(iter(_values(parts, "social_impact")), None),
    }
    if any(odin.values()):
        found["odin"] = odin
    return found


def _values(parts: Parts, part: str) -> list[str]:
    return [one.value for one in parts.get(part, ())]


def _of(**given: Any) -> Report:
    """An object without what the source did not say."""
    return {key: value for key, value in given.items() if value is not None}


def of_record(wanted: Wanted, zone: ZoneInfo) -> Report:
    """One record of our own as an AVID report; what the reader may not have in a file is empty there."""
    record, values = wanted.whole.record, wanted.values()
    sealed = is_sealed(wanted)
    system, issue = record.system, record.primary_issue
    us = people.organisation().name
    codes = taxonomies.standing(values)
    sep = [f"{one}: {AVID.codes[one]}" for one in codes["avid_codes"].codes]
    title, story = (record.primary_issue.title, "" if sealed else str(values["description"] or ""))
    return {
        "data_type": DATA_TYPE, "data_version": VERSION, "metadata": {"report_id": record.number},
        "affects": {"developer": [name for name in [_maker(system) or us] if name], "deployer": [us] if us else [],
                    "artifacts": [{"type": "System", "name": _named(system, issue.system_version)}]},
        "problemtype": {"classof": "Undefined", "type": "Issue",
                        "description": {"lang": language(title), "value": title}},
        "references": _techniques(codes["atlas_techniques"].codes),
        "description": {"lang": language(story), "value": story},
        "impact": {"avid": {"risk_domain": list(dict.fromkeys(DOMAINS[one[0]] for one in sep)), "sep_view": sep,
                            "lifecycle_view": [IN_USE], "taxonomy_version": TAXONOMY}},
        "credit": [{"lang": language(us), "value": us}] if us else [],
        "reported_date": issue.reported_at.astimezone(zone).date().isoformat(),
    }  # fmt: skip


def is_sealed(wanted: Wanted) -> bool:
    """Whether the story stays in the house: personal data, a restricted case, or a reader who reads it masked."""
    issue = wanted.whole.record.primary_issue
    return issue.personal_data or issue.restricted or bool(masking.hidden(wanted.whole.record, wanted.actor))


def _techniques(codes: Iterable[str]) -> list[Report]:
    """MITRE's techniques as references: AVID has no place of its own for them."""
    scheme = taxonomies.SCHEMES["atlas_techniques"]
    return [
        {"type": "source", "label": f"{scheme.name} {scheme.said(one)}", "url": f"{scheme.url}/{one}"}
        for one in codes
    ]


def language(text: str) -> str:
    """AVID's code of the language: Chinese as soon as one of its characters is there."""
    return "zho" if any("\u4e00" <= sign <= "\u9fff" for sign in text) else "eng"


def _maker(system: AISystem) -> str:
    return system.vendor_name if system.operated_by == "vendor" else ""


def _named(system: AISystem, version: str) -> str:
    return f"{system.name} {version}".strip()


def lines(reports: Iterable[Report]) -> Iterator[str]:
    """One report a line, as collections of them are passed on."""
    return (json.dumps(one, ensure_ascii=False) + "\n" for one in reports)
