"""A guide made from an issue in one click: what the staff wrote, never what the reporter wrote or who they are."""

import re
from typing import Any

from flask_babel import gettext as _

from tracker import personal
from tracker.guides import rules
from tracker.issues import rules as issue_rules
from tracker.issues.models import Issue

_TITLES = "先生|小姐|女士|太太|同學|同仁|老師|主任|經理|醫師|護理師|課長|科長|組長|專員"


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
    """The text without personal data of a known form, and without what names or reaches whoever reported."""
    label = _("personal data")
    text = personal.covered(text, dict.fromkeys(personal.KINDS, label))
    account = issue.reporter
    names = {" ".join(one.split()) for one in (issue.reporter_name, account.name if account else "")}
    reached = {
        issue.reporter_email.strip(),
        issue.reporter_phone.strip(),
        (account.email or "") if account else "",
    }
    told = {form for name in names for form in _forms(name)} | {_word(one) for one in reached if len(one) > 2}
    for form in sorted(told, key=len, reverse=True):
        text = re.sub(form, f"[{label}]", text, flags=re.IGNORECASE)
    return text


def _forms(name: str) -> set[str]:
    """How somebody is spoken of: by the whole name, the given one, the surname with a title, parts of a Latin one."""
    if rules.language_of(name) == "en":
        return {_word(one) for one in (name, *name.split()) if len(one) > 2}
    if not 2 <= len(name) <= 4:
        return {re.escape(name)} if len(name) > 4 else set()
    given = {re.escape(name[-2:])} if len(name) > 2 else set()
    return {re.escape(name), f"{re.escape(name[0])}(?:{_TITLES})"} | given


def _word(text: str) -> str:
    """A pattern of this text as a word: in Latin letters and digits, no part of a longer one."""
    return rf"(?<![A-Za-z0-9]){re.escape(text)}(?![A-Za-z0-9])"
