"""A draft for the AI Incident Database: the fields of its submission form, what a record has for each, what is missing.

The database takes published reports only: address, authors and day of the publication can come from nowhere else, so
a record of our own is a draft until something about it is public.
"""

from tracker.exports.outward import DIRECT, MISSING, PARTIAL, Line, Told
from tracker.issues import when

TITLE, TEXT, STORY = (6, 500), (80, 50_000), (3, 500)
PUBLISHED = ("url", "authors", "date_published", "date_downloaded")


def draft(told: Told) -> list[Line]:
    """The fields of the form in its order."""
    story = told.text("description")
    full = told.text("description", "actual_output", "expected_output", "root_cause", "corrections")
    system = told.wanted.whole.record.system
    maker = system.vendor_name if system.operated_by == "vendor" else told.us.name
    return [
        *(Line(code, True, MISSING, note="published") for code in PUBLISHED),
        _bounded("title", told.title, TITLE, told, "description"),
        _bounded("text", full, TEXT, told, "description", "root_cause", "corrections"),
        Line("submitters", False, DIRECT if told.us.name else MISSING, told.us.name, ("organisation",),
             "" if told.us.name else "organisation"),
        _bounded("incident_title", told.title, TITLE, told, "description"),
        _day(told),
        _bounded("description", _cut(story), STORY, told, "description"),
        _named("developers", maker, "ai_system"),
        _named("deployers", told.us.name, "organisation"),
        told.partial("harmed_parties", "affected_population", "affected_count", required=True),
    ]  # fmt: skip


def _day(told: Told) -> Line:
    """The day it happened, here; the day it became known stands in for it, and a month for a day nobody knows."""
    happened, aware = told.values.get("occurred_at"), told.values.get("aware_at")
    if happened is None:
        text = f"{aware.astimezone(when.zone()):%Y-%m-%d}" if aware else ""
        return Line(
            "incident_date",
            True,
            PARTIAL if text else MISSING,
            text,
            ("aware_at",),
            "aware" if text else "empty",
        )
    month = told.values.get("occurred_precision") == "month"
    text = f"{happened.astimezone(when.zone()):{'%Y-%m' if month else '%Y-%m-%d'}}"
    return Line(
        "incident_date",
        True,
        PARTIAL if month else DIRECT,
        text,
        ("occurred_at",),
        "inexact" if month else "",
    )


def _bounded(code: str, text: str, bounds: tuple[int, int], told: Told, *keys: str) -> Line:
    """A text that the form takes within bounds only."""
    least, most = bounds
    if not text:
        return Line(code, True, MISSING, "", keys, told.why_empty(text))
    if not least <= len(text) <= most:
        return Line(code, True, PARTIAL, text, keys, "short" if len(text) < least else "long")
    return (
        Line(code, True, PARTIAL, text, keys, "sealed")
        if told.sealed
        else Line(code, True, DIRECT, text, keys)
    )


def _cut(text: str) -> str:
    return text if len(text) <= STORY[1] else text[: STORY[1] - 1] + "…"


def _named(code: str, name: str, source: str) -> Line:
    return Line(code, True, DIRECT if name else MISSING, name, (source,), "" if name else "organisation")
