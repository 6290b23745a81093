"""What the incident collections say of a case in values, lists and codes, for the case library.  Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from tracker.imports.rows import clean, exact, text
from tracker.library import rules
from tracker.library.rules import Fact, Told

Raw = Mapping[str, Any]
AIID_LISTS = {
    "developer": "Alleged developer of AI system", "deployer": "Alleged deployer of AI system",
    "harmed": "Alleged harmed or nearly harmed parties", "report": "reports",
}  # fmt: skip


def avid(raw: Raw) -> Told:
    """The fields of an AVID report that are no text of the issue itself."""
    problem, affects = _of(raw, "problemtype"), _of(raw, "affects")
    impact = _of(raw, "impact")
    view, metadata = _of(impact, "avid"), _of(raw, "metadata")
    sep = [exact(one) for one in view.get("sep_view") or []]
    return Told(
        values={
            "foreign_id": _maybe(metadata, "report_id"),
            "headline": exact(_of(problem, "description").get("value")),
            "headline_language": exact(_of(problem, "description").get("lang")),
            "language": exact(_of(raw, "description").get("lang")),
            "class_of": exact(problem.get("classof")), "problem_type": exact(problem.get("type")),
            "format_version": _maybe(raw, "data_version") or _maybe(raw, "version"),
            "taxonomy_version": _maybe(view, "taxonomy_version"),
        },
        facts=tuple(_avid_facts(raw, affects, view, _of(impact, "odin"))),
        types=rules.types_of_avid(sep),
    )  # fmt: skip


def _avid_facts(raw: Raw, affects: Raw, view: Raw, odin: Raw) -> Iterable[Fact]:
    yield from (Fact("developer", exact(one)) for one in affects.get("developer") or [])
    yield from (Fact("deployer", exact(one)) for one in affects.get("deployer") or [])
    for one in affects.get("artifacts") or []:
        yield Fact("artifact", exact(one.get("name")), kind=_maybe(one, "type"))
    for part, key in (("risk_domain", "risk_domain"), ("sep", "sep_view"), ("lifecycle", "lifecycle_view")):
        yield from (Fact(part, exact(one)) for one in view.get(key) or [])
    if view.get("vuln_id") is not None:
        yield Fact("vulnerability", exact(view["vuln_id"]))
    for one in raw.get("metrics") or []:
        yield Fact("metric", text(one.get("name") or one.get("metrics")), details=clean(dict(one)))
    for one in raw.get("references") or []:
        yield Fact("reference", exact(one.get("url")), kind=_maybe(one, "type"), label=_maybe(one, "label"))
    for one in raw.get("credit") or raw.get("credits") or []:
        yield Fact("credit", exact(one.get("value")), kind=_maybe(one, "lang"))
    for one in odin.get("JailbreakTaxonomy") or []:
        yield Fact("jailbreak", exact(one.get("Category")), details=clean(dict(one)))
    if odin.get("SocialImpactScore") is not None:
        yield Fact("social_impact", exact(odin["SocialImpactScore"]))


def atlas(raw: Raw) -> Told:
    """Who did what to whom by which techniques; the file names them by reference, as {{evade_model.id}}."""
    steps = [one for one in raw.get("procedure") or [] if isinstance(one, Mapping)]
    techniques = [_reference(one.get("technique")) for one in steps]
    facts = [
        *(Fact(part, text(raw.get(key))) for part, key in (
            ("actor", "actor"), ("target", "target"), ("study", "case-study-type")) if text(raw.get(key))),
        *(Fact("technique", technique, kind=_reference(one.get("tactic")), label=text(one.get("description")))
          for technique, one in zip(techniques, steps, strict=True) if technique),
        *(Fact("reference", text(one.get("url")), label=text(one.get("title"))) for one in raw.get("references") or []
          if isinstance(one, Mapping)),
        *([Fact("credit", text(raw.get("reporter")))] if text(raw.get("reporter")) else []),
    ]  # fmt: skip
    values = {"foreign_id": text(raw.get("id")), "headline": text(raw.get("name")), "headline_language": "eng",
              "language": "eng"}  # fmt: skip
    return Told(values=values, facts=tuple(facts), types=rules.types_of_atlas(techniques))


def aiid(raw: Raw, names: Mapping[str, list[Any]]) -> Told:
    """The parties of an incident; its table has no code that tells a type, so people decide on that."""
    facts = [Fact(part, text(one)) for part, found in names.items() for one in found if text(one)]
    if text(raw.get("incident_id")):
        url = f"https://incidentdatabase.ai/cite/{text(raw.get('incident_id'))}"
        facts.append(Fact("reference", url, label=f"AIID #{text(raw.get('incident_id'))}"))
    values = {"foreign_id": text(raw.get("incident_id")), "headline": text(raw.get("title"))}
    return Told(values=values, facts=tuple(facts))


def _reference(given: Any) -> str:
    """AML.T0015, or evade_model for {{evade_model.id}}."""
    return text(given).removeprefix("{{").removesuffix("}}").strip().removesuffix(".id")


def _of(raw: Raw, key: str) -> Raw:
    found = raw.get(key)
    return found if isinstance(found, Mapping) else {}


def _maybe(raw: Raw, key: str) -> str | None:
    """The text under a key; None where there is none, which an empty one is not."""
    return None if raw.get(key) is None else exact(raw[key])
