"""The form as a PDF for printing and keeping: A4, tagged for screen readers (PDF/UA-1), made to last (PDF/A-2a).

The text of a record reaches the typesetter as data, never as source: whatever it says is printed literally.
"""

import json
import re
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from tracker.exports.glyphs import folder, printable
from tracker.exports.sheet import Sheet

SOURCE = Path(__file__).with_name("record.typ")
STANDARDS: Any = ["a-2a", "ua-1"]
# An address or a key longer than a line may break after so many characters, at a space without width.
UNBROKEN = re.compile(r"[!-~\u00a1-\u02ff]{41,}")
PIECE, BREAK = 20, "\u200b"


def record_pdf(sheet: Sheet, *, at: datetime, words: dict[str, str]) -> bytes:
    """The PDF; `words` are what the page itself says.  Raises Unavailable where the fonts are not installed."""
    # The typesetter is heavy: only who asks for a PDF loads it.
    import typst

    given = json.dumps(
        _printable(asdict(sheet) | {"words": words}) | {"digest": sheet.digest, "files": _files(sheet)},
        ensure_ascii=False,
    )
    made: Any = typst.compile(
        SOURCE.read_bytes(), font_paths=_fonts(), ignore_system_fonts=True, sys_inputs={"sheet": given},
        pdf_standards=STANDARDS, timestamp=int(at.timestamp()),
    )  # fmt: skip
    return bytes(made)


@lru_cache(maxsize=1)
def _fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder())])


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return UNBROKEN.sub(_breakable, printable(value))
    if isinstance(value, dict):
        return {key: _printable(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(one) for one in value]
    return value


def _breakable(found: re.Match[str]) -> str:
    text = found.group()
    return BREAK.join(text[at : at + PIECE] for at in range(0, len(text), PIECE))


def _files(sheet: Sheet) -> list[tuple[str, str]]:
    """Names and sums; a sum is broken by the page itself."""
    return [(_printable(name), sha256) for name, sha256 in sheet.files]
