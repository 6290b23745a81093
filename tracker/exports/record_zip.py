"""Records with the bytes of their files: a ZIP of their JSON and of `files/<SHA-256>`, which `tracker import` reads.

A file goes along where its name does: not of a sealed case unless that was asked for, and never for an auditor.
"""

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from tracker.accounts.rules import SYSTEM, Actor
from tracker.attachments.models import Attachment
from tracker.errors import DomainError
from tracker.exports import tables
from tracker.issues import queries as issues
from tracker.records.whole import Whole

MOST = 100 * 1024 * 1024
FOLDER, ENTRY = "files", "records.jsonl"


def record_zip(whole: Whole, facts: Mapping[str, Any], actor: Actor, text: str) -> bytes:
    """One record and its files, `text` its JSON; DomainError where they are too large to be handed out by a page."""
    files = may_leave(whole, facts, actor)
    if sum(one.size for one in files) > MOST:
        raise DomainError(
            _("The files of this record are over 100 MB together. Ask an administrator for the ZIP.")
        )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{whole.record.number}.json", text)
        _add(archive, files, set())
    return made.getvalue()


def write(path: Path, moved: Callable[[int], None], *, sealed: bool) -> int:
    """Every record with its files, in one ZIP that stands under its name only when it is whole; answers how many."""
    unfinished, count, names = path.with_name(f"{path.name}.part"), 0, set[str]()
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
            lines: list[str] = []
            for whole, facts in tables.records(evidence=sealed):
                lines.append(json.dumps(facts, ensure_ascii=False) + "\n")
                _add(archive, may_leave(whole, facts, SYSTEM), names)
                count += 1
                moved(1)
            archive.writestr(ENTRY, "".join(lines))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def may_leave(whole: Whole, facts: Mapping[str, Any], actor: Actor) -> list[Attachment]:
    """The files whose bytes go along: what a masked copy stands for goes only with the whole, or to who may open it."""
    away, found = facts["withheld"], []
    every = [*whole.files, *whole.own_files]
    covered = set() if actor.is_system or issues.is_contact(actor) else {one.masked_of_id for one in every}
    for key, files in (("attachments", whole.files), ("reproduction_files", whole.own_files)):
        if key not in away and "input_text" not in away:
            found += [one for one in files if one.stored_name and one.id not in covered]
    return found


def _add(archive: zipfile.ZipFile, files: Sequence[Attachment], names: set[str]) -> None:
    """Each digest once; a file that is lost is missing, which the reader of the ZIP says."""
    folder = current_app.config["TRACKER"].attachments_dir
    for one in files:
        path = folder / one.stored_name
        if one.sha256 not in names and path.is_file():
            archive.write(path, f"{FOLDER}/{one.sha256}")
            names.add(one.sha256)
