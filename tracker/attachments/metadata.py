"""Taking what a picture says about its maker out of it: place, device, person, time, hidden previews.

Done on the file's own blocks, without decoding: no pixel changes, colours and the right side up are kept.  Pure.
"""

import struct
import zlib
from collections.abc import Iterator

_ORIENTATION = 0x0112
_JPEG_KEPT = {0xE0, 0xEE}
_PNG_DROPPED = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"}
_WEBP_DROPPED = {b"EXIF", b"XMP "}
_WEBP_EXIF = 0x08
_WEBP_FLAGS = _WEBP_EXIF | 0x04


class Damaged(ValueError):
    """The blocks of the picture do not fit together."""


def stripped(content: bytes, media_type: str, orientation: int = 1) -> bytes:
    """The same picture without metadata but `orientation` (EXIF, 1 to 8; 1 needs no word).  Raises Damaged."""
    try:
        if media_type == "image/jpeg":
            return _jpeg(content, orientation)
        if media_type == "image/png":
            return _png(content, orientation)
        if media_type == "image/webp":
            return _webp(content, orientation)
    except (struct.error, IndexError) as error:
        raise Damaged(str(error)) from error
    return content


def _jpeg(content: bytes, orientation: int) -> bytes:
    kept = [b"\xff\xd8"]
    if orientation != 1:
        body = b"Exif\x00\x00" + _exif(orientation)
        kept.append(b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body)
    at = 2
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise Damaged("a JPEG without an end")
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xD9:
            # Whatever comes after the end is no part of the picture.
            return b"".join([*kept, b"\xff\xd9"])
        (length,) = struct.unpack_from(">H", content, at + 2)
        block = content[at : at + 2 + length]
        at += 2 + length
        if marker == 0xDA:
            end = _end_of_scan(content, at)
            block, at = block + content[at:end], end
        if _jpeg_keeps(marker, block):
            kept.append(block)


def _jpeg_keeps(marker: int, block: bytes) -> bool:
    is_application, is_comment = 0xE0 <= marker <= 0xEF, marker == 0xFE
    is_colour = marker == 0xE2 and block[4:].startswith(b"ICC_PROFILE\x00")
    return marker in _JPEG_KEPT or is_colour or not (is_application or is_comment)


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the next block begins: an FF that is neither stuffing nor a restart mark."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise Damaged("a JPEG without an end")
        follower = content[at + 1]
        if follower != 0 and not 0xD0 <= follower <= 0xD7:
            return at
        at += 2


def _exif(orientation: int) -> bytes:
    """EXIF data that say which side is up and nothing else."""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0)
    return b"MM\x00\x2a" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)


def _png(content: bytes, orientation: int) -> bytes:
    kept, at = [content[:8]], 8
    while True:
        length, kind = struct.unpack_from(">I4s", content, at)
        if at + 12 + length > len(content):
            raise Damaged("a PNG without an end")
        if kind not in _PNG_DROPPED:
            kept.append(content[at : at + 12 + length])
        at += 12 + length
        if kind == b"IHDR" and orientation != 1:
            kept.append(_png_chunk(b"eXIf", _exif(orientation)))
        if kind == b"IEND":
            return b"".join(kept)


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _webp(content: bytes, orientation: int) -> bytes:
    kept, turned = [], orientation != 1
    for kind, block in _riff(content):
        if kind == b"VP8X":
            block = block[:8] + bytes([block[8] & ~_WEBP_FLAGS | _WEBP_EXIF * turned]) + block[9:]
        if kind not in _WEBP_DROPPED:
            kept.append(block)
    if turned:
        exif = _exif(orientation)
        kept.append(b"EXIF" + struct.pack("<I", len(exif)) + exif)
    body = b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _riff(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    (size,) = struct.unpack_from("<I", content, 4)
    at, end = 12, min(8 + size, len(content))
    while at < end:
        kind, length = struct.unpack_from("<4sI", content, at)
        padded = 8 + length + length % 2
        if at + 8 + length > len(content):
            raise Damaged("a WebP without an end")
        yield kind, content[at : at + padded]
        at += padded
