"""A guide made from an issue in one click: what the staff wrote, never what the reporter wrote or who they are."""

import re
from typing import Any

from flask_babel import gettext as _

from tracker import personal
from tracker.guides import rules
from tracker.issues import rules as issue_rules
from tracker.issues.models import Issue


def article_of(issue: Issue) -> dict[str, Any]:
    """A draft of an answer: the confirmed need is its question, the solution and what to do for now its text."""
    return _draft(issue, [issue.proposed_solution, issue.workaround])


def known_of(issue: Issue) -> dict[str, Any]:
    """A draft of a known issue: what to do for now is its text."""
    return _draft(issue, [issue.workaround])


def _draft(issue: Issue, bodies: list[str]) -> dict[str, Any]:
    """What stands on the form first; of a sealed issue the system alone."""
    given: dict[str, Any] = {"system_id": issue.system_id, "function_id": issue.function_id}
    if issue.personal_data or issue.restricted:
        return given
    title = without_people(issue, own_words(issue, issue.need_statement))
    body = "\n\n".join(without_people(issue, own_words(issue, one)) for one in bodies if one)
    language = rules.language_of(body or title)
    return given | {
        f"title_{language}": issue_rules.title_from(title) if title else "",
        f"body_{language}": body,
    }


def own_words(issue: Issue, text: str) -> str:
    """The text, unless it repeats what the reporter wrote: an answer given at once takes their words as the need."""
    said, theirs = " ".join(text.split()), " ".join(issue.description.split())
    return "" if said and (said in theirs or theirs in said) else text


def without_people(issue: Issue, text: str) -> str:
    """The text without personal data of a known form, and without the name of whoever reported."""
    label = _("personal data")
    text = personal.covered(text, dict.fromkeys(personal.KINDS, label))
    names = {issue.reporter_name.strip(), issue.reporter.name.strip() if issue.reporter else ""}
    for name in sorted(names - {""}, key=len, reverse=True):
        text = re.sub(re.escape(name), f"[{label}]", text, flags=re.IGNORECASE)
    return text
