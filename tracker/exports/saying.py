"""What stands in a field of the form, as lines of text in the reader's words; times come in by `Tell`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.issues import when
from tracker.records.wordlists import word

Row = Mapping[str, Any]
DAYS = frozenset({"retain_until", "retain_override"})


@dataclass(frozen=True)
class Tell:
    """How the reader counts time: an instant, a day, a month in words (民國 or western)."""

    instant: Callable[[datetime | None], str]
    day: Callable[[date | datetime | None], str]
    month: Callable[[date | datetime], str] = "{:%Y-%m}".format
    precision: str = "exact"
    """How exactly it is known when it happened."""

    def of(self, values: Mapping[str, Any]) -> "Tell":
        """The same for this record."""
        return replace(self, precision=values.get("occurred_precision") or "exact")


def headed(label: str) -> str:
    """A label as it stands before a text: one that asks has its mark already."""
    return label + (" " if label.endswith(("?", "？")) else _(": "))


def said(key: str, value: Any, tell: Tell) -> tuple[str, ...]:
    """The value as lines; a list has a line for each of its rows, codes of one list stand in one line."""
    if value is None or value in ("", []):
        return ()
    if isinstance(value, datetime):
        return (_time(key, value, tell),)
    if isinstance(value, Mapping):
        return signed(value, tell)
    if isinstance(value, (list, tuple)):
        if isinstance(value[0], Mapping):
            return tuple(line(key, one, tell) for one in value)
        return (_(", ").join(str(word(key, one)) for one in value),)
    return (str(word(key, value)),)


def _time(key: str, value: datetime, tell: Tell) -> str:
    if key == "occurred_at" and tell.precision != "exact":
        return tell.month(value) if tell.precision == "month" else tell.day(value)
    # People and tables often tell the day alone; no clock of ours stands at its very beginning.
    return tell.day(value) if key in DAYS or when.is_day(value) else tell.instant(value)


def signed(value: Row, tell: Tell) -> tuple[str, ...]:
    """A signature: who, when, and why the same person signed twice."""
    who, away = str(value["by"]), value.get("deputy_for")
    who += " " + _("for %(name)s, who is away", name=away) if away else ""
    found = (who, tell.instant(value["at"]))
    why = value.get("same_person_reason")
    if not why:
        return found
    return (*found, _("The same person; nobody else could be named: %(why)s", why=why))


def line(key: str, one: Row, tell: Tell) -> str:
    """One row of a list, whatever its kind."""
    for part, say in KINDS.items():
        if part in one:
            return say(one, tell)
    return " ".join(str(value) for value in one.values() if value not in (None, ""))


def _item(one: Row, tell: Tell) -> str:
    text = str(one["what"])
    for list_key in ("target_kind", "dimension"):
        if one.get(list_key):
            text += _(" (") + str(word(list_key, one[list_key])) + _(")")
    text += "".join(
        f" {one[part]}" for part in ("artefact", "version", "reference", "evidence") if one.get(part)
    )
    said_of = [str(word(part, one[part])) for part in ("effective", "standing") if one.get(part)]
    text += _(" (") + _(", ").join(said_of) + _(")") if said_of else ""
    by = one.get("owner") or one.get("by_name")
    text += _(" (") + str(by) + _(")") if by else ""
    if one.get("due_at"):
        text += _("; ") + _("due %(when)s", when=tell.day(one["due_at"]))
    if one.get("done_at"):
        text += _("; ") + _("done %(when)s", when=tell.day(one["done_at"]))
    return text


def _run(one: Row, tell: Tell) -> str:
    parts = (
        word("phase", one["phase"]),
        f"{one['passed']}/{one['total']}",
        one.get("tool"),
        one.get("version"),
        one.get("evidence"),
    )
    return " ".join([*(str(part) for part in parts if part), tell.instant(one["at"])])


def _check(one: Row, tell: Tell) -> str:
    text = tell.day(one["due_at"]) + _(": ")
    if not one.get("done_at"):
        return text + _("to be done")
    again = one.get("recurrences") or 0
    facts = (
        ngettext("%(num)s recurrence", "%(num)s recurrences", again),
        one["by"],
        tell.day(one["done_at"]),
    )
    text += str(one["result"]) + _(" (") + _(", ").join(str(fact) for fact in facts if fact) + _(")")
    if one.get("early_because"):
        text += _("; before its day, because: %(why)s", why=one["early_because"])
    return text


def _answer(one: Row, _tell: Tell) -> str:
    state = one.get("state")
    ended = state if state in ("withdrawn", "merged") else "waiting"
    text = f"{one['issue']} {word('user_confirmed', one.get('result') or ended)}"
    asked = one.get("asked") or 0
    return text + (
        _(" (") + ngettext("asked %(num)s time", "asked %(num)s times", asked) + _(")") if asked else ""
    )


def _file(one: Row, _tell: Tell) -> str:
    return f"{one['name']} SHA-256 {one['sha256']}"


def _contact(one: Row, tell: Tell) -> str:
    parts = (tell.instant(one["at"]), word("contact_channel", one["channel"]), one.get("with"))
    return " ".join(str(part) for part in parts if part) + _(": ") + str(one["summary"])


# The part that only rows of this kind have, and how such a row is said.
KINDS: Mapping[str, Callable[[Row, Tell], str]] = {
    "what": _item, "passed": _run, "recurrences": _check, "issue": _answer, "sha256": _file, "summary": _contact,
}  # fmt: skip


def text_of(key: str, value: Any, tell: Tell) -> str:
    """The value as one text; the rows of a list are numbered where there are several, a signature's lines are not."""
    found = said(key, value, tell)
    if len(found) < 2 or isinstance(value, Mapping):
        return "\n".join(found)
    return "\n".join(f"{at}. {text}" for at, text in enumerate(found, 1))
