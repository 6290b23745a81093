"""Finding the files of a case, and those whose row and bytes do not match."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Select, bindparam, select

from tracker.attachments.models import Attachment
from tracker.db import db, kept


def of(subject_kind: str, subject_id: int) -> Select[Attachment]:
    """The files of a subject that were not removed, oldest first, sealed ones among them."""
    own = (Attachment.subject_kind == subject_kind, Attachment.subject_id == subject_id)
    return select(Attachment).where(*own, Attachment.removed_at.is_(None)).order_by(Attachment.id)


def files(subject_kind: str, subject_id: int) -> Sequence[Attachment]:
    """The same files, fetched."""
    return db.session.scalars(_files(), {"kind": subject_kind, "id": subject_id}).all()


@kept
def _files() -> Select[Attachment]:
    own = (Attachment.subject_kind == bindparam("kind"), Attachment.subject_id == bindparam("id"))
    return select(Attachment).where(*own, Attachment.removed_at.is_(None)).order_by(Attachment.id)


def stored(names: list[str]) -> set[str]:
    """Those of these stored names that a row still stands for."""
    wanted = select(Attachment.stored_name).where(
        Attachment.stored_name.in_(names), Attachment.removed_at.is_(None)
    )
    return set(db.session.scalars(wanted))


def lost(folder: Path) -> Iterator[Attachment]:
    """Rows whose file is not there or has another size, for `doctor` and backups."""
    # A record that came from elsewhere names files that stayed there.
    here = (Attachment.removed_at.is_(None), Attachment.stored_name != "")
    rows = select(Attachment).where(*here).order_by(Attachment.id)
    for one in db.session.scalars(rows.execution_options(yield_per=500)):
        path = folder / one.stored_name
        if not path.is_file() or path.stat().st_size != one.size:
            yield one
