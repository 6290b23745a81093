"""One record: where it stands, what it still needs, its sections A to L, and its print."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import render_template, request
from flask_wtf import FlaskForm
from sqlalchemy import Integer, and_, bindparam, exists, or_, select
from wtforms.form import BaseForm

from tracker import clock
from tracker.accounts import queries as people
from tracker.accounts.models import Person
from tracker.accounts.rules import AUDITOR, Actor
from tracker.db import db, kept
from tracker.decisions.models import Decision
from tracker.errors import Conflict
from tracker.exports import sheet
from tracker.exports.models import FormVersion
from tracker.issues.models import Issue, IssueRecord
from tracker.issues.parts import EvidenceHold
from tracker.opinions import queries as opinions
from tracker.opinions import rules as asking
from tracker.opinions import words as opinion_words
from tracker.records import (
    actions,
    asked,
    codes,
    content,
    fields,
    forms,
    history,
    leading,
    queries,
    reasons,
    recurring,
    rules,
    signing,
    standing_in,
    taxonomies,
    wordlists,
    words,
)
from tracker.records.masking import is_masked, masked
from tracker.records.models import Record
from tracker.records.parts import EffectCheck
from tracker.records.views import bp
from tracker.records.views.files import files_offered, telling
from tracker.records.views.loading import record_of
from tracker.records.whole import Whole, there_is
from tracker.statutory import by_hand
from tracker.statutory import words as law_words
from tracker.statutory.models import StatutoryClock
from tracker.systems import artefacts
from tracker.systems.models import Recheck
from tracker.training import queries as training
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer

SIGNATURES = frozenset({rules.L1.key, rules.L2.key})
# States that a record also reaches by a move that gives a reason.
TOLD = frozenset({rules.OPENED, rules.ANALYSING, rules.CANCELLED, rules.REISSUED})
# While its cause is sought, records of the same kind are worth a look.
EARLY = rules.ENGINEER_WORK | {rules.OPENED}


@dataclass
class Typed:
    """What could not be saved: what was typed in any section stays, with what is wrong and what somebody else wrote.

    `section` is the one whose button was pressed; `form` has the boxes that were touched, `keys` names the lists too.
    """

    section: str
    form: BaseForm | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)
    keys: frozenset[str] = frozenset()


@dataclass
class Section:
    """One section as the page shows it."""

    letter: str
    keys: tuple[str, ...]
    writable: frozenset[str]
    missing: tuple[str, ...]
    filled: int
    form: BaseForm
    open: bool


@bp.get("/records/<number>")
@signed_in()
def show(number: str) -> Answer:
    return page(record_of(number))


def page(
    found: Record,
    *,
    typed: Typed | None = None,
    check: tuple[int, FlaskForm] | None = None,
    status: int = 200,
) -> Answer:
    """The page of a record; `typed` is a section, `check` an effect check, that comes back with its errors."""
    return render_template("records/record.html", **shown(found, typed=typed, check=check)), status


def shown(
    found: Record, *, typed: Typed | None = None, check: tuple[int, FlaskForm] | None = None
) -> dict[str, Any]:
    """All that the page of a record shows."""
    actor, now, has = current_actor(), clock.now(), has_of(found)
    whole = Whole(found, has)
    values = masked(content.values(whole), found, actor)
    known = queries.relations(actor, found, whole.escalation, now)
    missing = actions.missing(found, actor, now, whole=whole, known=known)
    verb, lacks = forms.still_missing(found, missing)
    why = reasons.reasons(lacks, lambda: queries.facts(found, now, whole=whole))
    may_write = actions.writable(found, known)
    awaited = signing.awaited(whole, actor, now)
    every = is_long(found) or "all" in request.args
    always = _always(has)
    sections = [
        _section(letter, whole, values, may_write, lacks, every, typed, always) for letter in fields.SECTIONS
    ]
    return dict(
        record=found, whole=whole, values=values, sections=sections, missing=missing,
        next_verb=verb, lacks=lacks, why=why, every=every, grave=is_long(found), typed=typed, words=words,
        word=wordlists.word, words_of=wordlists.words_of, codes=codes, forms_of=forms, asked_after=asked.GROUPS,
        classification=taxonomies.standing(values), taxonomies=taxonomies,
        fields_of=fields.BY_KEY, may_write=may_write, digest_of=actions.digest_of,
        signs=_signs(found, actor, whole, awaited),
        awaited=awaited, to_sign=bool(awaited) and set(lacks) <= SIGNATURES,
        ready=_ready(missing), checks=_checks(whole, check), people=_people(may_write),
        **known_things(found, may_write), **_opinions(found, known, actor),
        said=_said(found, actor), led=leading.numbers_led(found, actor) if has.led else (),
        supervises="supervisor" in known, works=bool(known) or not actor.is_(AUDITOR),
        law_lines=by_hand.lines(found, actor) if has.law else None, law_words=law_words,
        has=has, **files_offered(found, own=has.own_form),
    )  # fmt: skip


def _said(found: Record, actor: Actor) -> history.Said | None:
    """Why it stands where it stands, where a reason was given: by the move, or by the one that issued it again."""
    if found.state not in TOLD or (found.primary_issue.personal_data and is_masked(actor, found)):
        return None
    before = db.session.get(Record, found.reissue_of_id) if found.reissue_of_id is not None else None
    return history.why_here(found) or (
        history.why_here(before) if before and found.state == rules.OPENED else None
    )


def has_of(found: Record) -> Any:
    """Which parts the record and its issue have: most have few of them, and each would be a look of its own."""
    given = {"record": found.id, "number": found.number, "issue": found.primary_issue_id}
    return db.session.execute(_has(), given).one()


@kept
def _has() -> Any:
    record, issue = bindparam("record", type_=Integer()), bindparam("issue", type_=Integer())
    number: Any = bindparam("number")
    marked = or_(
        and_(Recheck.subject_kind == Record.kind_name, Recheck.subject_id == record),
        and_(Recheck.subject_kind == Issue.kind_name, Recheck.subject_id == issue),
    )
    attached = select(IssueRecord.issue_id).where(IssueRecord.record_number == number)
    others = (IssueRecord.issue_id == issue, IssueRecord.is_open, IssueRecord.record_number != number)
    by_law = or_(StatutoryClock.issue_id == issue, StatutoryClock.issue_id.in_(attached))
    parts = {
        **there_is(record, issue),
        "marks": exists().where(marked), "records": exists().where(*others),
        "decisions": exists().where(Decision.issue_id == issue), "law": exists().where(by_law),
        "holds": exists().where(
            or_(EvidenceHold.issue_id == issue, EvidenceHold.issue_id.in_(attached)), EvidenceHold.ended_at.is_(None)
        ),
        "own_form": exists().where(FormVersion.in_use),
    }  # fmt: skip
    return select(*(found.label(name) for name, found in parts.items()))


def _checks(whole: Whole, sent: tuple[int, FlaskForm] | None) -> list[tuple[EffectCheck, FlaskForm, bool]]:
    """The effect checks, each with its form and whether its day has yet to come."""
    now, found = clock.now(), []
    for one in whole.checks:
        comes_back = sent is not None and sent[0] == one.id
        form = sent[1] if sent is not None and comes_back else forms.CheckForm(formdata=None, obj=one)
        found.append((one, form, one.done_at is None and actions.is_early(one, now)))
    return found


def is_long(record: Record) -> bool:
    """Whether the record uses the long form."""
    return record.severity in rules.GRAVE or record.long_form


def _section(
    letter: str, whole: Whole, values: Mapping[str, Any], may_write: frozenset[str], lacks: tuple[str, ...],
    every: bool, typed: Typed | None, always: frozenset[str],
) -> Section:  # fmt: skip
    all_keys, eu = [one.key for one in fields.of_section(letter)], people.organisation().eu
    comes_back = typed is not None and (typed.section == letter or not typed.keys.isdisjoint(all_keys))
    before = typed.form if comes_back and typed is not None else None
    missing = tuple(key for key in lacks if _belongs(key) in all_keys)
    keys = tuple(
        key for key in all_keys
        if _says(values.get(key)) or key in missing or key in always or (before is not None and key in before)
        or ((every or asked.is_asked(key, values)) and asked.in_scope(key, eu))
        or (fields.BY_KEY[key].short and key in may_write)
    )  # fmt: skip
    mine = frozenset(key for key in keys if key in may_write)
    wanted = comes_back or bool(missing) or request.args.get("open") == letter
    return Section(
        letter=letter, keys=keys, writable=mine, missing=missing, open=wanted,
        filled=sum(1 for key in keys if _says(values.get(key))),
        form=forms.section_form(sorted(mine), whole.record, values, typed=before),
    )  # fmt: skip


def _always(has: Any) -> frozenset[str]:
    """Lists that the short form shows too: whom the law wants told, and one to which a line was typed just now."""
    typed = {one.key for one in fields.FIELDS if request.form.get(f"add-{one.key}-what")}
    return frozenset(typed | ({by_hand.PART} if has.law else set()))


def _belongs(need: str) -> str:
    return words.anchor(need).removeprefix("f-")


def _says(value: Any) -> bool:
    return value not in (None, "", [], (), "unknown", "not_tried")


def _ready(missing: Mapping[str, tuple[str, ...]]) -> dict[str, bool]:
    """Which moves lack nothing but what their own form asks."""
    return {
        verb: not set(keys) - forms.ASKED_BY_FORM.get(verb, frozenset()) for verb, keys in missing.items()
    }


def _signs(record: Record, actor: Actor, whole: Whole, awaited: str) -> bool:
    """Whether the page leads to the signatures: not while the actor's own stands."""
    if record.state not in standing_in.SIGNED_IN:
        return False
    if not awaited and "supervisor" in content.standings(whole):
        return False
    now = clock.now()
    own = queries.relations(actor, record, None, now) & {"supervisor", "manager"}
    return bool(own or standing_in.signers(record, actor, now))


def _people(may_write: frozenset[str]) -> list[tuple[int, str]]:
    """Whom a line of H2 or H3 may name, only where the page asks."""
    if not may_write & {"corrective_actions", "preventive_actions"}:
        return []
    named = select(Person.id, Person.name).where(Person.active).order_by(Person.name, Person.id)
    return [(row.id, row.name) for row in db.session.execute(named.limit(500))]


def _opinions(found: Record, known: frozenset[str], actor: Actor) -> dict[str, Any]:
    """The people who were asked about it, for those who work on it."""
    shown = bool(known) or not actor.is_(AUDITOR)
    return {
        "opinions": opinions.of_record(found) if shown else (), "opinion_words": opinion_words,
        "alike": recurring.same_kind(found, actor) if "supervisor" in known and found.state in EARLY else 0,
        "line": history.line_of(found, actor) if found.reissue_of_id or found.state == rules.REISSUED else (),
        "may_ask": asking.may_ask(known) and found.state not in rules.ENDED,
    }  # fmt: skip


def known_things(found: Record, may_write: frozenset[str]) -> dict[str, Any]:
    """What lists of the form offer to choose from: the system's artefacts, the sessions held for it; where it asks."""
    names: Sequence[str] = ()
    sessions: Sequence[tuple[int, str]] = ()
    if "corrections" in may_write and found.state in rules.ENGINEER_WORK | {rules.OPENED, rules.VERIFYING}:
        names = artefacts.names(found.system_id)
    if "training_sessions" in may_write and found.training_gap == "yes":
        sessions = [(one.id, f"{one.held_on} {one.topic}") for one in training.lately(found.system_id)]
    return {"artefact_names": names, "sessions": sessions}


@bp.get("/records/<number>/print")
@signed_in()
def printed(number: str) -> Answer:
    found, actor = record_of(number), current_actor()
    western = request.args.get("era") == "ce"
    era, has = "ce" if western else "roc", has_of(found)
    whole = Whole(found, has)
    values = masked(content.values(whole), found, actor)
    made = sheet.make(whole, values, tell=telling(era), at=clock.now())
    return render_template(
        "records/print.html", record=found, sheet=made, western=western, footed=True,
        **files_offered(found, era, own=has.own_form),
    )  # fmt: skip
