"""The formats by name: how a file is cut into pieces, and how a piece is read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from tracker.imports import foreign, own
from tracker.imports.reading import Piece, Progress, json_pieces, table_pieces
from tracker.imports.rows import BadRow, Row


@dataclass(frozen=True)
class Format:
    """One format: `cut` reads the file, `read` turns a piece into a row."""

    cut: Callable[[Path, Progress], Iterator[Piece]]
    read: Callable[..., Row]


FORMATS = {
    "avid": Format(json_pieces, foreign.avid),
    "atlas": Format(json_pieces, foreign.atlas),
    "aiid": Format(table_pieces, foreign.aiid),
    "github": Format(json_pieces, foreign.github),
    "jsonl": Format(json_pieces, own.jsonl),
    "csv": Format(table_pieces, own.table),
}


def read(
    path: Path, name: str, *, zone: ZoneInfo, system: str = "", progress: Progress = lambda size: None
) -> Iterator[tuple[int, Row | BadRow]]:
    """Each row of the file with its line, or what is wrong with it."""
    form = FORMATS[name]
    for piece in form.cut(path, progress):
        if piece.raw is None:
            yield piece.line, BadRow(piece.wrong)
            continue
        try:
            yield piece.line, form.read(piece.raw, zone, system)
        except BadRow as error:
            yield piece.line, error
        except (AttributeError, TypeError) as error:
            yield piece.line, BadRow(f"not of the format {name}: {error}")
