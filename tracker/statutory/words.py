"""The words of statutory rules, facts, marks and standings; what is wrong with a rule, in a sentence."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _w

from tracker.statutory import rules
from tracker.statutory.checking import Wrong, both

HAN = re.compile(r"[\u3400-\u9fff]")


def language_of(citation: str) -> str:
    """The language tag of a law's own name, which is not translated."""
    return "zh-Hant-TW" if HAN.search(citation) else "en"


STANDING_WORDS: Mapping[str, Any] = {
    "asked": _w("statutory", "Waits for a fact"),
    "running": _w("statutory", "Running"),
    "done": _w("statutory", "Done"),
    "waived": _w("statutory", "Not applicable"),
    "tolled": _w("statutory", "Tolled"),
    "lapsed": _w("statutory", "Not called for"),
    "superseded": _w("statutory", "A shorter one runs instead"),
}
STANDING_TONES = {"asked": "amber", "running": "violet", "done": "green"}
MARK_WORDS: Mapping[str, Any] = {
    "V": _l("Read in the source itself"),
    "V2": _l("Read in secondary sources that agree"),
    "R": _l("Remembered: to be checked by a person"),
}
FACT_WORDS: Mapping[str, Any] = {
    "org.public_body": _l("Whether the organisation is a public body"),
    "org.critical_provider": _l("Whether it provides critical infrastructure"),
    "org.finance_or_health": _l("Whether it works in finance or health care"),
    "org.eu": _l("Whether it offers AI systems in the European Union"),
    "org.eu_role": _l("Its role under the EU AI Act"),
    "org.digital_economy": _l("Whether it is a digital-economy business"),
    "system.eu_tier": _l("Risk class of the system under the EU AI Act"),
    "system.holds_10000": _l("Whether the system holds data of 10,000 people or more"),
    "harm": _l("Whether somebody was harmed"),
    "personal_data": _l("Whether personal data is concerned"),
    "special_category": _l("Whether special-category data is concerned"),
    "record_count": _l("How many people's data is concerned"),
    "security_event": _l("Whether it is a security event"),
    "cia_level": _l("Level of the security event (0 to 4)"),
    "eu_triggers": _l("What makes it a serious incident under the EU AI Act"),
}
TRIGGER_WORDS: Mapping[str, Any] = {
    "death": _l("Death of a person"),
    "serious_health": _l("Serious harm to a person's health"),
    "critical_infrastructure": _l("Serious and irreversible disruption of critical infrastructure"),
    "rights": _l("Infringement of fundamental-rights obligations"),
    "property_environment": _l("Serious harm to property or the environment"),
    "widespread": _l("Widespread infringement"),
    "none": _l("None of these"),
}
ROLE_WORDS: Mapping[str, Any] = {
    "provider": _l("Provider of AI systems"),
    "deployer": _l("Deployer of AI systems"),
    "both": _l("Both"),
    "neither": _l("Neither of them"),
    "unknown": _l("Not known yet"),
}
TIER_WORDS: Mapping[str, Any] = {
    "high": _l("High risk"),
    "limited": _l("Limited risk"),
    "minimal": _l("Minimal risk"),
    "unknown": _l("Not known yet"),
}
YNU_WORDS: Mapping[str, Any] = {"yes": _l("Yes"), "no": _l("No"), "unknown": _l("Not known yet")}
TO_WORDS: Mapping[str, Any] = {
    "authority": _l("An authority"),
    "persons": _l("The persons concerned"),
    "provider": _l("The provider of the system"),
    "other": _l("Somebody else"),
}
WAY_WORDS: Mapping[str, Any] = {
    "portal": _w("way", "Report portal of the authority"),
    "mail": _w("way", "E-mail"),
    "post": _w("way", "Official letter or post"),
    "phone": _w("way", "Phone"),
    "in_person": _w("way", "In person"),
    "public": _w("way", "Public notice"),
    "other": _w("way", "Another way"),
}
NOTICE_WORDS: Mapping[str, Any] = {"interim": _l("Interim report"), "final": _l("Final report or notice")}
START_WORDS: Mapping[str, Any] = {
    "aware_at": _l("since the organisation knew"),
    "occurred_at": _l("since it happened"),
    "reported_at": _l("since it was reported"),
    "received_at": _l("since the report was received"),
}
COUNTING_WORDS: Mapping[str, Any] = {
    "strict_24h": _l("days of 24 hours, every day of the year"),
    "exclude_first_day_next_workday": _l(
        "the first day is left out; a last day without work moves to the next working day"
    ),
}


def said(text: Any) -> str:
    """A text of a rule in the reader's language."""
    locale = get_locale()
    return both(text)["zh" if locale is None or locale.language == "zh" else "en"]


def title(rule: Mapping[str, Any]) -> str:
    """What a rule is called."""
    return said(rule.get("title", rule.get("id", "")))


def drafted_for(rule: Mapping[str, Any]) -> str:
    """Whom a notice for this rule is drafted for."""
    name = str(rule.get("id", ""))
    return {"tw-pdpa-12": "persons", "eu-aia-26-5": "provider"}.get(name, "authority")


def span(rule: Mapping[str, Any]) -> str:
    """How long the law gives: 72 hours; at once."""
    due = rule["due"]
    n = int(due.get("n") or 0)
    if due["kind"] == rules.IMMEDIATELY:
        return _("at once, no hours named")
    if due["kind"] == rules.WITH_CLOCK:
        return _("together with %(clock)s", clock=due["clock"])
    unit = due.get("unit", rules.HOURS) if due["kind"] == rules.AFTER_CLOCK else due["kind"]
    text = {
        rules.HOURS: lambda: ngettext("%(num)s hour", "%(num)s hours", n),
        rules.DAYS: lambda: ngettext("%(num)s day", "%(num)s days", n),
        rules.MONTHS: lambda: ngettext("%(num)s month", "%(num)s months", n),
    }[unit]()
    return (
        _("%(span)s after %(clock)s", span=text, clock=due["clock"])
        if due["kind"] == rules.AFTER_CLOCK
        else text
    )


def since(rule: Mapping[str, Any]) -> str:
    """From when it counts."""
    start = str(rule.get("start", "aware_at"))
    if start in START_WORDS:
        return str(START_WORDS[start])
    return _("since %(clock)s was done", clock=start.removeprefix("clock:").removesuffix(".done_at"))


def facts(names: Iterable[str]) -> list[str]:
    """What has to be known, in words."""
    return [str(FACT_WORDS.get(name, name)) for name in names]


WRONG: Mapping[str, Any] = {
    "mapping": _l("Write the rule as keys and values, one a line."),
    "unknown_key": _l("There is no key “%(about)s”."),
    "name": _l("Use 2 to 60 small letters, digits and hyphens."),
    "flag": _l("Write true or false."),
    "never_paused": _l("A statutory clock is never paused."),
    "needed": _l("This must be filled in."),
    "languages": _l("Only zh and en can be given."),
    "zone": _l("There is no time zone “%(about)s”."),
    "choice": _l("Possible are: %(about)s."),
    "list": _l("Write a list in square brackets."),
    "warn_at": _l("Write shares and times before the end, such as 50%%, 80%% and -2h."),
    "on_breach": _l("Possible are: notify_manager, log."),
    "count": _l("Give a whole number n above zero."),
    "which_clock": _l("Name the clock that it hangs on."),
    "date": _l("Write a date like 2026-10-06."),
    "twice": _l("There are two rules called “%(about)s”."),
    "no_clock": _l("There is no rule or group “%(about)s”."),
    "condition_deep": _l("The condition is nested too deep."),
    "condition_shape": _l("A condition has one key: all, any, not, or a fact. Not understood: %(about)s"),
    "condition_list": _l("“%(about)s” needs a list of conditions."),
    "condition_fact": _l("There is no fact “%(about)s”."),
    "condition_number": _l("“%(about)s” is a number: write {min: …, max: …}."),
    "condition_values": _l("“%(about)s” needs a list of values in square brackets."),
    "condition_value": _l("This fact has no such value: %(about)s"),
}


def wrong(one: Wrong) -> str:
    """due: Give a whole number n above zero."""
    text = str(WRONG[one.code]) % {"about": one.about}
    return f"{one.key}{_(': ')}{text}" if one.key else text
