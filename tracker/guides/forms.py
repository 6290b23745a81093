"""Shapes of input of guides: what it is about, and the text in two languages."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from tracker.issues.forms import LINE, TEXT, options
from tracker.systems.models import AISystem
from tracker.systems.words import named


class GuideForm(FlaskForm):
    """An answer or a known issue; `about` is a system (`s3`), one of its functions (`f7`), or all systems."""

    about = SelectField(_l("About which AI system"), [Optional()], choices=[], validate_choice=False)
    title_zh = StringField(_l("Title in Chinese"), [Optional(), LINE], render_kw={"lang": "zh-Hant-TW"})
    body_zh = TextAreaField(_l("Text in Chinese"), [Optional(), TEXT], render_kw={"lang": "zh-Hant-TW"})
    title_en = StringField(_l("Title in English"), [Optional(), LINE], render_kw={"lang": "en"})
    body_en = TextAreaField(_l("Text in English"), [Optional(), TEXT], render_kw={"lang": "en"})

    def offer(self, systems: Iterable[AISystem], *, for_all: bool) -> None:
        """The systems on offer with their functions; a known issue is always of one."""
        every: dict[str, str] = {"": str(_("All AI systems"))} if for_all else {}
        for system in systems:
            every[f"s{system.id}"] = named(system)
            every |= {
                f"f{one.id}": f"{named(system)}{_(': ')}{one.name}" for one in system.functions if one.active
            }
        self.about.choices = options(every)

    def validate_about(self, field: Field) -> None:
        """One of those offered."""
        if (field.data or "") not in {one.value for one in field.choices}:
            raise ValidationError(_("Select one of the choices"))

    def given(self, systems: Iterable[AISystem]) -> dict[str, Any]:
        """What was chosen and written, by the names of the tables."""
        texts = {name: value for name, value in self.data.items() if name not in ("csrf_token", "about")}
        chosen = self.about.data or ""
        for system in systems:
            if chosen == f"s{system.id}":
                return {**texts, "system_id": system.id, "function_id": None}
            for one in system.functions:
                if chosen == f"f{one.id}":
                    return {**texts, "system_id": system.id, "function_id": one.id}
        return {**texts, "system_id": None, "function_id": None}


class SolveForm(FlaskForm):
    """What is different now, for everybody whom the problem met."""

    solution_zh = TextAreaField(
        _l("What was done, in Chinese"), [Optional(), TEXT], render_kw={"lang": "zh-Hant-TW"}
    )
    solution_en = TextAreaField(_l("What was done, in English"), [Optional(), TEXT], render_kw={"lang": "en"})
