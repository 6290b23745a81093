"""Filling the form of an act by a macro: asked for by its address or by a button of the form, never sending it."""

from collections.abc import Mapping, Sequence

from flask import request

from tracker.issues import queries, rules, words
from tracker.issues.models import Issue
from tracker.triage import macros
from tracker.triage.macros import Filled
from tracker.triage.models import Macro
from tracker.web import current_actor
from tracker.workflow import SUPERVISOR


def offered(issue: Issue, verb: str) -> Sequence[Macro]:
    """The macros that fit this form, for those who write for the house."""
    if verb not in macros.TARGETS or SUPERVISOR not in queries.relations(current_actor(), issue):
        return []
    return macros.fitting(issue, (verb,))


def filled(issue: Issue, verb: str, present: Mapping[str, str]) -> Filled | None:
    """What the chosen macro puts into the form, over what stands and was typed in it; None when none was chosen."""
    asked = request.method == "GET" or "fill" in request.form
    chosen = request.values.get("macro", type=int) if asked else None
    macro = next((one for one in offered(issue, verb) if one.id == chosen), None) if chosen else None
    if macro is None:
        return None
    return macros.fill(macro, issue, {**present, **request.form.to_dict()}, current_actor())


def wants_no_act() -> bool:
    """Whether the form was posted only to be filled."""
    return "fill" in request.form


def state_after(verb: str) -> str:
    """The state that sending leads to, in words; empty where it hangs on more than the act."""
    move = rules.WORKFLOW.get(verb)
    return str(words.STATE_WORDS[move.ends]) if move is not None and isinstance(move.ends, str) else ""
