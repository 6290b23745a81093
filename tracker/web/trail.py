"""An entry of the trail as people read it: the act, whose it was, and its facts in words instead of codes and ids."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from tracker.accounts import words as people_words
from tracker.accounts.models import Person, Team, Unit
from tracker.audit import words
from tracker.audit.fact_words import FACT_WORDS
from tracker.audit.models import Entry
from tracker.db import db
from tracker.duty import words as duty
from tracker.followups import words as chasing
from tracker.hours import words as hours
from tracker.inspections import words as inspections
from tracker.issues import words as issues
from tracker.needs import words as needs
from tracker.records import wordlists
from tracker.records import words as records
from tracker.systems.models import AISystem
from tracker.web import dates

SYSTEM = "system"
PEOPLE = frozenset({
    "assignee", "reporter", "person", "people", "members", "to", "to_person", "liaison", "owner_id", "head", "head_id",
    "deputy", "deputy_id", "privacy_contact_id", "security_contact_id",
})  # fmt: skip
TABLES: Mapping[str, Any] = {
    **dict.fromkeys(PEOPLE, Person), "unit": Unit, "unit_id": Unit, "parent": Unit, "team_id": Team, "to_team": Team,
    "system": AISystem, "system_id": AISystem,
}  # fmt: skip
NAMED: Mapping[str, Any] = {"person": Person, "unit": Unit, "team": Team, "system": AISystem}
STATES: Mapping[str, Mapping[str, Any]] = {
    "issue": issues.STATE_WORDS, "record": records.STATE_WORDS, "escalation": records.ESCALATION_STATE_WORDS,
    "duty_swap": duty.SWAP_WORDS, "inspection_plan": inspections.PLAN_WORDS,
    "inspection_round": inspections.ROUND_WORDS,
}  # fmt: skip
VALUES: Mapping[str, Mapping[Any, Any]] = {
    "issue_kind": issues.KIND_WORDS, "kind": issues.KIND_WORDS, "channel": issues.CHANNEL_WORDS | issues.CONTACT_WORDS,
    "need_confirmed_how": issues.HOW_WORDS, "occurred_precision": issues.PRECISION_WORDS,
    "clock": chasing.CLOCK_WORDS, "step": chasing.STEP_WORDS, "held_from": records.STATE_WORDS,
    "role": people_words.ROLE_WORDS, "roles": people_words.ROLE_WORDS, "scopes": people_words.SCOPE_WORDS,
    "theme": people_words.THEME_WORDS, "text_size": people_words.TEXT_SIZE_WORDS, "locale": people_words.LOCALE_WORDS,
    "mail_wish": people_words.MAIL_WORDS, "chase_preset": people_words.PRESET_WORDS,
    **dict.fromkeys(("public_body", "critical_provider", "finance_or_health", "eu"), people_words.FACT_WORDS),
    "visibility": {"public": _l("The reporter"), "internal": _l("Those who work on it")},
    "operated_by": {"us": _l("Ourselves"), "vendor": _l("A vendor")},
    "how": {"password": _l("With a password"), "link": _l("With a sign-in link"), "renewed": _l("Signed in anew"),
            "new password": _l("With a new password"), "setup": _l("At the set-up"),
            "letter": _l("By the link of a letter")},
    "part": {"escalation": words.SUBJECT_WORDS["escalation"], "effect_check": _l("Effect check"),
             "opinion": _l("Opinion")},
    "need_decision": needs.DECISION_WORDS, "need_theme": needs.THEME_WORDS,
    "because": {"back": records.MOVE_WORDS["back"], "changed": _l("The content changed")},
}  # fmt: skip
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_CODE = re.compile(r"[a-z]+(?:_[a-z]+)+")


def who(name: str) -> str:
    """The name of whoever did it; what no person did, the system did."""
    return _("the system") if name == SYSTEM else name


def act(action: str) -> str:
    """What was done."""
    return str(words.ACT_WORDS.get(action) or action.partition(".")[2].replace("_", " "))


class Facts:
    """The facts of the entries of one page; the names behind their ids are fetched with one query a table."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.names: dict[Any, dict[int, str]] = {}
        wanted: dict[Any, set[int]] = {}
        for entry in entries:
            for key, value in [*entry.before.items(), *entry.after.items()]:
                if key in TABLES:
                    wanted.setdefault(TABLES[key], set()).update(_ids(value))
            if entry.subject_kind in NAMED:
                wanted.setdefault(NAMED[entry.subject_kind], set()).add(entry.subject_id)
        for table, ids in wanted.items():
            found = db.session.execute(select(table.id, table.name).where(table.id.in_(ids)))
            self.names[table] = {row_id: name for row_id, name in found}

    def subject(self, entry: Entry) -> str:
        """What it was done to, where it has no number of its own: its kind, and its name or id."""
        kind = words.SUBJECT_WORDS.get(entry.subject_kind, entry.subject_kind)
        name = self.names.get(NAMED.get(entry.subject_kind), {}).get(entry.subject_id, str(entry.subject_id))
        return f"{kind} {name}"

    def told(self, entry: Entry, side: str) -> list[tuple[str, str]]:
        """Each fact of `before` or `after` as its name and its value, in words."""
        return [
            (_name(key), self._value(entry.subject_kind, key, value))
            for key, value in getattr(entry, side).items()
        ]

    def _value(self, kind: str, key: str, value: Any) -> str:
        if value is None or value == "" or value == []:
            return "–"
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, Mapping):
            return _mapping(value)
        if isinstance(value, list):
            return _(", ").join(self._value(kind, key, one) for one in value)
        if key in TABLES and isinstance(value, int):
            return self.names.get(TABLES[key], {}).get(value, f"#{value}")
        if isinstance(value, str) and _INSTANT.match(value):
            return dates.datetime_words(datetime.fromisoformat(value))
        return _word(kind, key, value)


def _ids(value: Any) -> set[int]:
    values = value if isinstance(value, list) else [value]
    return {one for one in values if isinstance(one, int) and not isinstance(one, bool)}


def _name(key: str) -> str:
    return str(
        FACT_WORDS.get(key)
        or records.FIELD_WORDS.get(key)
        or issues.FIELD_WORDS.get(key)
        or records.NEED_WORDS.get(key)
        or key.replace("_", " ")
    )


def _mapping(value: Mapping[str, Any]) -> str:
    """A text that is kept apart stands as its fingerprint; so do the sections of a signature."""
    if "digest" in value:
        return f"{value['digest'][:12]}…"
    return _(", ").join(
        f"{key} {one[:8]}…"
        if isinstance(one, str) and len(one) > 16
        else f"{hours.EVENT_WORDS.get(key, key)} {hours.HOW_WORDS.get(one, one)}"
        for key, one in value.items()
    )


def _word(kind: str, key: str, value: Any) -> str:
    if key == "state":
        return str(STATES.get(kind, {}).get(value, value))
    if key == "kind" and kind == "calendar_day":
        return str(hours.KIND_WORDS.get(value, value))
    if key == "impact" and value in issues.IMPACT_WORDS:
        return str(issues.IMPACT_WORDS[value])
    found = VALUES.get(key, {}).get(value) or wordlists.word(key, value)
    text = str(found)
    return text.replace("_", " ") if _CODE.fullmatch(text) else text
