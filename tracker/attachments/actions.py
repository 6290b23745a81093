"""Keeping files with a case.  Nothing here commits: a file on disk whose row was rolled back is swept later."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import IO, Protocol

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select

from tracker.attachments import folder, kinds, names
from tracker.attachments.models import Attachment
from tracker.config import Config
from tracker.db import db
from tracker.errors import DomainError

PER_SUBJECT = 200
MIB = 1024 * 1024


class Upload(Protocol):
    """What comes with a form or a call: werkzeug's FileStorage, or anything alike."""

    filename: str | None

    @property
    def stream(self) -> IO[bytes]: ...


class By(Protocol):
    """Who uploads; None for a guest or the system."""

    @property
    def author_id(self) -> int | None: ...


def store(
    uploads: Iterable[Upload],
    *,
    subject: tuple[str, int],
    by: By,
    at: datetime,
    message_id: int | None = None,
    sealed: bool = False,
    field: str = "files",
    some: bool = False,
) -> list[Attachment]:
    """Keep all of these files with the subject, or none: DomainError names each that is not taken, under `field`.

    With `some` those that are taken are kept all the same when it is raised.
    """
    config: Config = current_app.config["TRACKER"]
    chosen = [one for one in uploads if one.filename]
    _not_too_many(chosen, subject, config, field)
    with ExitStack() as stack:
        arrived, problems = [], []
        for upload in chosen:
            try:
                arrived.append((upload, *_arrive(upload, stack, config)))
            except kinds.Refused as problem:
                problems.append(problem)
        if problems and not some:
            raise _refused(problems, field)
        kept = [
            _add(
                Attachment(
                    subject_kind=subject[0],
                    subject_id=subject[1],
                    message_id=message_id,
                    filename=names.safe(upload.filename or "", kind.ending),
                    media_type=kind.media_type,
                    size=file.size,
                    sha256=file.sha256,
                    stored_name="",
                    width=kind.width,
                    height=kind.height,
                    uploaded_by_id=by.author_id,
                    uploaded_at=at,
                    sealed=sealed,
                ),
                file,
                config,
            )
            for upload, file, kind in arrived
        ]
    if problems:
        raise _refused(problems, field)
    return kept


def _refused(problems: Sequence[kinds.Refused], field: str) -> kinds.Refused:
    """All that is not taken, in one."""
    # Chinese sentences stand side by side, English ones apart.
    between = "" if problems[0].text.endswith("。") else " "
    said = between.join(one.text for one in problems)
    text = _("%(problems)s Everything else is kept.", problems=said)
    return kinds.Refused(text, fields={field: text}, smaller=all(one.smaller for one in problems))


def store_masked(
    original: Attachment, upload: Upload, *, by: By, at: datetime, field: str = "files"
) -> Attachment:
    """Keep a masked copy in the place of a file, which from now on only those may open who may see sealed evidence."""
    subject = (original.subject_kind, original.subject_id)
    (copy,) = store([upload], subject=subject, by=by, at=at, message_id=original.message_id, field=field)
    copy.masked_of_id = original.id
    original.sealed = True
    db.session.flush()
    return copy


def take_in(row: Attachment, stream: IO[bytes]) -> None:
    """Keep the bytes of a file whose row came without them, as they are: its digest is signed.

    DomainError for other bytes, for too many, and for a kind that is not taken.
    """
    config: Config = current_app.config["TRACKER"]
    try:
        with folder.incoming(stream, config.attachments_dir, config.upload_max_mib * MIB) as file:
            if file.sha256 != row.sha256:
                raise DomainError(_("The file is not what its digest says."))
            kind = kinds.look(file.path, row.filename)
            row.media_type, row.size, row.width, row.height = (
                kind.media_type,
                file.size,
                kind.width,
                kind.height,
            )
            row.stored_name = folder.stored_name(row.id, file.sha256)
            folder.keep(file, config.attachments_dir, row.stored_name)
    except folder.TooLong:
        limit = config.upload_max_mib
        raise kinds.Refused(
            _("“%(name)s” is over %(limit)s MB.", name=names.shown(row.filename), limit=limit)
        ) from None
    db.session.flush()


def discard(attachment: Attachment, *, at: datetime) -> None:
    """Take a file out of its case; its bytes go with the next sweep, that it was there stays on record."""
    attachment.removed_at = attachment.removed_at or at


def drop(names: Iterable[str]) -> None:
    """Delete the bytes whose rows were rolled back, by their names on the disk; else the sweep finds them at night."""
    for name in names:
        (current_app.config["TRACKER"].attachments_dir / name).unlink(missing_ok=True)


def _not_too_many(chosen: Sequence[Upload], subject: tuple[str, int], config: Config, field: str) -> None:
    if len(chosen) > config.upload_max_files:
        text = _("Add at most %(count)s files at a time.", count=config.upload_max_files)
        raise DomainError(text, fields={field: text})
    own = (Attachment.subject_kind == subject[0], Attachment.subject_id == subject[1])
    present = (
        db.session.scalar(select(func.count(Attachment.id)).where(*own, Attachment.removed_at.is_(None))) or 0
    )
    if chosen and present + len(chosen) > PER_SUBJECT:
        text = _(
            "This case already has %(present)s files; there is room for %(most)s.",
            present=present,
            most=PER_SUBJECT,
        )
        raise DomainError(text, fields={field: text})


def _arrive(upload: Upload, stack: ExitStack, config: Config) -> tuple[folder.Incoming, kinds.Kind]:
    name, limit = upload.filename or "", config.upload_max_mib
    # A try before this one, which was refused, may have read it.
    upload.stream.seek(0)
    try:
        file = stack.enter_context(folder.incoming(upload.stream, config.attachments_dir, limit * MIB))
    except folder.TooLong:
        raise kinds.Refused(
            _("“%(name)s” is over %(limit)s MB.", name=names.shown(name), limit=limit)
        ) from None
    kind = kinds.look(file.path, name)
    if kind.content is not None:
        file.replace(kind.content)
    return file, kind


def _add(attachment: Attachment, file: folder.Incoming, config: Config) -> Attachment:
    db.session.add(attachment)
    db.session.flush()
    attachment.stored_name = folder.stored_name(attachment.id, file.sha256)
    folder.keep(file, config.attachments_dir, attachment.stored_name)
    db.session.flush()
    return attachment
