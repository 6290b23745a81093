"""Duty as a calendar file (RFC 5545): lines folded at 75 octets, instants in UTC, names that outlast changes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask_babel import gettext as _

from tracker.duty import queries, rules
from tracker.duty.models import Rota
from tracker.duty.rules import Spell

BACK, AHEAD = timedelta(days=28), timedelta(days=182)
FOLD = 75


@dataclass(frozen=True)
class Event:
    """One spell in a calendar; `uid` stays the same while the shift is the same one, whoever has it."""

    uid: str
    sequence: int
    changed_at: datetime
    spell: Spell
    summary: str
    description: str
    url: str


def events(rota: Rota, at: datetime, base: str, only: int | None = None) -> list[Event]:
    """The spells of a rota from four weeks ago to half a year ahead; `only` those of one person."""
    found = rules.whole_spells(queries.plan(rota), at - BACK, at + AHEAD)
    names = queries.names(one for spell in found for one in (spell.person, spell.planned))
    changed_at = queries.changed_at(rota)
    sequence = max(0, int((changed_at - rota.created_at).total_seconds()))
    host = base.partition("//")[2].partition("/")[0].partition(":")[0] or "localhost"
    return [
        Event(
            f"rota-{rota.id}-{key}@{host}", sequence, changed_at, spell, _summary(rota, spell, names, only),
            _why(spell, names), f"{base}/duty/{rota.id}",
        )
        for key, spell in _named(found)
        if only is None or spell.person == only
    ]  # fmt: skip


def _named(found: Sequence[Spell]) -> Iterator[tuple[str, Spell]]:
    """Each spell with a name made of its shift: the first part of a shift keeps the name of the whole."""
    parts: dict[str, int] = {}
    for spell in found:
        key = f"{spell.shift_at:%Y%m%dT%H%M%SZ}"
        if spell.override is not None and spell.starts_at != spell.shift_at:
            key += f"-o{spell.override}"
        parts[key] = parts.get(key, 0) + 1
        yield (key if parts[key] == 1 else f"{key}-{parts[key]}"), spell


def _summary(rota: Rota, spell: Spell, names: dict[int, str], only: int | None) -> str:
    if only is not None:
        return _("On duty: %(rota)s", rota=rota.name)
    if spell.person is None:
        return _("%(rota)s: nobody", rota=rota.name)
    return _("%(rota)s: %(name)s", rota=rota.name, name=names[spell.person])


def _why(spell: Spell, names: dict[int, str]) -> str:
    planned = names.get(spell.planned, "")
    return {
        rules.OVERRIDE: _("An exchange or a change by a supervisor"),
        rules.DEPUTY: _("Deputy of %(name)s, who is away", name=planned),
        rules.NEXT: _("Next in turn; %(name)s is away", name=planned),
        rules.NOBODY: _("%(name)s is away and nobody else is there", name=planned),
    }.get(spell.why, "")


def calendar(name: str, events: Iterable[Event], *, language: str) -> str:
    """The file: CRLF, folded; the same state of the rota gives the same text."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tracker//Duty//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"X-WR-CALNAME:{text(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H",
    ]  # fmt: skip
    for event in events:
        lines += _lines(event, language)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def _lines(event: Event, language: str) -> list[str]:
    spell = event.spell
    lines = [
        "BEGIN:VEVENT", f"UID:{event.uid}", f"DTSTAMP:{stamp(event.changed_at)}", f"SEQUENCE:{event.sequence}",
        f"LAST-MODIFIED:{stamp(event.changed_at)}", f"DTSTART:{stamp(spell.starts_at)}",
        f"DTEND:{stamp(spell.ends_at)}",
        f"SUMMARY;LANGUAGE={language}:{text(event.summary)}", f"URL:{event.url}", "TRANSP:TRANSPARENT",
    ]  # fmt: skip
    if event.description:
        lines.append(f"DESCRIPTION;LANGUAGE={language}:{text(event.description)}")
    return [*lines, "END:VEVENT"]


def stamp(instant: datetime) -> str:
    """An instant in UTC: 20261123T010000Z."""
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def text(words: str) -> str:
    """A value of type TEXT (RFC 5545 3.3.11)."""
    plain = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 octets, none of which cuts a character (RFC 5545 3.1)."""
    part, size = "", 0
    for sign in line:
        octets = len(sign.encode("utf-8", "surrogatepass"))
        if size + octets > FOLD:
            yield part
            part, size = " ", 1
        part, size = part + sign, size + octets
    yield part
