"""Reading a picture's own blocks: how large it is, and all that it says about its maker taken out of it.

Place, device, person, time, comments and hidden previews go; no pixel changes, colours and the right side up are kept.
Nothing is decoded and no library looks at it, since what they do with a million comments or previews takes minutes:
each byte is passed once, and a picture of more parts than real ones have is none.  Pure.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# Ten megabytes of an animated GIF are 41,000 blocks; a JPEG that comes in ten passes has 40.
MOST_BLOCKS = 100_000
# Each pass goes over all pixels again, however few bytes it has; programs write about ten.
MOST_SCANS = 25
_ORIENTATION = 0x0112
_EXIF = b"Exif\x00\x00"
# What a reader needs of the two application blocks that say how colours are meant: no preview behind it.
_COLOURS = {0xE0: (b"JFIF\x00", b"\0\0"), 0xEE: (b"Adobe", b"")}
_COLOURS_LENGTH = 12
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_DRAWS = frozenset({*range(0xC0, 0xD0), *range(0xDA, 0xDE)})
# The next mark: neither stuffing nor a restart, behind as many FF as somebody likes.
_MARK = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")
_ANY_MARK = re.compile(rb"\xff([^\xff])")
# What is drawn by: programs put previews, places and who signed it into parts of their own.
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD pHYs hIST acTL fcTL fdAT".split()
)
_WEBP_KEPT = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_WEBP_EXIF = 0x08
_WEBP_FLAGS = _WEBP_EXIF | 0x04
# What makes a GIF move.
_GIF_LOOPS = (b"\x0bNETSCAPE2.0", b"\x0bANIMEXTS1.0")


class Damaged(ValueError):
    """The blocks of the picture do not fit together."""


@dataclass(frozen=True)
class Picture:
    """A picture without what it said about its maker, and its pixels."""

    content: bytes
    width: int
    height: int


def clean(content: bytes, media_type: str) -> Picture:
    """The same picture without metadata but which side is up.  Raises Damaged."""
    try:
        picture = _READ[media_type](content)
    except (struct.error, IndexError) as error:
        raise Damaged(str(error)) from error
    if not picture.width or not picture.height:
        raise Damaged("a picture without pixels")
    return picture


def _jpeg(content: bytes) -> Picture:
    kept, sizes, orientation, scans = [b"\xff\xd8"], [], 1, 0
    for marker, block in _jpeg_blocks(content):
        if marker in _JPEG_SIZES:
            sizes.append(struct.unpack_from(">HH", block, 5))
        scans += marker == 0xDA
        if marker == 0xE1 and orientation == 1 and block[4:10] == _EXIF:
            orientation = _turned(block[10:])
        kept.append(_jpeg_kept(marker, block))
    if len(sizes) != 1 or not 1 <= scans <= MOST_SCANS:
        raise Damaged("a JPEG of no picture, of several, or of endless passes")
    if orientation != 1:
        body = _EXIF + _exif(orientation)
        kept.insert(1, b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body)
    # Whatever comes after the end is no part of the picture.
    return Picture(b"".join([*kept, b"\xff\xd9"]), sizes[0][1], sizes[0][0])


def _jpeg_blocks(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Each mark with its block, a scan with all that it draws, up to the end of the picture."""
    at = 2
    for _turn in range(MOST_BLOCKS):
        found = _ANY_MARK.search(content, at)
        if found is None:
            raise Damaged("a JPEG without an end")
        marker, at = found[1][0], found.start()
        if marker == 0xD9:
            return
        (length,) = struct.unpack_from(">H", content, at + 2)
        begins, at = at, at + 2 + length
        if marker == 0xDA:
            after = _MARK.search(content, at)
            if after is None:
                raise Damaged("a JPEG without an end")
            at = after.start()
        yield marker, content[begins:at]
    raise Damaged("a JPEG of too many blocks")


def _jpeg_kept(marker: int, block: bytes) -> bytes:
    """What is left of a block: all of it where something is drawn by it, nothing where it only tells."""
    name, no_preview = _COLOURS.get(marker, (b"", b""))
    if name and block.startswith(name, 4):
        body = block[4 : 4 + _COLOURS_LENGTH].ljust(_COLOURS_LENGTH, b"\0") + no_preview
        return block[:2] + struct.pack(">H", len(body) + 2) + body
    is_colour = marker == 0xE2 and block.startswith(b"ICC_PROFILE\x00", 4)
    return block if is_colour or marker in _JPEG_DRAWS else b""


def _turned(exif: bytes) -> int:
    """Which side is up, as the camera noted it: 1 to 8, 1 is as it lies; read from the first list of EXIF alone."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None or len(exif) < 10:
        return 1
    (first,) = struct.unpack_from(f"{order}I", exif, 4)
    entries = exif[first + 2 :]
    for at in range(0, len(entries) - 11, 12):
        tag, kind, count, value = struct.unpack_from(f"{order}HHIH", entries, at)
        if tag == _ORIENTATION:
            return value if (kind, count) == (3, 1) and 1 <= value <= 8 else 1
        if at >= 12 * 200:
            break
    return 1


def _exif(orientation: int) -> bytes:
    """EXIF data that say which side is up and nothing else."""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0)
    return b"MM\x00\x2a" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)


def _png(content: bytes) -> Picture:
    kept, orientation, drawn = [content[:8]], 1, False
    if content[12:16] != b"IHDR":
        raise Damaged("a PNG without its size")
    width, height = struct.unpack_from(">II", content, 16)
    for kind, body, chunk in _png_chunks(content):
        if kind == b"eXIf":
            orientation = _turned(body)
        if kind == b"IHDR" and (len(kept) > 1 or len(body) != 13):
            raise Damaged("a PNG of two sizes")
        drawn = drawn or kind == b"IDAT"
        if kind in _PNG_KEPT:
            kept.append(chunk)
    if not drawn:
        raise Damaged("a PNG of no picture")
    if orientation != 1:
        kept.insert(2, _png_chunk(b"eXIf", _exif(orientation)))
    return Picture(b"".join(kept), width, height)


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Kind, what it holds and the whole of each chunk; nothing comes after the end."""
    at = 8
    for _turn in range(MOST_BLOCKS):
        length, kind = struct.unpack_from(">I4s", content, at)
        ends = at + 12 + length
        if ends > len(content):
            raise Damaged("a PNG without an end")
        yield kind, content[at + 8 : ends - 4], content[at:ends]
        if kind == b"IEND":
            return
        at = ends
    raise Damaged("a PNG of too many chunks")


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _webp(content: bytes) -> Picture:
    blocks = list(_riff(content))
    sizes = [size for kind, block in blocks if (size := _webp_size(kind, block[8:]))]
    if not sizes:
        raise Damaged("a WebP of no picture")
    orientation = next(
        (_turned(block[8:].removeprefix(_EXIF)) for kind, block in blocks if kind == b"EXIF"), 1
    )
    kept, turned = [], orientation != 1
    for kind, block in blocks:
        if kind == b"VP8X":
            block = block[:8] + bytes([block[8] & ~_WEBP_FLAGS | _WEBP_EXIF * turned]) + block[9:]
        if kind in _WEBP_KEPT:
            kept.append(block)
    if turned:
        exif = _exif(orientation)
        kept.append(b"EXIF" + struct.pack("<I", len(exif)) + exif)
    body = b"".join(kept)
    whole = b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
    return Picture(whole, max(width for width, _ in sizes), max(height for _, height in sizes))


def _webp_size(kind: bytes, body: bytes) -> tuple[int, int] | None:
    """The pixels that a block names, if it does."""
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", body, 1)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return None


def _riff(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    (size,) = struct.unpack_from("<I", content, 4)
    at, end = 12, min(8 + size, len(content))
    for _turn in range(MOST_BLOCKS):
        if at >= end:
            return
        kind, length = struct.unpack_from("<4sI", content, at)
        padded = 8 + length + length % 2
        if at + 8 + length > len(content):
            raise Damaged("a WebP without an end")
        yield kind, content[at : at + padded]
        at += padded
    raise Damaged("a WebP of too many blocks")


def _gif(content: bytes) -> Picture:
    """A frame may be larger than the whole: the larger one is the picture's size."""
    width, height, flags = struct.unpack_from("<HHB", content, 6)
    at = 13 + _palette(flags)
    kept, frames = [content[:at]], 0
    for _turn in range(MOST_BLOCKS):
        kind = content[at : at + 1]
        if kind == b"\x3b" or (not kind and frames):
            break
        if kind == b"\x2c":
            left, top, wide, high, flags = struct.unpack_from("<HHHHB", content, at + 1)
            width, height, frames = max(width, left + wide), max(height, top + high), frames + 1
            end = _sub_blocks(content, at + 11 + _palette(flags))
            keeps = True
        elif kind == b"\x21":
            end = _sub_blocks(content, at + 2)
            keeps = content[at + 1] == 0xF9 or content.startswith(_GIF_LOOPS, at + 2)
        else:
            raise Damaged("a GIF of something else")
        if keeps:
            kept.append(content[at:end])
        at = end
    if not frames:
        raise Damaged("a GIF of no picture")
    return Picture(b"".join([*kept, b"\x3b"]), width, height)


def _palette(flags: int) -> int:
    """How many bytes of colours follow."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _sub_blocks(content: bytes, at: int) -> int:
    """Where a row of sub-blocks ends."""
    for _turn in range(MOST_BLOCKS):
        length = content[at]
        at += 1 + length
        if at > len(content):
            raise Damaged("a GIF without an end")
        if not length:
            return at
    raise Damaged("a GIF of too many blocks")


_READ: dict[str, Callable[[bytes], Picture]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
    "image/gif": _gif,
}
