"""What hangs on more than one field when a record is saved, and what is wrong with a value, in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from tracker.errors import DomainError
from tracker.records import codes, taxonomies
from tracker.records.fields import Unreadable
from tracker.records.models import Record
from tracker.workflow import MANAGER, SYSTEM

WRONG = {
    "choice": lambda: _("Choose one of the values listed."),
    "number": lambda: _("Enter a whole number."),
    "runs": lambda: _("There must be one case at least, and no more can pass than there are."),
    "date": lambda: _("This date cannot be read. Examples: 115/11/22, 11/22 14:30 or tomorrow"),
    "text": lambda: _("Enter text here."),
    "long": lambda: _("This is too long."),
    "list": lambda: _("Send a list."),
}


def wrong(key: str, error: Unreadable) -> str:
    """What is wrong with the value of a field, in a sentence."""
    if error.reason != "code":
        return WRONG[error.reason]()
    if error.given == taxonomies.NONE:
        return _("Write either “none” or codes.")
    scheme = taxonomies.SCHEMES[key]
    if not error.near:
        return _("“%(code)s” is no code of %(list)s. The known ones are listed in the table of codes.",
                 code=error.given, list=scheme.name)  # fmt: skip
    near = _(", ").join(scheme.said(code) for code in error.near)
    return _("“%(code)s” is no code of %(list)s. Do you mean: %(near)s?",
             code=error.given, list=scheme.name, near=near)  # fmt: skip


def allow(record: Record, wanted: Mapping[str, Any], known: frozenset[str]) -> None:
    """Raise DomainError: another value than the computed one needs its reason, n is at most m, who may waive."""
    if wanted.get("severity_override") and not wanted.get(
        "severity_override_reason", record.severity_override_reason
    ):
        text = _("Give the reason for another severity than the computed one.")
        raise DomainError(text, fields={"severity_override_reason": text})
    if wanted.get("retain_override") and not wanted.get("retain_reason", record.retain_reason):
        text = _("Give the reason for another day than the computed one.")
        raise DomainError(text, fields={"retain_reason": text})
    if codes.NONE_OF_THEM in (triggers := wanted.get("eu_triggers", ())) and len(triggers) > 1:
        text = _("Choose either “None of these” or what has happened.")
        raise DomainError(text, fields={"eu_triggers": text})
    _counted(record, wanted)
    waives = wanted.get("proof_kind") == "waived" and record.proof_kind != "waived"
    rewords = (
        record.proof_kind == "waived"
        and "proof_steps" in wanted
        and wanted["proof_steps"] != record.proof_steps
    )
    if (waives or rewords) and not known & {MANAGER, SYSTEM}:
        text = _("Only a manager waives the proof, in writing.")
        raise DomainError(text, fields={"proof_kind": text})


def _counted(record: Record, wanted: Mapping[str, Any]) -> None:
    """Refuse n of m tries with n above m; what stands there already is left alone until somebody changes it."""
    stood = (record.reproduced_times, record.reproduction_tries)
    times = wanted.get("reproduced_times", stood[0])
    tries = wanted.get("reproduction_tries", stood[1])
    if (times, tries) != stood and times is not None and tries is not None and times > tries:
        text = _("It cannot come back more often than it was tried.")
        raise DomainError(text, fields={"reproduced_times": text})
