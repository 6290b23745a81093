"""常用處理: a macro fills the form of an act and shows what it changed; it never sends anything by itself."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select

from tracker import audit
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import DomainError
from tracker.issues import fields, letters, rules
from tracker.issues.models import Issue
from tracker.systems.words import named
from tracker.triage.models import Macro

# Which input of each form the words go into.
TARGETS = {"answer": "proposed_solution", "ask": "body", "close": "note", "note": "body"}
CHOOSES_KIND = frozenset({"answer"})
MOST = 50
_PLACE = re.compile(r"\{([^{}\n]*)\}")
# Fixed names, each in both languages of the product.
PLACEHOLDERS = {
    "reporter": "reporter", "回報者": "reporter", "number": "number", "問題編號": "number", "system": "system",
    "系統": "system", "handler": "handler", "承辦人": "handler", "title": "title", "標題": "title",
}  # fmt: skip


@dataclass(frozen=True)
class Filled:
    """What a macro put into a form: the new inputs, and each change as (input, before, after)."""

    name: str
    inputs: Mapping[str, str]
    changes: Sequence[tuple[str, str, str]]


def fitting(issue: Issue, acts: Sequence[str] = ()) -> Sequence[Macro]:
    """The macros for this issue's system and its reporter's language, those of the system first."""
    language = letters.locale_of(issue.reporter) if issue.reporter else ""
    wanted = [Macro.removed_at.is_(None), or_(Macro.system_id.is_(None), Macro.system_id == issue.system_id)]
    if language:
        wanted.append(Macro.locale.in_(("", language)))
    if acts:
        wanted.append(Macro.act.in_(acts))
    found = select(Macro).where(*wanted).order_by(Macro.system_id.is_(None), Macro.name, Macro.id)
    return db.session.scalars(found.limit(MOST)).all()


def fill(macro: Macro, issue: Issue, typed: Mapping[str, str], by: Actor) -> Filled:
    """The inputs of the form once filled; what was typed already stays, the macro's words come below it."""
    target, text = TARGETS[macro.act], rendered(macro.body, issue, by)
    before = typed.get(target, "").strip()
    wanted = {target: f"{before}\n\n{text}" if before and text not in before else before or text}
    if macro.issue_kind and macro.act in CHOOSES_KIND:
        wanted["issue_kind"] = macro.issue_kind
    changes = [(key, typed.get(key, ""), new) for key, new in wanted.items() if typed.get(key, "") != new]
    return Filled(macro.name, wanted, changes)


def rendered(body: str, issue: Issue, by: Actor) -> str:
    """The words with the facts of the issue in their places; nothing typed by anybody is read as a placeholder."""
    facts = {
        "reporter": issue.reporter.name if issue.reporter else issue.reporter_name or _("Guest"),
        "number": issue.number, "system": named(issue.system), "handler": by.name, "title": issue.title,
    }  # fmt: skip
    return _PLACE.sub(lambda place: facts[PLACEHOLDERS[place.group(1).strip()]], body)


def save(macro: Macro, given: Mapping[str, Any], *, by: Actor, at: datetime) -> Macro:
    """Write a new macro, or change one.  Raises DomainError (no name or words, an unknown placeholder)."""
    text = fields.read(
        {"name": given["name"], "body": given["body"]}, {"name": fields.line, "body": fields.clean}
    )
    wrong = {key: _("This cannot be empty.") for key in ("name", "body") if not text[key]}
    unknown = [place for place in _PLACE.findall(text["body"]) if place.strip() not in PLACEHOLDERS]
    if unknown:
        wrong["body"] = _("There is no placeholder {%(name)s}.", name=unknown[0])
    if given["act"] not in TARGETS:
        wrong["act"] = _("Please choose")
    if wrong:
        raise DomainError(fields=wrong)
    macro.name, macro.body, macro.act = text["name"], text["body"], given["act"]
    macro.issue_kind = given["issue_kind"] if given["issue_kind"] in rules.KINDS else ""
    macro.system_id, macro.locale, macro.changed_at = given["system_id"], given["locale"], at
    db.session.add(macro)
    db.session.flush()
    audit.record("macro.save", macro, by=by, at=at, after={"name": macro.name, "act": macro.act},
                 texts={"body": macro.body})  # fmt: skip
    return macro


def remove(macro: Macro, *, by: Actor, at: datetime) -> None:
    macro.removed_at = at
    audit.record("macro.remove", macro, by=by, at=at)


def restore(macro: Macro, *, by: Actor, at: datetime) -> None:
    macro.removed_at = None
    audit.record("macro.restore", macro, by=by, at=at)
