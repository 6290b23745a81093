"""The organisation's own form: its versions, which one is in use, and a record written into it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select, update

from tracker import attachments, audit
from tracker.accounts.rules import Actor
from tracker.attachments import queries as attached
from tracker.attachments.actions import Upload
from tracker.attachments.models import Attachment
from tracker.config import LOCALES
from tracker.db import db
from tracker.errors import DomainError, NotFound
from tracker.exports import placeholders
from tracker.exports.models import FormVersion
from tracker.exports.saying import Tell, text_of
from tracker.exports.sheet import Sheet
from tracker.records import fields, words

# What a form may also ask for, beside the fields: its key, and what else it is called.
EXTRA: Mapping[str, tuple[str, ...]] = {
    "record_no": ("number", "AR 編號", "紀錄表編號"), "title": ("表單名稱",), "state": ("狀態", "State"),
    "owner": ("受理人", "Taken by"), "digest": ("雜湊", "SHA-256", "Hash"), "printed": ("列印", "Printed"),
}  # fmt: skip


def current() -> FormVersion | None:
    """The version in use, or none: then the shipped form stands."""
    return db.session.scalars(select(FormVersion).where(FormVersion.in_use).limit(1)).first()


def versions() -> Sequence[FormVersion]:
    """Newest first."""
    return db.session.scalars(select(FormVersion).order_by(FormVersion.id.desc())).all()


def add(upload: Upload, note: str, *, by: Actor, at: datetime) -> FormVersion:
    """Keep one more version, not in use yet.  DomainError for what is no DOCX, or does something when opened."""
    made = FormVersion(note=note[:200], in_use=False, at=at, by_id=by.person_id)
    db.session.add(made)
    db.session.flush()
    stored = attachments.store([upload], subject=(FormVersion.kind_name, made.id), by=by, at=at, field="form")
    if not stored or not stored[0].filename.endswith(".docx"):
        raise DomainError(_("Choose a form in DOCX."), fields={"form": _("Choose a form in DOCX.")})
    content = content_of(made)
    placeholders.must_be_harmless(content)
    audit.record("form_version.add", made, by=by, at=at, after={"sha256": stored[0].sha256})
    return made


def use(version: FormVersion | None, *, by: Actor, at: datetime) -> None:
    """Print on this version from now on, or on the shipped form again."""
    before = current()
    db.session.execute(update(FormVersion).values(in_use=False))
    if version is not None:
        version.in_use = True
    about = version or before
    if about is not None:
        after = {"in_use": version is not None}
        audit.record("form_version.use", about, by=by, at=at, before={"in_use": version is None}, after=after)


def file_of(version: FormVersion) -> Attachment:
    found = attached.files(FormVersion.kind_name, version.id)
    if not found:
        raise NotFound()
    return found[0]


def content_of(version: FormVersion) -> bytes:
    folder: Path = current_app.config["TRACKER"].attachments_dir
    path = folder / file_of(version).stored_name
    if not path.is_file():
        raise NotFound()
    return path.read_bytes()


def vocabulary() -> dict[str, str]:
    """The key of a field by each of its names, folded: the key itself, its Chinese and its English label.

    Its code on the form (A1) too, where no other field bears it.
    """
    known = {placeholders.folded(name): key for key, names in EXTRA.items() for name in (key, *names)}
    for locale in LOCALES:
        with force_locale(locale):
            for key in fields.BY_KEY:
                known.setdefault(placeholders.folded(str(words.FIELD_WORDS.get(key, key))), key)
    codes = Counter(words.FIELD_CODES.values())
    alone = {
        code: key for key, code in words.FIELD_CODES.items() if codes[code] == 1 and key in fields.BY_KEY
    }
    return (
        {placeholders.folded(code): key for code, key in alone.items()}
        | known
        | {placeholders.folded(key): key for key in fields.BY_KEY}
    )


def look(version: FormVersion) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The placeholders that are known, with their key, and the unknown ones, with the nearest name that is known."""
    known = vocabulary()
    found = placeholders.names_in(content_of(version))
    right = [(name, known[placeholders.folded(name)]) for name in found if placeholders.folded(name) in known]
    wrong = [(name, _near(name, known)) for name in found if placeholders.folded(name) not in known]
    return right, wrong


def _near(name: str, known: Mapping[str, str]) -> str:
    close = get_close_matches(placeholders.folded(name), known, n=1, cutoff=0.5)
    return str(words.FIELD_WORDS.get(known[close[0]], known[close[0]])) if close else ""


def written(version: FormVersion, values: Mapping[str, Any], sheet: Sheet, tell: Tell) -> bytes:
    """The record on this form; what is not filled is left empty, what is unknown stands as it was."""
    extra = {
        "record_no": sheet.number, "title": sheet.title, "state": sheet.state, "owner": sheet.owner,
        "digest": sheet.digest, "printed": sheet.foot,
    }  # fmt: skip
    known = vocabulary()

    def value(name: str) -> str | None:
        key = known.get(placeholders.folded(name))
        if key is None:
            return None
        return extra[key] if key in extra else text_of(key, values.get(key), tell.of(values))

    return placeholders.filled(content_of(version), value)


def sample(version: FormVersion) -> bytes:
    """The form with the name of each field in its place: a preview for who sees no record."""
    known = vocabulary()

    def value(name: str) -> str | None:
        key = known.get(placeholders.folded(name))
        return None if key is None else f"〔{words.FIELD_WORDS.get(key, name)}〕"

    return placeholders.filled(content_of(version), value)
