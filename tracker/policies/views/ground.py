"""What the pages of policies share: the blueprint, the names of systems and units, the form of an activation."""

from typing import Any

from flask import Blueprint, flash
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import clock
from tracker.accounts.models import Unit
from tracker.db import db
from tracker.errors import DomainError
from tracker.issues import when
from tracker.policies import actions, queries, rules, words
from tracker.policies.forms import ActivateForm
from tracker.policies.rules import Policy
from tracker.policies.words import Names
from tracker.records.holding import written
from tracker.systems.models import AISystem
from tracker.web import current_actor

bp = Blueprint("policies", __name__)


@bp.app_context_processor
def policy_words() -> dict[str, Any]:
    """Let every page name a version of the chase policy."""
    return {"policy_version": words.version}


def names() -> Names:
    """What systems and units are called."""
    systems = db.session.execute(select(AISystem.id, AISystem.name).order_by(AISystem.name))
    units = db.session.execute(select(Unit.id, Unit.name).order_by(Unit.name))
    return Names({key: name for key, name in systems}, {key: name for key, name in units})


def sentences(policy: Policy) -> list[dict[str, Any]]:
    """The rules clock by clock, each with its place in the policy and its sentence."""
    known = names()
    return [
        {
            "clock": clock, "word": words.CLOCK_WORDS[clock],
            "rules": [
                {"at": at, "text": words.sentence(one, known), "only": not one.only.everybody}
                for at, one in enumerate(policy.rules)
                if one.clock == clock
            ],
        }
        for clock in rules.RULED
    ]  # fmt: skip


def activate(ref: str, form: ActivateForm) -> None:
    """Bring a version into force as the form says."""
    now, text = clock.now(), (form.effective_at.data or "").strip()
    wanted = when.parse(text) if text else None
    if text and wanted is None:
        raise DomainError(fields={"effective_at": _("Enter a date and time such as 2026-12-01 09:00.")})
    actions.activate(
        ref, by=current_actor(), at=now, open_cases=bool(form.open_cases.data), note=(form.note.data or "").strip(),
        effective_at=when.aware(wanted) if wanted is not None else None,
    )  # fmt: skip


def say_activated(ref: str) -> None:
    """Say on the next page that the version holds, or from when it will."""
    begins, name = queries.activations(limit=1)[0].effective_at, words.version(ref)
    if begins > clock.now():
        flash(_("In force from %(when)s: %(name)s.", name=name, when=written(begins)), "ok")
    else:
        flash(_("In force now: %(name)s.", name=name), "ok")


def open_counts() -> list[tuple[str, int]]:
    """How many open cases go by each version, most first."""
    return sorted(queries.in_use().items(), key=lambda pair: -pair[1])
