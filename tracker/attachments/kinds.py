"""What a file is, found in its bytes: only kinds that do nothing by themselves when opened are taken.

Every check reads little and decodes nothing, so that a bomb costs no more than a picture of a cat.
"""

import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import filetype
from flask_babel import gettext as _

from tracker.attachments.metadata import Damaged, clean
from tracker.attachments.names import extension, shown
from tracker.attachments.sounds import EBML, SOUNDS, sound
from tracker.errors import DomainError

MOST_PIXELS = 40_000_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_ENTRIES = 5000
MOST_RATIO = 200
# Begins each line of an archive's table of contents, which is read only where it is not too long.
_ENTRY = b"PK\x01\x02"
# Office documents are packed in no other way; the rarer ones fail in ways of their own.
USUALLY_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_HEAD = 64 * 1024

PICTURES = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
OFFICE = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
TEXTS = {
    "txt": "text/plain", "log": "text/plain", "md": "text/plain", "csv": "text/csv",
    "json": "application/json", "jsonl": "application/json", "eml": "message/rfc822",
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """What a file is: its media type, the ending its name gets; of a picture its pixels, and all but its metadata."""

    media_type: str
    ending: str
    width: int | None = None
    height: int | None = None
    content: bytes | None = field(default=None, repr=False)


class Refused(DomainError):
    """A file that is not taken: 422; the text names it and says what would be.

    `smaller` says that the same picture would be taken with fewer pixels.
    """

    def __init__(self, text: str, *, fields: Mapping[str, str] | None = None, smaller: bool = False) -> None:
        super().__init__(text, fields=fields)
        self.smaller = smaller


def look(path: Path, filename: str) -> Kind:
    """What the file at `path` is; raises Refused.  `filename` decides between kinds of text, and nothing else."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise Refused(_("“%(name)s” is empty.", name=shown(filename)))
    guess = filetype.guess_mime(head)
    if guess in PICTURES:
        return _picture(path, filename, guess)
    if head.startswith(b"%PDF-"):
        return Kind("application/pdf", "pdf")
    if head.startswith(b"PK\x03\x04"):
        return _office(path, filename)
    if _sounds(head) and (heard := sound(path.read_bytes())):
        return Kind(heard, SOUNDS[heard])
    ending = extension(filename)
    # A page's source is evidence like any other text: its name says that it is text, and it is handed out as that.
    if guess is None and ending in TEXTS and _is_text(path):
        return Kind(TEXTS[ending], ending)
    raise _not_taken(filename)


def _sounds(head: bytes) -> bool:
    """Whether it begins as a recording may, so that only those are read whole."""
    return head.startswith((b"OggS", b"RIFF", b"ID3", EBML)) or head[4:8] == b"ftyp" or head[:1] == b"\xff"


def _picture(path: Path, filename: str, media_type: str) -> Kind:
    try:
        picture = clean(path.read_bytes(), media_type)
    except Damaged:
        raise Refused(
            _("“%(name)s” is damaged: it is no picture that can be shown.", name=shown(filename))
        ) from None
    if picture.width * picture.height > MOST_PIXELS:
        text = _("“%(name)s” has more than 40 million pixels. Make it smaller.", name=shown(filename))
        raise Refused(text, smaller=True)
    return Kind(media_type, PICTURES[media_type], picture.width, picture.height, picture.content)


def _office(path: Path, filename: str) -> Kind:
    """An office document, by the entries of its archive; nothing is unpacked but its short `mimetype`."""
    if path.read_bytes().count(_ENTRY) > MOST_ENTRIES:
        raise _bomb(filename)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = {entry.filename: entry for entry in archive.infolist()}
            _must_be_tame(entries, filename)
            found = _office_ending(archive, entries)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError):
        raise _not_taken(filename) from None
    if found is None:
        raise _not_taken(filename)
    return Kind(OFFICE[found], found)


def _office_ending(archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> str | None:
    if "[Content_Types].xml" in entries:
        return "docx" if "word/document.xml" in entries else "xlsx" if "xl/workbook.xml" in entries else None
    declared = entries.get("mimetype")
    if declared is None or declared.file_size > 200 or declared.compress_size > 200:
        return None
    media_type = archive.read(declared).decode("ascii", "replace").strip()
    return next((ending for ending, known in OFFICE.items() if known == media_type), None)


def _must_be_tame(entries: Mapping[str, zipfile.ZipInfo], filename: str) -> None:
    if any(entry.compress_type not in USUALLY_PACKED for entry in entries.values()):
        raise _not_taken(filename)
    unpacked = sum(entry.file_size for entry in entries.values())
    packed = sum(entry.compress_size for entry in entries.values())
    too_dense = unpacked > 1024 * 1024 and unpacked > MOST_RATIO * max(packed, 1)
    if unpacked > MOST_UNPACKED or too_dense:
        raise _bomb(filename)
    if any(name.lower().endswith("vbaproject.bin") or name.startswith("Basic/") for name in entries):
        raise Refused(
            _("“%(name)s” holds macros. Save it without them and add it again.", name=shown(filename))
        )


def _is_text(path: Path) -> bool:
    """UTF-8, or Big5 as old programs in Taiwan still write it, without control signs."""
    content = path.read_bytes()
    for encoding in ("utf-8", "cp950"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not re.search("[\x00-\x08\x0e-\x1a\x1c-\x1f]", text)
    return False


def _bomb(filename: str) -> Refused:
    return Refused(_("“%(name)s” would unpack to far more than it seems to hold.", name=shown(filename)))


def _not_taken(filename: str) -> Refused:
    return Refused(
        _(
            "“%(name)s” cannot be uploaded. Use pictures, recordings (MP3, M4A, WAV, OGG, WEBM), PDF, TXT, CSV, "
            "JSON, EML, DOCX, XLSX, ODT or ODS.",
            name=shown(filename),
        )
    )
