"""The shape of a decision as it is typed."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from tracker.accounts.forms.fields import OneOfField
from tracker.accounts.models import Person
from tracker.issues import fields
from tracker.issues import words as issue_words
from tracker.issues.forms import options
from tracker.issues.models import Issue
from tracker.needs import rules, words
from tracker.needs.models import NeedDecision

WHEN = {"size": "20", "placeholder": "2026-11-22"}
LABELS = words.FIELD_WORDS


def cards(label: Any, wanted: dict[str, Any]) -> RadioField:
    """One of our codes; the verb says what is wrong with any other."""
    return RadioField(
        label, [InputRequired(_l("Choose one."))], choices=options(wanted), validate_choice=False
    )


class DecideManyForm(FlaskForm):
    """What becomes of it, where, by whom, and why: asked once for several needs, each of which keeps its kind."""

    decision = cards(LABELS["decision"], words.DECISION_WORDS)
    again_at = StringField(
        LABELS["again_at"],
        description=_l("Only for what is decided later: when it comes, the list says so."),
        render_kw=WHEN,
    )
    reason = TextAreaField(
        LABELS["reason"],
        [InputRequired(_l("Give the reason; the reporter reads it."))],
        description=_l("The reporter reads this below the decision, in your words."),
    )
    theme = cards(LABELS["theme"], {})
    owner = OneOfField(LABELS["owner"], description=_l("They are told, and see the case from now on."))

    def offer(self, able: Iterable[Person]) -> None:
        """Offer the themes with their tasks, and these people."""
        self.theme.choices = [
            SelectChoice(code, f"{words.THEME_WORDS[code]}" + (_(" (") + task + _(")") if task else ""))
            for code, task in rules.THEMES.items()
        ]
        self.owner.offer((one.id, one.name) for one in able)


class DecideForm(DecideManyForm):
    """The same for one need, with what kind of need it is."""

    issue_kind = cards(LABELS["issue_kind"], {kind: issue_words.KIND_WORDS[kind] for kind in rules.KINDS})


def present(issue: Issue, holds: NeedDecision | None) -> dict[str, str]:
    """What stands in the form at first: what holds, or the usual theme of the kind."""
    kind = issue.kind if issue.kind in rules.KINDS else ""
    found = {"issue_kind": kind or "", "theme": rules.usual_theme(kind)}
    if holds is None:
        return found
    return found | {
        "decision": holds.decision,
        "theme": holds.theme,
        "owner": str(holds.owner_id or ""),
        "again_at": fields.local(holds.again_at),
    }
