"""The fonts of the paper form: where they lie, and which characters they have."""

import struct
from functools import lru_cache
from pathlib import Path

from flask_babel import gettext as _

from tracker.config import ROOT
from tracker.errors import Unavailable

FOLDER = ROOT / "static" / "vendor" / "fonts"
# Kai for the text, its bold for titles, a sans for rare characters of names that the Kai lacks.
FILES = ("kai-regular.ttf", "kai-bold.ttf", "sans-regular.ttf")
# What shows nothing by itself: joiners, marks of direction and selectors of a variant.
SILENT = frozenset({
    0x00AD, 0x061C, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF,
    *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xFE00, 0xFE10), *range(0xE0000, 0xE0080),
    *range(0xE0100, 0xE01F0),
})  # fmt: skip


def folder() -> Path:
    """The folder of the fonts; Unavailable where set-up has not fetched them."""
    if not all((FOLDER / name).exists() for name in FILES):
        raise Unavailable(
            _("The fonts for PDF are not installed. Run `make setup` once while connected to the network.")
        )
    return FOLDER


def printable(text: str) -> str:
    """The text with what no font can show written as its code, ⟨U+1F600⟩, so that nothing is lost or left blank."""
    return "".join(_shown(character) for character in text.replace("\r\n", "\n").replace("\r", "\n"))


def _shown(character: str) -> str:
    code = ord(character)
    if character == "\n" or code in known():
        return character
    if character == "\t":
        return "    "
    if code in SILENT or code < 0x20 or 0x7F <= code < 0xA0:
        return ""
    return f"⟨U+{code:04X}⟩"


@lru_cache(maxsize=1)
def known() -> frozenset[int]:
    """The characters that at least one of the fonts has."""
    here = folder()
    # The bold has the same ones as the regular.
    return frozenset().union(*(_characters(here / name) for name in FILES if "bold" not in name))


def _characters(path: Path) -> set[int]:
    """The characters of one of our fonts, whose table of them is always of format 12 (`tools/fonts.py`)."""
    whole = path.read_bytes()
    (tables,) = struct.unpack_from(">H", whole, 4)
    places = {whole[at : at + 4]: struct.unpack_from(">I", whole, at + 8)[0]
              for at in range(12, 12 + 16 * tables, 16)}  # fmt: skip
    part = places[b"cmap"] + 12
    (groups,) = struct.unpack_from(">I", whole, part + 12)
    found: set[int] = set()
    for at in range(part + 16, part + 16 + 12 * groups, 12):
        start, end, _glyph = struct.unpack_from(">III", whole, at)
        found.update(range(start, end + 1))
    return found
