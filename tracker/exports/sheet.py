"""The form of one record in its reader's words: what the print page, PDF, DOCX and ODT are renderings of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from tracker.decisions import queries as decisions
from tracker.decisions.models import Decision
from tracker.decisions.words import ANSWER_WORDS
from tracker.exports.saying import Tell, headed, said, signed, text_of
from tracker.opinions import queries as opinions
from tracker.opinions.words import TOPIC_WORDS
from tracker.records import content, paper, rules, words
from tracker.records.models import Record
from tracker.records.parts import Opinion, Signature
from tracker.records.whole import Whole
from tracker.records.wordlists import word


@dataclass(frozen=True)
class Entry:
    """One filled field: its label, or none where the row's title says it; several lines are a numbered list."""

    key: str
    label: str
    lines: tuple[str, ...]

    @property
    def head(self) -> str:
        return headed(self.label) if self.label else ""


@dataclass(frozen=True)
class Row:
    """One row of the form."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Sign:
    """One box to sign in: what it is for, and who signed when; empty while nobody did."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """The whole form, all of it text.

    `facts` are the pairs of the head, two to a line; `files` are name and SHA-256; `foot` stands on each page.
    """

    language: str
    title: str
    code: str
    number: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    signs: tuple[Sign, ...]
    files_title: str
    files: tuple[tuple[str, str], ...]
    state: str
    owner: str
    foot: str
    digest: str


# The lists whose files stand in the table at the end.
FILES = ("attachments", "reproduction_files")


def make(whole: Whole, values: Mapping[str, Any], *, tell: Tell, at: datetime) -> Sheet:
    """The form of a record from its values as the reader may read them; `at` is when it is printed."""
    record, values = whole.record, content.named(whole, values)
    long = record.severity in rules.GRAVE or record.long_form
    facts = tuple((str(words.FIELD_WORDS.get(key, key)), text) for key, text in _facts(record, values, tell))
    state = str(words.STATE_WORDS[record.state or "draft"])
    return Sheet(
        language=str(get_locale()).replace("_", "-"),
        title=_("Anomaly-handling record"),
        code="O2.3.1",
        number=record.number,
        subtitle="　".join([_("Record no. %(number)s", number=record.number)] + [_("long form")] * long),
        facts=facts,
        rows=tuple(_row(one, values, tell) for one in paper.sheet(whole, values))
        + _led(record)
        + _asked(record, tell)
        + _decided(record, tell),
        signs=_signs(whole, values, tell),
        files_title=str(words.FIELD_WORDS["attachments"]),
        files=tuple((one["name"], one["sha256"]) for key in FILES for one in values.get(key) or ()),
        state=state,
        owner=record.owner.name if record.owner else "",
        foot=_("State: %(state)s. Printed %(when)s.", state=state, when=tell.instant(at)),
        digest=content.sheet_digest(whole),
    )


def _facts(record: Record, values: Mapping[str, Any], tell: Tell) -> Sequence[tuple[str, str]]:
    """The head of the form, two facts to a line."""
    system = " ".join(str(values[key]) for key in ("ai_system", "system_version") if values.get(key))
    return (
        ("origin_issues", _origin(record, values)),
        ("ai_system", "\n".join(part for part in (system, values.get("function")) if part)),
        ("reported_at", text_of("reported_at", values["reported_at"], tell)),
        ("reporter", _reporter(record, values)),
        (_("Taken by"), record.owner.name if record.owner else ""),
        ("severity", str(word("severity", record.severity))),
    )


def _origin(record: Record, values: Mapping[str, Any]) -> str:
    """The reports it is about; of a record that came from a table, its number there too."""
    before = record.primary_issue.number_before
    told = _(" (") + _("formerly %(number)s", number=before) + _(")") if before else ""
    return "、".join(values["origin_issues"]) + told


def _reporter(record: Record, values: Mapping[str, Any]) -> str:
    """Who reported, with their unit; of a guest without a name what they left to be reached by."""
    issue, name, known = record.primary_issue, str(values["reporter"]), [values.get("reporter_unit")]
    if not name:
        # A table of the past may not say who reported: that makes nobody a guest.
        name = "–" if issue.imported else _("Guest")
        known = [*known, issue.reporter_phone or issue.reporter_email]
    beside = _(", ").join(str(one) for one in known if one)
    return name + (_(" (") + beside + _(")") if beside else "")


def _row(row: paper.Row, values: Mapping[str, Any], tell: Tell) -> Row:
    """One row; a field has its label where it is not alone, and always in the long form."""
    letter = len(row.title) == 1
    title = f"{row.title} {words.SECTION_WORDS[row.title]}" if letter else str(words.PAPER_WORDS[row.title])
    labelled = letter or len(row.keys) > 1
    entries = (
        Entry(key, str(words.FIELD_WORDS[key]) if labelled else "", said(key, values[key], tell.of(values)))
        for key in row.keys
    )
    return Row(title, tuple(entries))


def _led(record: Record) -> tuple[Row, ...]:
    """Which record carries cause, correction and proof, where it is another one."""
    if record.led_by is None:
        return ()
    told = _("from %(number)s", number=record.led_by.number)
    return (Row(_("Cause, correction, proof"), (Entry("led_by", "", (told,)),)),)


def _asked(record: Record, tell: Tell) -> tuple[Row, ...]:
    """What people concerned were asked and said, if anybody was."""
    found = tuple(
        Entry("opinion", f"{TOPIC_WORDS[one.topic]}{_(', ')}{one.addressee}", _opinion(one, tell))
        for one in opinions.of_record(record)
        if one.state != "withdrawn"
    )
    return (Row(_("Opinions of people concerned"), found),) if found else ()


def _opinion(one: Opinion, tell: Tell) -> tuple[str, ...]:
    asked = one.question + _(" (") + one.by_name + " " + tell.instant(one.at) + _(")")
    if one.answered_at is None:
        return (asked, _("Not answered yet; asked until %(when)s", when=tell.instant(one.due_at)))
    return (asked, one.answer + _(" (") + one.answered_by + " " + tell.instant(one.answered_at) + _(")"))


def _decided(record: Record, tell: Tell) -> tuple[Row, ...]:
    """What managers decided about the case, if anything."""
    found = tuple(
        Entry("decision", str(ANSWER_WORDS[one.answer]), (_decision(one, tell),))
        for one in decisions.of_record(record)
    )
    return (Row(_("Decisions of managers"), found),) if found else ()


def _decision(one: Decision, tell: Tell) -> str:
    facts = [_("to %(name)s", name=one.to_name)] if one.to_name else []
    facts += [_("until") + " " + tell.instant(one.until)] if one.until else []
    by = one.by_name + " " + tell.instant(one.at)
    by += _("; ") + _("ended on") + " " + tell.instant(one.ended_at) if one.ended_at else ""
    head = _(", ").join(facts) + _(": ") if facts else ""
    return head + one.reason + _(" (") + by + _(")")


def _signs(whole: Whole, values: Mapping[str, Any], tell: Tell) -> tuple[Sign, ...]:
    stand = content.standings(whole)
    verified = (
        (str(values["verified_by"]), tell.instant(values["verified_at"])) if values["verified_by"] else ()
    )
    return (
        *(Sign(str(words.FIELD_WORDS[f"signoff_{role}"]), _signature(stand.get(role), tell))
          for role in ("supervisor", "manager")),
        Sign(str(words.FIELD_WORDS["verified_by"]), verified),
    )  # fmt: skip


def _signature(one: Signature | None, tell: Tell) -> tuple[str, ...]:
    if one is None:
        return ()
    facts = {
        "by": one.person.name,
        "at": one.at,
        "same_person_reason": one.same_person_reason,
        "deputy_for": one.deputy_for,
    }
    return signed(facts, tell)
