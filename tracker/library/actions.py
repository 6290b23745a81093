"""Verbs of the case library: take a case in, decide on its type, answer 「我們也可能發生嗎？」 and act on it."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _

from tracker import audit
from tracker.accounts import rules as roles
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import DomainError, NotAllowed
from tracker.inspections.models import InspectionPlan
from tracker.inspections.planning import LINE_MOST, Wanted, save_plan
from tracker.issues.intake import Intake, open_issue
from tracker.issues.models import Issue
from tracker.library import rules
from tracker.library.models import LibraryAnswer, LibraryCase, LibraryFact
from tracker.library.rules import Fact, Told
from tracker.records import codes
from tracker.systems.models import AISystem

NOTE_MOST, TITLE_MOST = 4000, 200


def add(issue_id: int, told: Told) -> None:
    """Keep what a source tells of an issue that was brought in as history."""
    main, *more = told.types or ("",)
    db.session.add(LibraryCase(issue_id=issue_id, anomaly_type=main, **told.values))
    facts = (*told.facts, *(Fact("anomaly", one) for one in more))
    db.session.add_all(
        LibraryFact(
            issue_id=issue_id,
            part=one.part,
            value=one.value,
            kind=one.kind,
            label=one.label,
            details=one.details,
        )
        for one in facts
    )


def words(told: Told) -> Iterable[str]:
    """What a case is found by beside its own texts: its short description, names, codes."""
    yield str(told.values.get("headline", ""))
    for one in told.facts:
        yield from filter(None, (one.value, one.label))


def classify(case: LibraryCase, anomaly_type: str, *, by: Actor, at: datetime) -> None:
    """Decide on the type of a case; empty takes the decision back to nobody's.  Raises NotAllowed, DomainError."""
    _must_work_here(by)
    if anomaly_type and anomaly_type not in codes.ANOMALY_TYPES:
        raise DomainError(_("Choose one of the list"), fields={"anomaly_type": _("Choose one of the list")})
    before, case.anomaly_type, case.typed_by = case.anomaly_type, anomaly_type, by.name
    audit.record(
        "library_case.classify", case.subject, by=by, at=at,
        before={"anomaly_type": before}, after={"anomaly_type": anomaly_type},
    )  # fmt: skip


def answer(case: LibraryCase, given: str, note: str, *, by: Actor, at: datetime) -> LibraryAnswer:
    """Answer whether it could happen here too; every answer stays, the last one stands.

    Raises NotAllowed, or DomainError: an answer needs its reason, so that the next reader need not think anew.
    """
    _must_work_here(by)
    note, wrong = note.strip()[:NOTE_MOST], {}
    if given not in rules.ANSWERS:
        wrong["answer"] = _("Choose an answer")
    if not note:
        wrong["note"] = _("Write why, in a sentence")
    if wrong:
        raise DomainError(" ".join(wrong.values()), fields=wrong)
    before, case.answer = case.answer, given
    made = LibraryAnswer(
        issue_id=case.issue_id, answer=given, note=note, at=at, by_id=by.person_id, by_name=by.name
    )
    db.session.add(made)
    db.session.flush()
    audit.record(
        "library_case.answer", case.subject, by=by, at=at,
        before={"answer": before}, after={"answer": given}, texts={"note": note},
    )  # fmt: skip
    return made


def to_issue(case: LibraryCase, given: LibraryAnswer, system: AISystem, *, by: Actor, at: datetime) -> Issue:
    """An issue of our own to look into it; asking again answers the same one."""
    _must_work_here(by)
    if given.made is not None:
        return given.made
    story = case.issue
    issue = open_issue(
        fields=Intake(
            system=system, impact="question", channel="inspection",
            title=_("Could this happen here? %(title)s", title=story.title)[:TITLE_MOST],
            description=f"{given.note}\n\n{story.number} {story.title}\n\n{story.description[:4000]}",
            evidence={"library_case": story.number},
        ),
        by=by, at=at,
    )  # fmt: skip
    issue.kind = "anomaly"
    given.made_id = issue.id
    db.session.flush()
    db.session.expire(given, ["made"])
    audit.record("library_case.issue", case.subject, by=by, at=at, after={"issue": issue.number})
    return issue


def to_plan(
    case: LibraryCase, given: LibraryAnswer, plan: InspectionPlan, line: str, *, by: Actor, at: datetime
) -> None:
    """A line more on a checklist, asked from the plan's next round on; a line that stands there already stays one."""
    line = " ".join(line.split())
    if not line or len(line) > LINE_MOST:
        text = _("Write a line of at most %(count)s characters", count=LINE_MOST)
        raise DomainError(text, fields={"line": text})
    items = [(one.text, one.text_en) for one in plan.items if one.active]
    if line not in {text for text, _english in items}:
        kept = {name: getattr(plan, name) for name in Wanted.__dataclass_fields__ if name != "items"}
        save_plan(plan, Wanted(**kept, items=[*items, (line, "")]), by=by, at=at)
    given.plan_id = plan.id
    audit.record("library_case.plan", case.subject, by=by, at=at, after={"plan": plan.id})


def _must_work_here(by: Actor) -> None:
    if not by.is_(roles.SUPERVISOR, roles.MANAGER):
        raise NotAllowed("library_case")
