"""Chinese words: one plain catalogue a room, merged into the one that gettext reads.

The source strings are English.  `zh_Hant_TW/<room>.po` stands in git; `LC_MESSAGES/messages.mo` is made from
all of them at set-up and whenever they have changed.
"""

import hashlib
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent

# gettext's header wants dates; a fixed one makes the same file of the same words.
ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)


class BadCatalogue(ValueError):
    """A catalogue that cannot be merged; the text names file, line and msgid."""


def compile_catalogues(folder: Path = FOLDER) -> list[Path]:
    """Make the stale `messages.mo` under `folder` anew; returns those made.  Raises BadCatalogue."""
    made = []
    for language in sorted(path for path in folder.iterdir() if any(path.glob("*.po"))):
        sources = sorted(language.glob("*.po"))
        target = language / "LC_MESSAGES" / "messages.mo"
        mark = target.with_suffix(".digest")
        digest = _digest(sources)
        if not target.exists() or not mark.exists() or mark.read_text("ascii") != digest:
            target.parent.mkdir(exist_ok=True)
            _write(merged(sources, language.name), target)
            mark.write_text(digest, "ascii")
            made.append(target)
    return made


def merged(sources: Iterable[Path], locale: str) -> Catalog:
    """All catalogues in one; a msgid may stand in several files, but with one translation only."""
    whole = Catalog(locale=locale, fuzzy=False, creation_date=ANY_DAY, revision_date=ANY_DAY)
    origin: dict[object, Path] = {}
    for path in sources:
        for message in read(path, locale):
            key = (message.context, message.id)
            first = whole.get(message.id, message.context)
            if first is not None and first.string != message.string:
                raise BadCatalogue(
                    f"{path.name}:{message.lineno}: {message.id!r} is {message.string!r} here"
                    f" and {first.string!r} in {origin[key].name}"
                )
            origin.setdefault(key, path)
            whole.add(message.id, message.string, context=message.context, flags=message.flags)
    return whole


def read(path: Path, locale: str) -> list[Message]:
    """The messages of one file, without its header."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=locale, abort_invalid=True)
    return [message for message in catalogue if message.id]


def _digest(sources: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sources:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _write(catalogue: Catalog, target: Path) -> None:
    """Write beside, then rename, so that a reader never sees half a file."""
    beside = target.with_suffix(f".{os.getpid()}")
    with beside.open("wb") as file:
        write_mo(file, catalogue)
    beside.replace(target)
