"""Forms of the record: the shape of what people type, made from the list of fields.  Cause, correction and proof
(G, H, I) are those that the page of an escalation shows too."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field as Control
from wtforms import PasswordField, SelectChoice, SelectMultipleField, StringField, TextAreaField
from wtforms.form import BaseForm

from tracker import audit
from tracker.accounts.forms.picking import PickField
from tracker.issues import fields as issue_fields
from tracker.records import controls, fields, rules, taxonomies, words
from tracker.records.controls import NOT_CHOSEN, LooseSelect
from tracker.records.fields import CODE, CODES, INSTANT, INT, ITEMS, LINE, RUNS, TEXT
from tracker.records.models import Record
from tracker.records.wordlists import words_of

NOT_TYPED = (ITEMS, RUNS)
CAUSE = ("cause_class", "cause_classes", "root_cause", "escape_cause", "cause_not_found", "five_whys")
CORRECTION = ("corrections", "corrective_actions", "fixed_in_version")
PROOF = ("proof_kind", "proof_steps", "proof_before", "proof_after", "verification_runs")
# What each list asks beside its line.
LINE_PARTS: Mapping[str, tuple[str, ...]] = {
    "authorities": ("reference", "version", "by_name"), "traces": ("reference",), "reproduction_steps": ("evidence",),
    "containment": ("evidence", "by_name", "at", "effective"), "team": ("owner_id",), "five_whys": ("evidence",),
    "similar_systems": ("evidence", "by_name"),
    "corrections": ("target_kind", "artefact", "version", "reference", "due_at"),
    "corrective_actions": ("dimension", "owner_id", "due_at"),
    "preventive_actions": ("dimension", "owner_id", "due_at"), "regression_cases": ("evidence", "reference"),
    "training_sessions": ("reference",), "notices": ("done_at", "reference", "evidence"),
}  # fmt: skip
# What a part is called in one list, where that is not its usual name.
PART_WORDS: Mapping[str, Mapping[str, Any]] = {
    "authorities": {"what": _l("Title of the manual, rule or article"), "reference": _l("Article or page"),
                    "by_name": _l("Who keeps it")},
    "traces": {"what": _l("Trace id"), "reference": _l("Address")},
    "reproduction_steps": {"what": _l("Step"), "evidence": _l("What was seen, heard or on the screen")},
    "containment": {"evidence": _l("Scope: which users, functions or outputs"), "at": _l("When")},
    "five_whys": {"what": _l("Why?"), "evidence": _l("Evidence")},
    "similar_systems": {"what": _l("System or function"), "evidence": _l("What was found"),
                        "by_name": _l("By whom")},
    "corrections": {"version": _l("New version"), "reference": _l("Reference (commit, data set, number)")},
    "regression_cases": {"what": _l("Input"), "evidence": _l("What has to come out"), "reference": _l("Label")},
    "notices": {"what": _l("Who was told"), "done_at": _l("When they were told"),
                "reference": _l("Reference number"), "evidence": _l("What proves it")},
    "training_sessions": {"what": _l("Topic and day"), "reference": _l("Number of the session")},
}  # fmt: skip
# Lists whose lines say how they stand.
STANDING_PARTS = frozenset({"corrective_actions", "preventive_actions"})
DONE_PARTS = frozenset({"containment", "corrections", "corrective_actions", "preventive_actions", "notices"})


def section_form(
    keys: Iterable[str],
    record: Record,
    values: Mapping[str, Any],
    *,
    sent: Any = None,
    typed: BaseForm | None = None,
) -> BaseForm:
    """A form over these fields, filled with what stands in them, with what was `sent`, or with what was `typed` before.

    Lists are written by their own controls.
    """
    boxes = [key for key in keys if fields.BY_KEY[key].kind not in NOT_TYPED]
    # What it asks differs from page to page, so that a class of it would be made for one use.
    form = BaseForm({key: control(key, record) for key in boxes})
    data = {key: as_typed(key, record, values[key]) for key in boxes}
    form.process(sent, data=data if typed is None else {**data, **typed.data})
    _propose(form, values)
    if typed is not None:
        for key in boxes:
            form[key].errors = typed[key].errors if key in typed else ()
        form.form_errors = typed.form_errors
    return form


def _propose(form: BaseForm, values: Mapping[str, Any]) -> None:
    """The boxes for codes show what is proposed while nothing is written."""
    boxes = [form[key] for key in taxonomies.KEYS if key in form]
    found = taxonomies.standing(values) if boxes else {}
    for box in boxes:
        codes = () if found[box.name].by_hand else found[box.name].codes
        box.render_kw = {**box.render_kw, "placeholder": "; ".join(codes)}


def control(key: str, record: Record) -> Any:
    """The control of one field."""
    field = fields.BY_KEY[key]
    label, help_text = words.FIELD_WORDS[key], words.HELP.get(key, "")
    common = {"label": label, "description": help_text}
    if field.kind == TEXT:
        return TextAreaField(**common, widget=controls.AREA)
    if key == "function":
        functions = [SelectChoice(str(one.id), one.name) for one in record.system.functions if one.active]
        return LooseSelect(**common, choices=[NOT_CHOSEN, *functions])
    if (field.kind in (CODE, INT) and field.choices) or key == "issue_kind":
        return LooseSelect(**common, choices=[NOT_CHOSEN, *controls.choices(key)])
    if field.kind == CODES and not field.typed:
        return SelectMultipleField(**common, validate_choice=False, choices=controls.choices(key))
    return StringField(**common, widget=controls.LINE, render_kw=_hints(field))


def _hints(field: fields.Field) -> dict[str, str]:
    """What a box of one line says besides its content."""
    if field.typed:
        return {"autocomplete": "off", "spellcheck": "false"}
    if field.kind == INT:
        return {"inputmode": "numeric", "size": "10"}
    if field.kind == INSTANT:
        example = "2031-11-22" if field.key == "retain_override" else "2026-11-22 14:30"
        return {"size": "20", "placeholder": example}
    assert field.kind == LINE
    return {"list": "artefacts", "autocomplete": "off"} if field.key == "cause_artefact" else {}


def as_typed(key: str, record: Record, value: Any) -> Any:
    """What stands in the field, as its control shows it."""
    kind = fields.BY_KEY[key].kind
    if fields.BY_KEY[key].typed:
        return "; ".join(value)
    if key == "function":
        return str(record.primary_issue.function_id or "")
    if kind == INSTANT:
        return issue_fields.local(value)
    if kind == CODES:
        return list(value)
    return "" if value is None else str(value)


def shown_digest(typed: Any) -> str:
    """The digest of a control's content, so that a box left alone is nobody's change."""
    text = "\n".join(typed) if isinstance(typed, list) else str(typed or "")
    return audit.digest(text.replace("\r\n", "\n").strip())


class AssignForm(FlaskForm):
    """To whom, until when, in one sentence."""

    to = PickField(words.NEED_WORDS["to"])
    to_name = StringField(_l("Or an outside contact: name"))
    to_email = StringField(
        _l("Outside contact: e-mail"),
        description=_l("Without one nobody is written to: you call them and enter what they say."),
    )
    due_at = StringField(
        words.NEED_WORDS["due_at"], render_kw={"size": "20", "placeholder": "2026-11-22 14:30"}
    )
    summary = TextAreaField(words.NEED_WORDS["summary"])


class AcknowledgeForm(FlaskForm):
    """The date that is promised."""

    expected_at = StringField(
        words.NEED_WORDS["expected_at"], render_kw={"size": "20", "placeholder": "2026-11-22 14:30"}
    )


class AskUserForm(FlaskForm):
    """The solution as the reporters will read it."""

    proposed_solution = TextAreaField(words.FIELD_WORDS["proposed_solution"])
    same_person_reason = TextAreaField(words.FIELD_WORDS["same_person_reason"])


class ConcludeForm(FlaskForm):
    """The end without a correction."""

    close_code = LooseSelect(words.FIELD_WORDS["close_code"])
    note = TextAreaField(words.NEED_WORDS["note"])
    proposed_solution = TextAreaField(words.FIELD_WORDS["proposed_solution"])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = words_of("close_code")
        # Nothing is chosen beforehand: the code stays in the register for good.
        self.close_code.choices = [
            NOT_CHOSEN, *(SelectChoice(code, word) for code, word in known.items() if code != "solved")
        ]  # fmt: skip


class FollowForm(FlaskForm):
    """The record that leads."""

    leader = StringField(
        words.NEED_WORDS["leader"],
        description=_l("Its number; those that look alike are listed below."),
        render_kw={"list": "leaders", "autocomplete": "off", "placeholder": "AR-202611-0001"},
    )


class NoteForm(FlaskForm):
    """The reason."""

    note = TextAreaField(words.NEED_WORDS["note"])


class HoldForm(FlaskForm):
    """Whom we wait for, until when, who asks, and what the reporter was told."""

    waiting_for = StringField(words.NEED_WORDS["waiting_for"])
    until = StringField(
        words.NEED_WORDS["until"], render_kw={"size": "20", "placeholder": "2026-11-22 14:30"}
    )
    liaison = PickField(words.NEED_WORDS["liaison"])
    promise = TextAreaField(words.NEED_WORDS["promise"])
    promise_at = StringField(
        _l("By when the reporter hears from us"),
        description=_l("Without a date: when the hold ends. The reporter sees it."),
        render_kw={"size": "20", "placeholder": "2026-11-22 14:30"},
    )


class CloseForm(FlaskForm):
    """What others can learn from it."""

    lessons = TextAreaField(words.FIELD_WORDS["lessons"], description=words.HELP["lessons"])


class SignForm(FlaskForm):
    """The statement, and the password again for grave records."""

    same_person_reason = TextAreaField(_l("You did the work yourself; why does nobody else sign?"))
    password = PasswordField(_l("Your password"), render_kw={"autocomplete": "current-password"})


class CheckForm(FlaskForm):
    """One effect check."""

    result = TextAreaField(_l("What you found"))
    recurrences = StringField(_l("How often it came back"), render_kw={"inputmode": "numeric", "size": "6"})
    early_because = TextAreaField(_l("Why is it checked before its day?"))
    because = TextAreaField(_l("Why is it corrected?"))


MOVE_FORMS: Mapping[str, type[FlaskForm]] = {
    "assign": AssignForm, "acknowledge": AcknowledgeForm, "ask_user": AskUserForm, "conclude": ConcludeForm,
    "return": NoteForm, "back": NoteForm, "reissue": NoteForm, "cancel": NoteForm, "hold": HoldForm,
    "close": CloseForm, "follow": FollowForm, "unfollow": NoteForm,
}  # fmt: skip
# Needs that the form of the move itself fills, so that the page does not call them missing.
ASKED_BY_FORM: Mapping[str, frozenset[str]] = {
    "assign": frozenset({"assigned_to"}), "acknowledge": frozenset({"expected_at"}),
    "ask_user": frozenset({"proposed_solution"}), "conclude": frozenset({"close_code", "note", "proposed_solution"}),
    "hold": frozenset({"waiting_for", "until", "liaison", "promise"}),
    **{verb: frozenset({"note"}) for verb in ("return", "back", "reissue", "cancel", "unfollow")},
    "follow": frozenset({"leader"}),
}  # fmt: skip


def move_form(verb: str) -> FlaskForm:
    """The form of a move; an empty one where nothing is asked."""
    return MOVE_FORMS.get(verb, FlaskForm)()


def typed_fields(form: FlaskForm) -> dict[str, Any]:
    """What was typed into a form, without its token and empty boxes."""
    controls: Iterable[Control] = form
    return {
        one.name: one.data for one in controls if one.name != "csrf_token" and one.data not in (None, "", [])
    }


def still_missing(record: Record, missing: Mapping[str, tuple[str, ...]]) -> tuple[str, tuple[str, ...]]:
    """The next step forward, if it is this actor's, and what the form still lacks for it."""
    verb = rules.FORWARD.get(record.state or "", "")
    if verb not in missing:
        return "", ()
    return verb, tuple(key for key in missing[verb] if key not in ASKED_BY_FORM.get(verb, ()))
