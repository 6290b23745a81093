"""What another body asks of a report about a record: each thing asked for, what we have for it, from which field."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tracker.accounts import queries as people
from tracker.accounts.models import Organisation
from tracker.exports.avid import is_sealed
from tracker.exports.formats import Wanted
from tracker.exports.saying import headed, said
from tracker.records import fields
from tracker.records.labels import FIELD_WORDS

DIRECT, PARTIAL, MISSING = "direct", "partial", "missing"
STATES = (DIRECT, PARTIAL, MISSING)


@dataclass(frozen=True)
class Line:
    """One thing asked for.  `value` is what we say; `sources` the fields it comes from, or would have to.

    `code` names it as its body does; `note` says why it is partial or missing, by a code with words.
    """

    code: str
    required: bool
    state: str
    value: str = ""
    sources: tuple[str, ...] = ()
    note: str = ""
    codes: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Told:
    """One record as it may leave the house: a case that is sealed keeps its story, evidence and files."""

    wanted: Wanted

    @cached_property
    def values(self) -> dict[str, Any]:
        found = {key: _unnamed(value) for key, value in self.wanted.values().items()}
        if self.sealed:
            # What people wrote in their own words may say what must not leave; codes and dates do not.
            return {key: "" if key in FREE or key == "attachments" else value for key, value in found.items()}
        return found

    @cached_property
    def sealed(self) -> bool:
        return is_sealed(self.wanted)

    @cached_property
    def us(self) -> Organisation:
        return people.organisation()

    @property
    def title(self) -> str:
        """Neutral already where the case is sealed."""
        return self.wanted.whole.record.primary_issue.title

    def text(self, *keys: str) -> str:
        """What stands in these fields, in words, one under the other; each named where there are several."""
        tell = self.wanted.tell.of(self.values)
        told = {key: [line for line in said(key, self.values.get(key), tell) if line] for key in keys}
        filled = {key: lines for key, lines in told.items() if lines}
        if len(filled) < 2:
            return "\n".join(line for lines in filled.values() for line in lines)
        return "\n".join(_named(key, lines) for key, lines in filled.items())

    def direct(self, code: str, *keys: str, required: bool = False) -> Line:
        """A thing that our fields say themselves."""
        text = self.text(*keys)
        return Line(code, required, DIRECT if text else MISSING, text, keys, self.why_empty(text))

    def partial(self, code: str, *keys: str, required: bool = False, note: str = "near") -> Line:
        """A thing that our fields come near to."""
        text = self.text(*keys)
        return Line(
            code, required, PARTIAL if text else MISSING, text, keys, note if text else self.why_empty(text)
        )

    def why_empty(self, text: str) -> str:
        return "" if text else "sealed" if self.sealed else "empty"


FREE = frozenset(one.key for one in fields.FIELDS if one.free)


def _named(key: str, lines: list[str]) -> str:
    """The lines of a field under its name; a single one beside it."""
    name = headed(str(FIELD_WORDS[key]))
    return name + lines[0] if len(lines) == 1 else "\n".join([name.rstrip(), *lines])


def _unnamed(value: Any) -> Any:
    """A list without who did its lines: no name of ours leaves with a report."""
    if not isinstance(value, list) or not value or not isinstance(value[0], Mapping):
        return value
    return [
        {**row, **{name: None for name in ("owner_id", "owner", "by_name") if name in row}} for row in value
    ]


def unasked(code: str, required: bool = False) -> Line:
    """A thing that no field of the record holds: to be written in by hand."""
    return Line(code, required, MISSING, note="no_field")


def required_missing(lines: Iterable[Line]) -> list[Line]:
    """What the other body insists on, and we do not have."""
    return [one for one in lines if one.required and one.state == MISSING]


def as_json(lines: Sequence[Line], head: Mapping[str, Any]) -> dict[str, Any]:
    """The report for programs; what is missing is named once more by itself."""
    rows = [
        {"code": one.code, "required": one.required, "state": one.state, "value": one.value or None,
         "codes": list(one.codes), "source": list(one.sources), "note": one.note or None}
        for one in lines
    ]  # fmt: skip
    counts = {state: sum(one.state == state for one in lines) for state in STATES}
    missing = [one.code for one in required_missing(lines)]
    return {**head, "counts": counts, "required_missing": missing, "items": rows}
