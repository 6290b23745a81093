"""K2: drafts of notices from what the record says, to an authority, the persons concerned, or the provider.

A draft says what is known, names what is missing, and makes nothing up: what nobody wrote stands as a gap in the text,
for a person to fill in or to take out.  Persons concerned are told what 個人資料保護法施行細則 art. 22 asks for: that
their data was hurt and what was done; sealed evidence and the user's own words go to nobody.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.statutory.actions import FINAL, INTERIM

KINDS = (INTERIM, FINAL)
AUTHORITY, PERSONS, PROVIDER = "authority", "persons", "provider"
RECIPIENTS = (AUTHORITY, PERSONS, PROVIDER)
Say = Callable[[str], str]
"""What stands in a field, in the language of the draft; empty where nothing does, or where it must not go out."""


@dataclass(frozen=True)
class Part:
    """One point of a notice: its title and the fields that say it; none for what no field holds.

    `final`: asked for in a final report only; `after`: asked only where that question was answered yes.
    """

    title: Any
    keys: tuple[str, ...] = ()
    final: bool = False
    after: str = ""


@dataclass(frozen=True)
class Sender:
    """Who writes, and about which case."""

    organisation: str
    contact: str
    phone: str
    number: str
    law: str = ""
    recipient: str = ""


@dataclass(frozen=True)
class Draft:
    """A notice to be read, completed and sent by a person."""

    subject: str
    body: str
    missing: tuple[Any, ...]
    """What the record does not say, each to be read in whatever language the page has."""


OUR_NAME, CONTACT = _l("our name"), _l("contact")
TIMES = (Part(_l("When it happened"), ("occurred_at",)), Part(_l("When we became aware"), ("aware_at",)))
DONE = (
    Part(_l("What was done at once"), ("containment", "containment_none_because")),
    Part(_l("Wrong outputs already given out"), ("already_out",)),
)
CAUSE = (
    Part(_l("Cause"), ("root_cause", "cause_not_found"), final=True),
    Part(_l("What was corrected"), ("corrections",), final=True),
    Part(
        _l("What prevents it from happening again"), ("corrective_actions", "preventive_actions"), final=True
    ),
)
PARTS: dict[str, tuple[Part, ...]] = {
    AUTHORITY: (
        *TIMES,
        Part(_l("AI system and version"), ("ai_system", "system_version")),
        Part(_l("What happened"), ("need_statement",)),
        Part(_l("Kind of anomaly"), ("anomaly_type",)),
        Part(_l("Harm"), ("harm_realisation", "harm_types")),
        Part(_l("Who and how many are affected"), ("affected_population", "affected_count")),
        Part(_l("Whether personal data is concerned"), ("personal_data",)),
        Part(_l("Special-category data"), ("special_category",), after="personal_data"),
        Part(_l("Number of records"), ("record_count",), after="personal_data"),
        Part(_l("Whether it is a security event"), ("security_event",)),
        Part(_l("Level of the security event"), ("cia_level",), after="security_event"),
        *DONE,
        *CAUSE,
    ),
    PERSONS: (
        Part(_l("What happened to your data"), ("anomaly_type",)),
        *TIMES,
        Part(_l("Which of your data is concerned")),
        DONE[0],
        Part(_l("What you can do yourself"), ("workaround",)),
        *CAUSE[1:],
    ),
    PROVIDER: (
        Part(_l("AI system and version"), ("ai_system", "system_version")),
        Part(_l("Function"), ("function",)),
        *TIMES,
        Part(_l("What happened"), ("need_statement",)),
        Part(_l("Severity"), ("severity",)),
        Part(_l("Trace numbers"), ("trace_refs", "traces")),
        Part(_l("How it can be reproduced"), ("reproducible", "reproduction", "reproduction_steps")),
        DONE[0],
        Part(_l("What we ask of you, and by when")),
        *CAUSE[:2],
    ),
}


def draft(to: str, kind: str, sender: Sender, say: Say, is_yes: Callable[[str], bool]) -> Draft:
    """The notice in the language in force; `is_yes` whether a question of the record was answered yes."""
    missing: list[Any] = []
    lines = []
    points = [
        one for one in PARTS[to] if (kind == FINAL or not one.final) and (not one.after or is_yes(one.after))
    ]
    for at, part in enumerate(points, 1):
        text = _said(part, say)
        if not text:
            missing.append(part.title)
        lines.append(f"{at}. {part.title}{_(': ')}{text or _gap(str(part.title))}")
    closing = _closing(to, kind, sender, missing)
    subject = _subject(to, kind, sender)
    nobody = _gap(_("recipient"))
    head = [
        _("To: %(name)s", name=sender.recipient or nobody),
        _("Subject: %(what)s", what=subject),
    ]
    opening = [_opening(to, sender, missing)]
    return Draft(
        subject, "\n".join([*head, "", *opening, "", *lines, "", *closing]), tuple(dict.fromkeys(missing))
    )


def _said(part: Part, say: Say) -> str:
    texts = [text for key in part.keys if (text := say(key))]
    return ("\n   " if any("\n" in one for one in texts) else _("; ")).join(texts)


def _gap(what: str) -> str:
    """A place that a person has to fill in."""
    return _("[to be completed: %(what)s]", what=what)


def _subject(to: str, kind: str, sender: Sender) -> str:
    if to == PERSONS:
        return _("Notice about your personal data, case %(number)s", number=sender.number)
    if kind == INTERIM:
        return _("First report of an incident with an AI system, case %(number)s", number=sender.number)
    return _("Final report of an incident with an AI system, case %(number)s", number=sender.number)


def _opening(to: str, sender: Sender, missing: list[Any]) -> str:
    name = sender.organisation
    if not name:
        missing.append(OUR_NAME)
        name = _gap(str(OUR_NAME))
    if to == PERSONS:
        return _("%(name)s informs you of an incident that concerns personal data:", name=name)
    if sender.law:
        return _("%(name)s reports the following under %(law)s:", name=name, law=sender.law)
    return _("%(name)s reports the following:", name=name)


def _closing(to: str, kind: str, sender: Sender, missing: list[Any]) -> list[str]:
    contact = _(", ").join(one for one in (sender.contact, sender.phone) if one)
    if not contact:
        missing.append(CONTACT)
    lines = [_("Contact: %(who)s", who=contact or _gap(str(CONTACT)))]
    if kind == INTERIM:
        lines.insert(0, _("This is a first report; what is not known yet follows as soon as it is."))
    if to == PERSONS:
        lines.append(_("You may ask us what of your data is concerned, and have it corrected or deleted."))
    return lines
