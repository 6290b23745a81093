"""One TrueType font out of the many slices that a web font is cut into, for the PDF of a record.

A browser loads the slices that a page needs; a typesetter wants one file.  The slices of one font share their
measures and have no glyph in common, so that outlines and widths need only be laid one after another and the table
of characters written anew.  Ligatures and kerning are left out: Chinese has none.
"""

import itertools
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

Tables = dict[bytes, bytes]

COMPOSITE = 0x0020  # MORE_COMPONENTS, flag of a glyph made of others
WORDS, SCALE, XY_SCALE, TWO_BY_TWO = 0x0001, 0x0008, 0x0040, 0x0080
KEPT = (b"OS/2", b"name", b"gasp")
CHECKSUM = 0xB1B0AFBA


class NotAFont(ValueError):
    """A file that is no WOFF font with TrueType outlines."""


@dataclass
class Merged:
    """What has been gathered from the slices so far."""

    glyphs: list[bytes] = field(default_factory=list)
    widths: list[bytes] = field(default_factory=list)
    characters: dict[int, int] = field(default_factory=dict)


def merge(slices: Iterable[Path], target: Path) -> int:
    """Write the slices as one TrueType file, measured as the first of them; returns how many characters it has."""
    made, first = Merged(), None
    for path in slices:
        tables = read_woff(path.read_bytes())
        first = first or tables
        _add(made, tables)
    if first is None:
        raise NotAFont("no slices")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(_sfnt(_tables(first, made)))
    return len(made.characters)


def read_woff(content: bytes) -> Tables:
    """The tables of a WOFF 1.0 file, unpacked."""
    if content[:4] != b"wOFF" or len(content) < 44:
        raise NotAFont("not a WOFF file")
    (count,) = struct.unpack_from(">H", content, 12)
    found: Tables = {}
    for at in range(44, 44 + 20 * count, 20):
        tag, offset, packed, size, _ = struct.unpack_from(">4sIIII", content, at)
        body = content[offset : offset + packed]
        found[tag] = zlib.decompress(body) if packed < size else body
    if b"glyf" not in found or b"cmap" not in found:
        raise NotAFont("no TrueType outlines")
    return found


def _add(made: Merged, tables: Tables) -> None:
    """Lay the glyphs of one slice after those before; of a character that two slices have, the first stands."""
    shift = len(made.glyphs)
    made.glyphs += [_shifted(glyph, shift) for glyph in _glyphs(tables)]
    made.widths += _widths(tables, len(made.glyphs) - shift)
    for character, glyph in characters(tables[b"cmap"]).items():
        if glyph and character not in made.characters:
            made.characters[character] = glyph + shift


def _glyphs(tables: Tables) -> list[bytes]:
    (long_offsets,) = struct.unpack_from(">h", tables[b"head"], 50)
    (count,) = struct.unpack_from(">H", tables[b"maxp"], 4)
    form, step = (">%dI", 1) if long_offsets else (">%dH", 2)
    places = [place * step for place in struct.unpack_from(form % (count + 1), tables[b"loca"])]
    return [tables[b"glyf"][start:end] for start, end in itertools.pairwise(places)]


def _shifted(glyph: bytes, shift: int) -> bytes:
    """The glyph; one made of others names them by their new numbers."""
    if not shift or len(glyph) < 10 or struct.unpack_from(">h", glyph)[0] >= 0:
        return glyph
    changed, at, more = bytearray(glyph), 10, True
    while more:
        flags, part = struct.unpack_from(">HH", changed, at)
        struct.pack_into(">H", changed, at + 2, part + shift)
        at += 4 + (4 if flags & WORDS else 2)
        at += 2 if flags & SCALE else 4 if flags & XY_SCALE else 8 if flags & TWO_BY_TWO else 0
        more = bool(flags & COMPOSITE)
    return bytes(changed)


def _widths(tables: Tables, count: int) -> list[bytes]:
    """Width and left bearing of each glyph; the last width holds for those that name none."""
    (full,) = struct.unpack_from(">H", tables[b"hhea"], 34)
    body = tables[b"hmtx"]
    pairs = [body[at * 4 : at * 4 + 4] for at in range(min(full, count))]
    rest = [pairs[-1][:2] + body[at : at + 2] for at in range(full * 4, full * 4 + (count - full) * 2, 2)]
    return pairs + rest


def characters(cmap: bytes) -> Mapping[int, int]:
    """The glyph of each character, from the table's fullest part (format 12, else 4)."""
    (count,) = struct.unpack_from(">H", cmap, 2)
    parts = [struct.unpack_from(">HHI", cmap, 4 + 8 * at)[2] for at in range(count)]
    forms = {struct.unpack_from(">H", cmap, place)[0]: place for place in parts}
    if 12 in forms:
        return _wide(cmap[forms[12] :])
    if 4 in forms:
        return _narrow(cmap[forms[4] :])
    raise NotAFont("no table of characters that can be read")


def _wide(part: bytes) -> dict[int, int]:
    (count,) = struct.unpack_from(">I", part, 12)
    groups = [struct.unpack_from(">III", part, 16 + 12 * at) for at in range(count)]
    return {code: glyph + code - start for start, end, glyph in groups for code in range(start, end + 1)}


def _narrow(part: bytes) -> dict[int, int]:
    double = struct.unpack_from(">H", part, 6)[0]
    count, found = double // 2, {}
    ends = struct.unpack_from(f">{count}H", part, 14)
    starts = struct.unpack_from(f">{count}H", part, 16 + double)
    deltas = struct.unpack_from(f">{count}H", part, 16 + 2 * double)
    places = struct.unpack_from(f">{count}H", part, 16 + 3 * double)
    for at, (start, end, delta, place) in enumerate(zip(starts, ends, deltas, places, strict=True)):
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = code
            if place:
                where = 16 + 3 * double + 2 * at + place + 2 * (code - start)
                (glyph,) = struct.unpack_from(">H", part, where)
            if glyph or not place:
                found[code] = (glyph + delta) & 0xFFFF
    return found


def _tables(first: Tables, made: Merged) -> Tables:
    """The tables of the whole font."""
    count = len(made.glyphs)
    if count > 0xFFFF:
        raise NotAFont("more glyphs than one font can hold")
    outlines, places = bytearray(), [0]
    for glyph in made.glyphs:
        outlines += glyph + b"\0" * (-len(glyph) % 4)
        places.append(len(outlines))
    head, hhea, maxp = (bytearray(first[tag]) for tag in (b"head", b"hhea", b"maxp"))
    struct.pack_into(">I", head, 8, 0)
    struct.pack_into(">h", head, 50, 1)
    struct.pack_into(">H", hhea, 34, count)
    struct.pack_into(">H", maxp, 4, count)
    return {tag: first[tag] for tag in KEPT if tag in first} | {
        b"head": bytes(head), b"hhea": bytes(hhea), b"maxp": bytes(maxp), b"hmtx": b"".join(made.widths),
        b"glyf": bytes(outlines), b"loca": struct.pack(f">{count + 1}I", *places), b"cmap": _cmap(made.characters),
        # Format 3: the glyphs have no names.
        b"post": struct.pack(">I", 0x00030000) + first[b"post"][4:32],
    }  # fmt: skip


def _cmap(found: Mapping[int, int]) -> bytes:
    """The table of characters in format 12: runs of characters whose glyphs follow one another."""
    groups: list[list[int]] = []
    for code in sorted(found):
        glyph = found[code]
        if groups and code == groups[-1][1] + 1 and glyph == groups[-1][2] + code - groups[-1][0]:
            groups[-1][1] = code
        else:
            groups.append([code, code, glyph])
    body = b"".join(struct.pack(">III", *group) for group in groups)
    head = struct.pack(">HHIII", 12, 0, 16 + len(body), 0, len(groups))
    return struct.pack(">HHHHI", 0, 1, 3, 10, 12) + head + body


def _sfnt(tables: Tables) -> bytes:
    """The tables as one file, with their sums."""
    count = len(tables)
    power = count.bit_length() - 1
    header = struct.pack(">IHHHH", 0x00010000, count, 16 << power, power, 16 * count - (16 << power))
    entries, body, at = b"", b"", 12 + 16 * count
    for tag in sorted(tables):
        padded = tables[tag] + b"\0" * (-len(tables[tag]) % 4)
        entries += struct.pack(">4sIII", tag, _sum(padded), at + len(body), len(tables[tag]))
        body += padded
    whole = bytearray(header + entries + body)
    place = next(
        struct.unpack_from(">I", whole, 12 + 16 * at + 8)[0]
        for at in range(count)
        if whole[12 + 16 * at : 16 + 16 * at] == b"head"
    )
    struct.pack_into(">I", whole, place + 8, (CHECKSUM - _sum(bytes(whole))) & 0xFFFFFFFF)
    return bytes(whole)


def _sum(content: bytes) -> int:
    return sum(struct.unpack(f">{len(content) // 4}I", content)) & 0xFFFFFFFF
